"""What holds in every format of the merged feeds."""

import unicodedata
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import atoma
import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.model import Duplicate, Enclosure, SourceRef
from aggregator.outputs import FORMATS, Format
from aggregator.outputs.channel import EPOCH, carried, newest_change
from aggregator.reading.read import read
from tests.outputs.readers import READERS
from tests.support.items import MOMENT, SOURCE, a_channel, an_item

each_format = pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)

# Words that break a feed when they are escaped once too often or too little, and scripts that break with bytes.
STRANGE = [
    "Use the <head> element",
    "<b>bold</b> & <script>alert(1)</script>",
    "AT&T, AT&amp;T and &lt;p&gt;",
    "]]> ends nothing",
    "שלום עולם، مرحبا بالعالم",
    "👩‍👩‍👧‍👦 🇪🇺 and 中文、日本語",
    "combining e\u0301 and \U0001f600",
    "quotes \" and ' and `",
]


def folded(text: str) -> str:
    return " ".join(text.split())


@each_format
def test_every_format_has_a_reader_in_the_tests(form: Format) -> None:
    assert form.name in READERS


@each_format
@pytest.mark.parametrize("text", STRANGE)
def test_strange_words_come_out_as_they_went_in(form: Format, text: str) -> None:
    item = an_item(title=text, text=text, authors=(text,), tags=(text,), source=replace(SOURCE, title=text))

    (read,) = READERS[form.name](form.render(a_channel(title=text, description=text), [item]))

    assert (read.title, read.text, read.authors, read.tags, read.source) == (
        text,
        text,
        (text,),
        (text,),
        text,
    )


@each_format
@given(text=st.text(st.characters(), max_size=400))
def test_any_text_in_is_the_same_text_out(form: Format, text: str) -> None:
    """But for what no XML can carry, and with white space folded, as it is in every entry."""
    item = an_item(title=text, text=text, authors=(text,), tags=(text,))
    expected = folded(carried(text))

    (read,) = READERS[form.name](form.render(a_channel(), [item]))

    assert folded(read.title) == expected
    assert folded(read.text) == expected
    assert folded(read.authors[0]) == expected
    assert folded(read.tags[0]) == expected


@each_format
@pytest.mark.parametrize("char", ["\x00", "\x08", "\x0b", "\x1f", "\ufffe", "\uffff", "\ud800"])
def test_characters_that_xml_cannot_carry_never_appear(form: Format, char: str) -> None:
    body = form.render(a_channel(title=f"a{char}b"), [an_item(title=f"a{char}b", text=f"c{char}d")])

    (read,) = READERS[form.name](body)

    assert (read.title, read.text) == ("ab", "cd")


@each_format
def test_the_id_is_the_post_s_own_and_the_link_is_its_publisher_s(form: Format) -> None:
    (read,) = READERS[form.name](form.render(a_channel(), [an_item(7)]))

    assert read.id == "urn:uuid:00000000-0000-4000-8000-000000000007"
    assert read.link == "https://aws.test/compute/7"


@each_format
def test_a_post_without_a_title_is_not_given_one(form: Format) -> None:
    (read,) = READERS[form.name](form.render(a_channel(), [an_item(title="")]))

    assert read.title == ""


@each_format
def test_a_long_text_is_the_excerpt_of_the_settings(form: Format) -> None:
    (read,) = READERS[form.name](form.render(a_channel(excerpt=40), [an_item(text="words and " * 50)]))

    assert read.text.endswith("...")
    assert len(read.text) <= 40


@each_format
def test_the_same_posts_are_the_same_bytes(form: Format) -> None:
    items = [an_item(1), an_item(2)]

    assert form.render(a_channel(), items) == form.render(a_channel(), items)


@each_format
def test_where_else_a_post_ran_is_told(form: Format) -> None:
    copy = Duplicate(SourceRef("news", "News", "https://news.test/feed"), "https://news.test/copy")

    assert b"https://news.test/copy" in form.render(a_channel(), [an_item(also_in=(copy,))])


@each_format
@pytest.mark.parametrize("language", ["en", None, "en_US garbage"])
def test_a_post_s_language_is_told_only_where_it_differs_and_is_one(
    form: Format, language: str | None
) -> None:
    plain = form.render(a_channel(language="en"), [an_item()])

    assert form.render(a_channel(language="en"), [an_item(language=language)]) == plain
    assert form.render(a_channel(language="en"), [an_item(language="pt-BR")]) != plain


