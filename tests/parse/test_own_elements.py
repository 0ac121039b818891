"""An entry's own elements are its children: nothing inside of a picture, a source or a person is the entry's."""

import pytest

from aggregator.model import ParsedEntry
from aggregator.parse import parse

NAMESPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:atom="http://www.w3.org/2005/Atom" '
    'xmlns:activity="http://activitystrea.ms/spec/1.0/" xmlns:podcast="https://podcastindex.org/namespace/1.0"'
)
RSS = f"""<rss version="2.0" {NAMESPACES}><channel><title>F</title><link>https://site.example/</link>%s<item>%s
<title>T</title><link>https://site.example/1</link><description>Words.</description><author>Ann</author>
<category>c</category><pubDate>Sun, 01 Mar 2026 10:00:00 GMT</pubDate><guid isPermaLink="false">g</guid>%s</item></channel></rss>"""
ATOM = f"""<feed xmlns="http://www.w3.org/2005/Atom" {NAMESPACES}><title>F</title><link href="https://site.example/"/>%s<entry>%s
<title>T</title><link href="https://site.example/1"/><summary>Words.</summary><author><name>Ann</name></author>
<category term="c"/><published>Sun, 01 Mar 2026 10:00:00 GMT</published><id>g</id>%s</entry></feed>"""
BARE = f'<rss version="2.0" {NAMESPACES}><channel><title>F</title><item>%s</item></channel></rss>'
OTHERS = """<title>X</title><link>https://x.example/</link><link href="https://x.example/"/><description>Other words.</description>
<summary>Other words.</summary><id>x</id><guid>x</guid><author><name>Zed</name></author><dc:creator>Zed</dc:creator>
<category term="z">z</category><published>2020-01-01</published><pubDate>2020-01-01</pubDate>"""
NESTED = [
    f"<media:group>{OTHERS}<media:title>X</media:title><media:description>Z</media:description></media:group>",
    f'<media:content url="x.jpg">{OTHERS}<media:category>z</media:category></media:content>',
    "<media:title>X</media:title><media:description>A caption that is longer.</media:description>",
    '<m:group xmlns:m="http://search.yahoo.com/mrss/"><m:content><m:title>X</m:title></m:content></m:group>',
    f"<image>{OTHERS}<url>https://x.example/x.png</url></image>",
    f"<textInput>{OTHERS}<name>q</name></textInput>",
    f"<activity:object>{OTHERS}</activity:object>",
    f"<activity:actor>{OTHERS}</activity:actor>",
    "<itunes:owner><itunes:name>Zed</itunes:name><itunes:email>zed@x.example</itunes:email></itunes:owner>",
    f"<podcast:liveItem>{OTHERS}</podcast:liveItem>",
    f'<x:any xmlns:x="urn:x"><x:deep>{OTHERS}</x:deep></x:any>',
    "<contributor><name>Zed</name><email>zed@x.example</email></contributor>",
    "<dc:title>X</dc:title>",
    '<atom:link rel="enclosure" type="image/jpeg">https://x.example/1.jpg</atom:link>',
    '<link rel="self">https://x.example/1.atom</link>',
    '<link rel="replies" type="text/html">https://x.example/replies</link>',
]


def only_post(text: str) -> ParsedEntry:
    (post,) = parse(text.encode(), content_type=None).posts
    return post


def own(post: ParsedEntry) -> tuple[object, ...]:
    texts = [markup.value for markup in (*post.contents, *filter(None, [post.summary]))]
    title = post.title.value if post.title else None
    return title, post.links[:1], texts, post.authors, post.tags, post.published, post.guid


@pytest.mark.parametrize("broken", ["", "&nope;"], ids=["well-formed", "broken"])
@pytest.mark.parametrize("document", [RSS, ATOM], ids=["rss", "atom"])
@pytest.mark.parametrize("nested", NESTED)
def test_nothing_inside_an_element_of_an_entry_is_the_entrys(nested: str, document: str, broken: str) -> None:
    wanted = (
        "T",
        ("https://site.example/1",),
        ["Words."],
        ("Ann",),
        ("c",),
        "Sun, 01 Mar 2026 10:00:00 GMT",
        "g",
    )

    assert own(only_post(document % ("", nested, "") + broken)) == wanted
    assert own(only_post(document % ("", "", nested) + broken)) == wanted


def test_an_authors_link_and_title_are_the_authors() -> None:
    author = f"<author><name>Bob</name><uri>https://bob.example/</uri>{OTHERS}</author>"
    post = only_post(ATOM % ("", author, ""))

    assert post.links[0] == "https://site.example/1"
    assert post.title
    assert (post.title.value, post.authors) == ("T", ("Bob", "Ann"))


def test_lists_of_own_elements_are_read() -> None:
    post = only_post(RSS % ("", "<categories><category>a</category><category>b</category></categories>", ""))

    assert post.tags == ("a", "b", "c")


def test_the_caption_of_a_film_is_the_text_of_an_entry_that_has_none() -> None:
    group = "<media:group><media:title>X</media:title><media:description>About it.</media:description></media:group>"
    post = only_post(ATOM.replace("<summary>Words.</summary>", group) % ("", "", ""))

    assert [content.value for content in post.contents] == ["About it."]


