import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregator import explain
from aggregator.model import DocumentWarning, Entry, FaultKind, FeedContent, WarningCode
from aggregator.reading.read import read

ADDRESS = "https://example.org/feed.xml"


def rss(*items: str, channel: str = "") -> bytes:
    listed = "".join(f"<item>{item}</item>" for item in items)
    return f'<rss version="2.0"><channel><title>A feed</title>{channel}{listed}</channel></rss>'.encode()


def reading(body: bytes, content_type: str | None = None) -> FeedContent:
    return read(body, content_type=content_type, address=ADDRESS)


def first(item: str) -> Entry:
    return reading(rss(item)).entries[0]


def test_rss_becomes_clean_entries() -> None:
    entry = first(
        "<title>Use the &amp;lt;head&amp;gt; element</title><link>/post?utm_source=rss</link><guid>7</guid>"
        "<author>a@example.org (Ann)</author><category>AWS</category><category>aws</category>"
        "<pubDate>Mon, 02 Mar 2026 10:00:00 GMT</pubDate><description>&lt;p&gt;Hello&lt;/p&gt;</description>"
        "<enclosure url='/a.mp3' type='audio/mpeg' length='12'/><comments>/c</comments>"
    )

    assert (entry.title, entry.text, entry.link) == (
        "Use the <head> element",
        "Hello",
        "https://example.org/post",
    )
    assert (entry.authors, entry.tags) == (("Ann",), ("AWS",))
    assert entry.published == datetime(2026, 3, 2, 10, tzinfo=UTC)
    assert (entry.enclosures[0].url, entry.enclosures[0].length) == ("https://example.org/a.mp3", 12)
    assert entry.comments == "https://example.org/c"


def test_an_excerpt_is_of_prose_if_there_is_enough_while_search_and_reading_time_keep_the_code() -> None:
    words = "Here is how it is done, step by step and in the order in which it matters. " * 3
    code = "go run main.go " * 300
    long, short = (
        first(f"<description><![CDATA[<pre>{code}</pre><p>{prose}</p>]]></description>")
        for prose in (words, words[:75])
    )

    assert long.excerpt_source == long.prose == words.strip()
    assert long.text == f"{code}{words}".strip()
    assert long.minutes > 3
    assert (short.prose, short.excerpt_source) == ("", short.text)


def test_a_post_without_code_keeps_no_second_copy_of_its_words() -> None:
    long = "Words of a post. " * 200

    assert first(f"<description><![CDATA[<p>{long}</p>]]></description>").prose == ""
    assert first(f"<description><![CDATA[<p>{long}</p><pre>code</pre>]]></description>").prose == ""


def test_a_post_that_is_only_a_file_is_named_by_it() -> None:
    episode = "<guid>7</guid><enclosure url='https://f.example/shows/No%20servers%20%28part%201%29.mp3?x=1' type='audio/mpeg'/>"

    assert first(episode).title == "No servers (part 1).mp3"
    assert first(f"{episode}<description>Words.</description>").title == ""
    assert first("<guid>7</guid><enclosure url='https://f.example/'/>").title == ""


def test_a_plain_title_keeps_its_tag() -> None:
    assert first("<title>Use the &lt;head> element</title>").title == "Use the <head> element"