@each_format
def test_a_date_in_the_future_is_held_where_the_post_stands(form: Format) -> None:
    dated = an_item(published=MOMENT + timedelta(days=400))

    assert form.render(a_channel(), [dated]) == form.render(a_channel(), [an_item()])


@each_format
def test_dates_of_any_offset_are_told_in_utc(form: Format) -> None:
    elsewhere = MOMENT.astimezone(datetime.fromisoformat("2026-01-01T00:00:00+05:30").tzinfo)

    assert form.render(a_channel(updated=elsewhere), [an_item(published=elsewhere)]) == form.render(
        a_channel(), [an_item()]
    )


def test_a_feed_is_as_new_as_the_newest_change_in_it() -> None:
    edited = MOMENT + timedelta(days=2)

    assert newest_change([an_item(1), an_item(2, changed=edited), an_item(3, changed=None)]) == edited


def test_an_empty_feed_is_as_new_at_any_time() -> None:
    assert newest_change([]) == EPOCH == datetime(1970, 1, 1, tzinfo=UTC)


@each_format
def test_an_empty_feed_is_one_too(form: Format) -> None:
    assert READERS[form.name](form.render(a_channel(updated=EPOCH), [])) == []


@pytest.mark.parametrize("name", ["rss", "atom"])
def test_feedparser_reads_what_we_write(name: str) -> None:
    form = next(form for form in FORMATS if form.name == name)
    item = an_item(
        title="R&D: <head> first",
        text="Plain words & more.",
        authors=("Ada", "Grace"),
        tags=("lambda", "cold start"),
        updated=MOMENT,
        enclosures=(Enclosure("https://aws.test/1.mp3", "audio/mpeg", 123, 60),),
        comments="https://aws.test/1#comments",
    )
    channel = a_channel(older="https://timeline.test/feed?before=x", hub="https://hub.test/")

    parsed = feedparser.parse(form.render(channel, [item]), sanitize_html=False)
    (entry,) = parsed.entries

    assert not parsed.bozo
    assert parsed.feed.title == "Serverless Timeline"
    assert entry.title == "R&D: <head> first"
    assert [author.name for author in entry.authors] == ["Ada", "Grace"]
    assert [tag.term for tag in entry.tags] == ["lambda", "cold start"]
    assert entry.source.title == "AWS Compute Blog"
    assert entry.published_parsed[:5] == (2026, 3, 2, 9, 30)
    assert entry.enclosures[0].href == "https://aws.test/1.mp3"
    assert entry.link == "https://aws.test/compute/1"
    links = {link.rel: link.href for link in parsed.feed.links}
    assert links["next"] == "https://timeline.test/feed?before=x"
    assert links["hub"] == "https://hub.test/"
    assert links["self"] == "https://timeline.test/feed"


def test_atoma_reads_atom() -> None:
    feed = atoma.parse_atom_bytes(FORMATS[2].render(a_channel(), [an_item(tags=("lambda",))]))

    assert feed.updated == MOMENT
    assert feed.entries[0].title.value == "Post 1"
    assert feed.entries[0].source.title.value == "AWS Compute Blog"


def test_atoma_reads_rss() -> None:
    feed = atoma.parse_rss_bytes(FORMATS[1].render(a_channel(), [an_item()]))

    assert feed.last_build_date == MOMENT
    assert feed.items[0].guid == "urn:uuid:00000000-0000-4000-8000-000000000001"
    assert feed.items[0].source.url == "https://aws.test/compute/feed/"


def test_atoma_reads_json_feed() -> None:
    feed = atoma.parse_json_feed_bytes(FORMATS[0].render(a_channel(), [an_item(updated=MOMENT)]))

    assert feed.items[0].date_modified == MOMENT
    assert feed.items[0].content_text == "A few plain words."


@each_format
# But for entities in plain text: reading takes them for a publisher's double escape, and is right to.
@pytest.mark.parametrize("text", [text for text in STRANGE if "&amp;" not in text])
def test_a_site_like_this_one_takes_over_what_we_write(form: Format, text: str) -> None:
    item = an_item(title=text, text=text, authors=("Ada",), tags=("lambda",))
    body = form.render(a_channel(), [item])

    reading = read(body, content_type=form.content_type, address="https://timeline.test/feed")

    (entry,) = reading.entries
    assert reading.fault is None
    assert (entry.guid, entry.link) == (item.public_id, item.link)
    assert unicodedata.normalize("NFC", text) in (entry.title, entry.text)
    assert (entry.authors, entry.tags, entry.published) == (("Ada",), ("lambda",), MOMENT)
