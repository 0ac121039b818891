from aggregator.sources.edit import NewSource
from aggregator.sources.imports import Import, Note, read_list

PLANET = """\
# Planet configuration file
[Planet]
name = Planet Example
link = https://planet.example/
owner_email = admin@planet.example
cache_directory = cache
items_per_page = 60
filters = excerpt.py
exclude = (?i)advert

[planet/index.html.tmpl]
items_per_page = 30

[DEFAULT]
facewidth = 64

[https://jane.example/feed.xml]   ; the founder
name = Jane Doe
face = hackergotchi/jane.png
group = core, founders
nick: jd

[http://bob.example/rss?x=1]
name = Bob   ; of Bob's
filter = (?i)cloud
 ;exclude = nothing
exclude =
filters =
    regexp_sifter.py?require=(?i)server%20less
    xpath_sifter.py?require=//atom:category

[feed://carol.example/atom]
name = Carol
face = https://pictures.example/carol.jpg

[https://lists.example/all.opml]
content_type = opml

[HTTPS://Jane.example:443/feed.xml]
name = Jane again
"""


def read(text: str, name: str = "planet.ini") -> Import:
    return read_list(text.encode(), name)


def test_the_feeds_of_a_planet_are_read_with_names_faces_filters_and_groups() -> None:
    assert read(PLANET).sources == (
        NewSource(
            "https://jane.example/feed.xml",
            "Jane Doe",
            ("core", "founders"),
            exclude=("(?i)advert",),
            face="faces/jane.png",
        ),
        NewSource(
            "http://bob.example/rss?x=1", "Bob", include=("(?s)(?=.*(?:(?i)cloud))(?=.*(?:(?i)server less))",)
        ),
        NewSource("http://carol.example/atom", "Carol", exclude=("(?i)advert",), face="faces/carol.jpg"),
    )


def test_what_has_no_counterpart_is_told_by_line() -> None:
    assert read(PLANET).notes == (
        Note(3, "`name = Planet Example` was not taken; its counterpart is `title` below [site]"),
        Note(4, "`link = https://planet.example/` was not taken; its counterpart is `url` below [site]"),
        Note(5, "`owner_email = admin@planet.example` was not taken; its counterpart is `contact` below [polling]"),
        Note(6, "`cache_directory` has no counterpart"),
        Note(7, "`items_per_page = 60` was not taken; its counterpart is `page_size` below [timeline]"),
        Note(8, "the filter excerpt.py has no counterpart"),
        Note(11, "the section [planet/index.html.tmpl] names no feed and has no counterpart"),
        Note(15, "`facewidth` has no counterpart"),
        Note(19, "the picture hackergotchi/jane.png belongs into the theme's folder, as faces/jane.png"),
        Note(21, "`nick` has no counterpart"),
        Note(28, "the filter xpath_sifter.py has no counterpart"),
        Note(32, "feed://carol.example/atom was taken as http://carol.example/atom"),
        Note(
            34, "the picture https://pictures.example/carol.jpg belongs into the theme's folder, as faces/carol.jpg"
        ),
        Note(36, "https://lists.example/all.opml is a list of feeds; fetch it and import it by itself"),
        Note(39, "HTTPS://Jane.example:443/feed.xml is listed on line 17 already"),
    )  # fmt: skip


def test_a_pattern_that_is_none_costs_the_pattern_and_not_the_source() -> None:
    found = read("[https://a.example/feed]\nname = A\nfilter = (unclosed\nface = ../x/a.exe\n")

    assert found.sources == (NewSource("https://a.example/feed", "A"),)
    assert [note.line for note in found.notes] == [1, 4]
    assert "`(unclosed` is no regular expression" in found.notes[0].sentence


def test_plutos_feeds_are_read_with_their_short_names() -> None:
    found = read(
        """\
title = Planet Ruby
url   = https://ruby.example

[rubyonrails]
  title = Ruby on Rails Blog
  link  = https://weblog.example
  feed  = https://weblog.example/feed/atom.xml
  location = Everywhere

[jane]
  name = Jane: a life
  feed_url = https://jane.example/?a=b&c=d
  includes = ruby|rails

[nothing]
  title = No feed
"""
    )

    assert found.sources == (
        NewSource("https://weblog.example/feed/atom.xml", "Ruby on Rails Blog", slug="rubyonrails"),
        NewSource("https://jane.example/?a=b&c=d", "Jane: a life", slug="jane", include=("ruby|rails",)),
    )
    assert [(note.line, note.sentence[:30]) for note in found.notes] == [
        (1, "`title = Planet Ruby` was not "),
        (2, "`url = https://ruby.example` w"),
        (6, "`link` has no counterpart"),
        (8, "`location` has no counterpart"),
        (15, "the section [nothing] names no"),
    ]


def test_a_planets_file_is_known_by_its_first_line_and_read_in_old_encodings() -> None:
    found = read_list(PLANET.replace("Jane Doe", "Jané Doe").encode("latin-1"))

    assert found.sources[0].title == "Jané Doe"
    assert found.notes[0] == Note(
        18, "is not UTF-8; the file was read as Windows-1252, so look at the letters with accents"
    )


def test_plutos_yml_is_read_like_its_ini() -> None:
    found = read_list(
        b"""---
title: Planet Ruby   # ours

feeds:
  - flow
  - jane

flow:
  title: "Ruby: the Flow"
  feed_url: http://flow.example/feed?format=xml#top
  url: http://flow.example

jane:
  title: What's new?
  feed: 'https://jane.example/atom' # hers
""",
        "ruby.yml",
    )

    assert [(one.slug, one.title, one.url) for one in found.sources] == [
        ("flow", "Ruby: the Flow", "http://flow.example/feed?format=xml#top"),
        ("jane", "What's new?", "https://jane.example/atom"),
    ]
    assert [(note.line, note.sentence) for note in found.notes] == [
        (2, "`title = Planet Ruby` was not taken; its counterpart is `title` below [site]"),
        (11, "`url` has no counterpart"),
    ]