def test_atom_is_read_with_its_base_and_origin() -> None:
    body = b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://base.example/blog/"><title>F</title>
    <link rel="hub" href="https://hub.example/"/><link rel="self" href="https://base.example/atom"/>
    <entry><id>urn:uuid:00000000-0000-4000-8000-000000000001</id><link href="post"/><title type="html">A &amp;lt; B</title><updated>2026-03-02T10:00:00Z</updated>
    <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>One</p><p>two</p></div></content>
    <source><id>x</id><title>Origin</title><link rel="self" href="https://o.example/atom"/></source></entry></feed>"""
    found = reading(body)

    assert (found.hub, found.topic, found.format) == (
        "https://hub.example/",
        "https://base.example/atom",
        "atom1",
    )
    entry = found.entries[0]
    assert (entry.link, entry.title, entry.text) == ("https://base.example/blog/post", "A < B", "One two")
    assert entry.atom_id == "urn:uuid:00000000-0000-4000-8000-000000000001"
    assert entry.origin
    assert entry.origin.url == "https://o.example/atom"


@pytest.mark.parametrize("version", ["1", "1.1"])
def test_json_feeds_are_read(version: str) -> None:
    feed = {
        "version": f"https://jsonfeed.org/version/{version}",
        "title": "F",
        "hubs": [{"type": "WebSub", "url": "https://hub.example/"}],
        "items": [
            {"id": 1, "url": "/p", "content_html": "<p>Hi</p>", "date_published": "2026-03-02T10:00:00Z",
             "tags": ["a", 3], "author": {"name": "Ann"}},
            "no object",
        ],
    }  # fmt: skip
    found = reading(json.dumps(feed).encode())

    assert (found.format, found.hub, len(found.entries)) == ("jsonfeed", "https://hub.example/", 1)
    entry = found.entries[0]
    assert (entry.guid, entry.link, entry.text, entry.tags) == ("1", "https://example.org/p", "Hi", ("a",))
    assert found.warnings == (DocumentWarning(WarningCode.ODD_ITEMS),)


def test_a_page_names_its_feeds() -> None:
    found = reading(b'<!doctype html><link rel="alternate" type="application/rss+xml" href="/rss">')

    assert found.feeds == ("https://example.org/rss",)
    assert found.fault
    assert found.fault.kind is FaultKind.PAGE
    assert "https://example.org/rss" in explain.fault(found.fault)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"Hello there", "Hello there"),
        (b"{broken", "JSON"),
        (b"[]", "JSON"),
        (b'{"items": 1}', "no items"),
        (b"%PDF-1.4", "PDF"),
        (b"<opml version='2.0'></opml>", "<opml>"),
    ],
)
def test_what_is_no_feed_says_what_it_looks_like(body: bytes, words: str) -> None:
    found = reading(body)

    assert found.fault
    assert found.fault.kind is FaultKind.UNREADABLE
    assert words in explain.fault(found.fault)
    assert found.entries == ()


def test_an_empty_feed_is_no_fault() -> None:
    assert reading(rss()).fault is None


def test_a_malformed_feed_is_read_with_a_warning() -> None:
    found = reading(b"\n\n" + rss("<title>A & B</title><guid>1</guid>"))

    assert [entry.title for entry in found.entries] == ["A & B"]
    assert "not well-formed" in explain.warning(found.warnings[0])


def test_hints_are_read() -> None:
    channel = (
        "<ttl>90</ttl><skipHours><hour>0</hour><hour>24</hour><hour>5</hour></skipHours>"
        "<skipDays><day>Sunday</day></skipDays>"
    )
    hints = reading(rss(channel=channel)).hints

    assert (hints.ttl, hints.skip_hours, hints.skip_days) == (timedelta(minutes=90), (0, 5), (6,))


def test_one_guid_over_all_items_is_worthless_and_no_item_is_lost() -> None:
    found = reading(rss(*(f"<title>T{n}</title><link>/p{n}</link><guid>N/A</guid>" for n in range(3))))

    assert [entry.guid for entry in found.entries] == [None] * 3


def test_the_newest_500_of_a_document_are_kept() -> None:
    item = "<guid>{0}</guid><pubDate>{1:%a, %d %b %Y %H:%M:%S} GMT</pubDate>"
    start = datetime(2020, 1, 1, tzinfo=UTC)
    found = reading(rss(*(item.format(n, start + timedelta(days=n)) for n in range(600))))

    assert [entry.guid for entry in found.entries] == [str(n) for n in range(100, 600)]


def test_every_field_is_bounded() -> None:
    big = "x" * 300_000
    entry = first(f"<title>{big}</title><link>/{big}</link><guid>{big}</guid><category>{big}</category>"
                  f"<description>{big}</description>")  # fmt: skip

    assert max(len(entry.title), len(entry.guid or "")) <= 1000
    assert (entry.link, entry.tags) == (None, ())
    assert len(entry.text) == 200_000


# --- whatever a document contains -------------------------------------------------------------------------

DOCUMENTS = (
    rss(
        "<title>A &amp;amp; B</title><link>/post</link><guid>7</guid><author>a@example.org (Ann)</author><category>c</category>"
        "<pubDate>Mon, 02 Mar 2026 10:00:00 GMT</pubDate><description>&lt;p&gt;Words &lt;b&gt;bold&lt;/b&gt;&lt;/p&gt;</description>"
        "<enclosure url='/a.mp3' type='audio/mpeg' length='12'/><comments>/c</comments><source url='/s'>S</source>",
        channel="<link>https://example.org/</link><language>en</language><ttl>60</ttl>",
    ),
    b"""<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>F</title><link rel="hub" href="/hub"/>
    <link rel="self" href="/atom"/><entry><id>urn:1</id><link href="post"/><title type="html">T</title>
    <updated>2026-03-02T10:00:00Z</updated><content type="html">&lt;p&gt;Words&lt;/p&gt;</content></entry></feed>""",
    b"""{"version":"https://jsonfeed.org/version/1.1","title":"F","hubs":[{"type":"WebSub","url":"/hub"}],"items":[
    {"id":"1","url":"/p","title":"T","content_html":"<p>Hi</p>","tags":["a"],"authors":[{"name":"Ann"}]}]}""",
    b'<!doctype html><title>Page</title><link rel="alternate" type="application/rss+xml" href="/rss">',
    b"Hello there",
)
ODD = st.sampled_from(
    [b"\0", b"&#0;", b"&#xD800;", b"&#55296;", b"&amp;#xDFFF;", b"&#x110000;", rb"\u0000", rb"\ud800", b"\xed\xa0\x80",
     b"\xff\xfe", b"\x1b$B", b"<![CDATA[", b"]]>", b"<!--", b"&", b"<", b"http://[", b"//a\0b/", b"%00", b"\xc3"]
)  # fmt: skip


def texts(value: object) -> Iterator[str]:
    """Every text in a value, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from texts(item)
    elif is_dataclass(value):
        for field in fields(value):
            yield from texts(getattr(value, field.name))


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(DOCUMENTS),
    st.lists(st.tuples(st.floats(0, 1), ODD | st.binary(max_size=6)), min_size=1, max_size=4),
)
def test_no_text_that_a_store_refuses_comes_out_of_any_bytes(
    document: bytes, splices: list[tuple[float, bytes]]
) -> None:
    for place, odd in splices:
        cut = int(place * len(document))
        document = document[:cut] + odd + document[cut:]

    for text in texts(reading(document)):
        assert "\0" not in text
        text.encode()


@pytest.mark.parametrize("day", ["2026-01-01", "2026-03-31", "2028-02-29", "2026-12-31T23:59:59"])
def test_a_document_means_the_same_on_every_day(day: str) -> None:
    dates = (
        "2016/6/29",
        "1700000000",
        "March 2016",
        "Monday",
        "10:00",
        "29 Feb",
        "31",
        "Mon, 02 Mar 2026 10:00:00 IST",
    )
    document = rss(*(f"<title>{date}</title><pubDate>{date}</pubDate>" for date in dates))

    with time_machine.travel(datetime.fromisoformat(day).replace(tzinfo=UTC)):
        found = [entry.published for entry in reading(document).entries]

    assert found == [
        datetime(2016, 6, 29, tzinfo=UTC), datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC), *[None] * 6,
    ]  # fmt: skip


def test_a_feeds_name_closes_the_directions_that_it_opens() -> None:
    named = f"{'a' * 198}\u2067bc\u2069"
    body = f"<rss version='2.0'><channel><title>{named}</title></channel></rss>".encode()

    assert read(body, content_type=None, address="https://a.example/feed").title == f"{'a' * 198}b"
