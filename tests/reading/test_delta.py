import json
from dataclasses import replace
from datetime import timedelta

import pytest

from aggregator.lifecycle.takeover import listing
from aggregator.model import FeedContent, LastDocument
from aggregator.reading import marks
from aggregator.reading.read import read
from tests.support.corpus import Sample
from tests.support.deltas import changed, shortened

ADDRESS = "https://example.org/feed.xml"
HEAD = "<title>F</title><link>https://example.org/</link>"


def rss(*items: str, head: str = HEAD) -> bytes:
    listed = "\n".join(f"<item>{item}</item>" for item in items)
    return f'<rss version="2.0"><channel>{head}{listed}</channel></rss>'.encode()


def post(name: str, words: str = "words") -> str:
    return f"<title>{name}</title><link>/{name}</link><guid>{name}</guid><description>{words}</description>"


def reading(body: bytes, last: LastDocument | None = None, address: str = ADDRESS) -> FeedContent:
    return read(body, content_type=None, address=address, last=last or LastDocument())


def after(body: bytes, address: str = ADDRESS) -> LastDocument:
    """Return what is remembered of a document that was read whole."""
    found = reading(body, address=address)
    return LastDocument(found.marks, listing(found, address))


def titles(found: FeedContent) -> list[str]:
    return [entry.title for entry in found.entries]


def test_only_what_is_new_is_read() -> None:
    found = reading(rss(post("c"), post("a"), post("b")), after(rss(post("a"), post("b"))))

    assert (titles(found), found.places, found.listed) == (["c"], (-1, 0, 1), 3)


def test_what_is_edited_is_read() -> None:
    found = reading(rss(post("a"), post("b", "others")), after(rss(post("a"), post("b"))))

    assert ([entry.text for entry in found.entries], found.places) == (["others"], (0, -1))


def test_what_is_left_out_or_moved_costs_no_reading() -> None:
    found = reading(rss(post("c"), post("a")), after(rss(post("a"), post("b"), post("c"))))

    assert (found.entries, found.places) == ((), (2, 0))


def test_the_delta_says_what_stays_and_what_left() -> None:
    before = reading(rss(post("a"), post("b") + "<pubDate>Mon, 02 Mar 2026 10:00:00 GMT</pubDate>"))
    last = LastDocument(before.marks, listing(before, ADDRESS))
    delta = marks.compared(reading(rss(post("c"), post("a")), last), last)
    a, b = (entry.span for entry in before.entries)

    assert delta
    assert (delta.repeated, delta.gone, delta.dates) == ((a,), (b,), (None, None))


def test_a_chain_of_deltas_remembers_what_a_whole_reading_would() -> None:
    last = after(rss(post("a")))
    for names in ("ba", "cba", "dcb", "bcd"):
        body = rss(*map(post, names))
        found = reading(body, last)
        last = LastDocument(found.marks, listing(found, ADDRESS, last.listing))
        assert found.places
        assert last == after(body)


@pytest.mark.parametrize(
    "body",
    [
        rss(post("c"), post("a"), head=HEAD + "<language>de</language>"),
        rss(post("c"), post("a"), head=HEAD.replace("org", "net")),
        rss(post("c"), post("a") + "<guid>"),  # not well-formed
        rss(post("c") + "&nbsp;", post("a")),
        rss(post("c"), post("a")).replace(b"/a", b"/\xff"),
    ],
)
def test_a_document_is_read_whole_if_anything_else_changed(body: bytes) -> None:
    last = after(rss(post("a"), post("b")))

    assert reading(body, last) == reading(body)
    assert reading(body, last).places == ()


def test_a_document_is_read_whole_if_older_entries_are_kept_by_now() -> None:
    body, last = rss(post("b"), post("a")), after(rss(post("a")))

    assert reading(body, replace(last, keep=timedelta(days=365))).places == ()


def test_a_document_at_another_address_is_read_whole() -> None:
    body, last = rss(post("b"), post("a")), after(rss(post("a")), "https://example.net/")

    assert reading(body, last) == reading(body)


@pytest.mark.parametrize(
    "new",
    [
        "<title>c</title><guid>a</guid>",
        "<title>c</title><link>/a</link>",
        "<title>a</title>",
        post("a"),
    ],
)
def test_a_document_is_read_whole_if_a_new_entry_shares_a_key_with_a_known_one(new: str) -> None:
    body = rss(new, post("a"), post("b"))

    assert reading(body, after(rss(post("a"), post("b")))) == reading(body)


@pytest.mark.parametrize(
    "items",
    [
        (post("a"), post("a")),
        ("<title>a</title><guid>1</guid>", "<title>b</title><guid>1</guid>"),
        (post("a"), ""),  # an empty shell
        (post("a"), f"<item>{post('b')}</item>"),
    ],
)
def test_what_entries_are_is_remembered_only_if_each_stands_for_itself(items: tuple[str, ...]) -> None:
    assert reading(rss(*items)).marks == b""


def test_items_of_a_json_feed_are_read_if_they_are_new() -> None:
    items = [{"id": name, "url": f"/{name}", "content_text": name} for name in "abc"]
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "F", "items": items[1:]}
    last = after(json.dumps(feed).encode())
    found = reading(json.dumps({**feed, "items": items}, indent=1).encode(), last)

    assert ([entry.guid for entry in found.entries], found.places) == (["a"], (-1, 0, 1))


@pytest.mark.parametrize("encoding", ["windows-1251", "koi8-r", "utf-16", "utf-8-sig"])
def test_entries_are_told_apart_in_every_encoding(encoding: str) -> None:
    def encoded(*items: str) -> bytes:
        return f"<?xml version='1.0' encoding='{encoding}'?>{rss(*items).decode()}".encode(encoding)

    found = reading(encoded(post("щука"), post("мышь")), after(encoded(post("мышь"))))

    assert (titles(found), found.places) == (["щука"], (-1, 0))


def test_an_entry_that_the_store_could_not_settle_is_read_again() -> None:
    body = rss(post("a"), post("b"))
    first = reading(body)
    unsettled = marks.unsettled(first.marks, [first.entries[1].span or 0])
    found = reading(body, LastDocument(unsettled, listing(first, ADDRESS)))

    assert (titles(found), found.places) == (["b"], (0, -1))


def test_every_real_document_reads_alike_whole_and_as_a_delta(corpus: list[Sample]) -> None:
    deltas = 0
    for sample in corpus:
        document = shortened(sample.body)
        if not reading(document, address=sample.url).marks:
            continue
        for change, before, body in changed(document):
            first = reading(before, address=sample.url)
            last = LastDocument(first.marks, listing(first, sample.url))
            found, expected = reading(body, last, sample.url), reading(body, address=sample.url)
            known = {entry.span: entry for entry in first.entries}
            new = iter(found.entries)
            digests = [mark.digest for mark in marks.unpacked(found.marks)]
            entries = [
                known[digest] if place >= 0 else next(new)
                for place, digest in zip(found.places, digests, strict=False)
            ]
            deltas += bool(found.places)

            assert replace(found, places=(), entries=tuple(entries) or found.entries) == expected, (
                sample,
                change,
            )
            assert listing(found, sample.url, last.listing) == listing(expected, sample.url), (sample, change)
    assert deltas > 6 * 180