@pytest.mark.parametrize(
    ("channel", "authors"),
    [
        (
            "<itunes:owner><itunes:name>Zed</itunes:name></itunes:owner><itunes:author>Ann</itunes:author>",
            ("Ann",),
        ),
        (
            "<itunes:author>Ann</itunes:author><itunes:owner><itunes:name>Zed</itunes:name></itunes:owner>",
            ("Ann",),
        ),
        ("<itunes:owner><itunes:name>Zed</itunes:name></itunes:owner>", ()),
        ("<managingEditor>ann@site.example (Ann)</managingEditor>", ("ann@site.example (Ann)",)),
    ],
)
def test_whom_to_write_to_is_not_who_wrote(channel: str, authors: tuple[str, ...]) -> None:
    assert parse((RSS % (channel, "", "")).encode(), content_type=None).authors == authors


@pytest.mark.parametrize("name", ["author", "dc:creator", "itunes:author"])
def test_a_mail_address_with_a_long_last_part_tears_no_name(name: str) -> None:
    written = "ann@example.photography (Ann Example)"
    post = only_post((RSS % ("", "", "")).replace("<author>Ann</author>", f"<{name}>{written}</{name}>"))

    assert post.authors == (written,)


def test_a_post_without_an_author_has_that_of_its_source() -> None:
    source = "<source><title>O</title><id>urn:o</id><author><name>Bob</name></author></source>"
    without = ATOM.replace("<author><name>Ann</name></author>", "") % (
        "<author><name>Team</name></author>",
        "%s",
        "",
    )

    assert only_post(without % source).authors == ("Bob",)
    assert only_post(ATOM % ("", source, "")).authors == ("Ann",)


@pytest.mark.parametrize(
    ("links", "page"),
    [
        ('<link hreflang="en" href="/en"/><link hreflang="de" href="/de"/>', "/de"),
        ('<link rel="alternate" hreflang="fr" href="/fr"/><link rel="alternate" href="/any"/>', "/any"),
        ('<link type="application/json" href="/x.json"/><link type="text/html" href="/x.html"/>', "/x.html"),
        ('<link href="/first"/><link href="/second"/>', "/first"),
        ('<link rel="http://www.iana.org/assignments/relation/alternate" href="/page"/>', "/page"),
        ('<link rel="related" href="/other"/><link href="/page"/>', "/page"),
    ],
)
def test_the_page_of_a_post_is_the_alternate_in_its_language(links: str, page: str) -> None:
    document = ATOM.replace('<link href="https://site.example/1"/>', "%s").replace(
        "<feed ", '<feed xml:lang="de" '
    )

    assert only_post(document % ("", "", links, "")).links[0] == page


@pytest.mark.parametrize(
    ("feed", "entry", "text", "language"),
    [
        ("fr", ' xml:lang="de"', "", "de"),
        ("fr", ' xml:lang="de"', ' xml:lang="it"', "it"),
        ("fr", "", ' xml:lang="it"', "it"),
        ("fr", "", "", None),
    ],
)
def test_the_innermost_language_counts(feed: str, entry: str, text: str, language: str | None) -> None:
    document = ATOM.replace("<feed ", f'<feed xml:lang="{feed}" ').replace("<entry>", f"<entry{entry}>")
    found = parse(
        (document.replace("<summary>", f"<summary{text}>") % ("", "", "")).encode(), content_type=None
    )

    assert (found.language, found.posts[0].language) == (feed, language)


@pytest.mark.parametrize("where", ["rss", "channel", "item", "enclosure"])
def test_a_base_holds_for_enclosures_too(where: str) -> None:
    document = RSS % ("", "", '<enclosure url="1.mp3" type="audio/mpeg"/>')
    post = only_post(document.replace(f"<{where}", f'<{where} xml:base="https://base.example/a/"', 1))

    assert [file.url for file in post.enclosures] == ["https://base.example/a/1.mp3"]


@pytest.mark.parametrize(
    ("people", "authors"),
    [
        ("<dc:creator>Ann</dc:creator><itunes:author>The Network</itunes:author>", ("Ann",)),
        ("<itunes:author>The Network</itunes:author><dc:creator>Ann</dc:creator>", ("Ann",)),
        ("<author>show@x.example</author><itunes:author>Ann</itunes:author>", ("show@x.example", "Ann")),
        ("<itunes:author>Ann</itunes:author>", ("Ann",)),
    ],
)
def test_a_directorys_author_counts_if_no_other_is_named(people: str, authors: tuple[str, ...]) -> None:
    assert only_post(BARE % people).authors == authors


def test_a_directorys_title_counts_if_there_is_no_other() -> None:
    post = only_post(BARE % "<itunes:title>Short</itunes:title>")

    assert post.title is not None
    assert post.title.value == "Short"


@pytest.mark.parametrize(
    ("elements", "links"),
    [
        ('<guid isPermaLink="True">https://site.example/p</guid>', ("https://site.example/p",)),
        ("<link/><guid>https://site.example/p</guid>", ("https://site.example/p",)),
        ('<link/><guid isPermaLink="FALSE">https://site.example/p</guid>', ()),
        (
            "<link>https://site.example/a</link><guid>https://site.example/p</guid>",
            ("https://site.example/a", "https://site.example/p"),
        ),
    ],
)
def test_a_guid_that_is_a_page_is_the_link_if_there_is_no_other(
    elements: str, links: tuple[str, ...]
) -> None:
    assert only_post(BARE % elements).links == links
