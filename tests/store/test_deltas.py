"""A poll that left unread what it knew leaves the same rows as one that read its document whole."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Any

import pytest
from sqlalchemy import select

from aggregator.lifecycle.takeover import listing
from aggregator.model import LastDocument
from aggregator.reading.marks import compared
from aggregator.reading.read import read
from aggregator.store.db.tables import entry, entry_text, feed
from tests.store.newsroom import Newsroom, a_source
from tests.support.corpus import Sample
from tests.support.deltas import changed, shortened

ADDRESS = "https://example.org/feed.xml"
OF_THE_FEED = {"id", "feed_id", "post_id", "guid_key", "words_key"}


def rss(*items: str) -> bytes:
    listed = "\n".join(f"<item>{item}</item>" for item in items)
    return f'<rss version="2.0"><channel><title>F</title>{listed}</channel></rss>'.encode()


BOTH = a_source("blog-whole"), a_source("blog-delta")


def post(name: str, day: int, words: str = "") -> str:
    return (
        f"<title>The post that is called {name}</title><link>/{name}</link><guid>{name}</guid>"
        f"<pubDate>{day:02} Mar 2026 10:00 GMT</pubDate><description>{words or f'words of {name}'}</description>"
    )


def poll(newsroom: Newsroom, slug: str, body: bytes, address: str, *, whole: bool) -> bool:
    """Poll a source whose document is this; return whether a part of it was left unread."""
    claimed = newsroom.claimed(slug)
    last = LastDocument(claimed.poll_state.marks, claimed.poll_state.listing)
    reading = read(body, content_type=None, address=address, last=LastDocument() if whole else last)
    newsroom.save(
        claimed,
        *reading.entries,
        delta=compared(reading, last),
        marks=reading.marks,
        listing=listing(reading, address, last.listing),
    )
    return bool(reading.places)


def rows(newsroom: Newsroom, slug: str) -> list[dict[str, Any]]:
    with newsroom.database.read() as connection:
        found = connection.execute(
            select(entry, entry_text.c.text)
            .join(feed, feed.c.id == entry.c.feed_id)
            .outerjoin(entry_text, entry_text.c.entry_id == entry.c.id)
            .where(feed.c.slug == slug)
            .order_by(entry.c.id)
        )
        return [
            {name: value for name, value in row._asdict().items() if name not in OF_THE_FEED} for row in found
        ]


def _apart(one: list[dict[str, Any]], other: list[dict[str, Any]]) -> Iterator[tuple[Any, ...]]:
    nothing: dict[str, Any] = {}
    for mine, theirs in zip_longest(one, other, fillvalue=nothing):
        for key in mine.keys() | theirs.keys():
            if mine.get(key) != theirs.get(key):
                yield mine.get("title"), key, mine.get(key), theirs.get(key)


def polled_both_ways(newsroom: Newsroom, name: str, bodies: Sequence[bytes], address: str = ADDRESS) -> int:
    """Poll documents one after another, an hour apart, whole and as deltas; return how many were deltas."""
    deltas, ways = 0, {f"{name}-whole": True, f"{name}-delta": False}
    for number, body in enumerate(bodies):
        deltas += sum([poll(newsroom, slug, body, address, whole=whole) for slug, whole in ways.items()])
        whole, delta = (rows(newsroom, slug) for slug in ways)
        assert [*_apart(delta, whole)] == [], (name, number)
        newsroom.clock.advance(hours=3)
    return deltas


def test_one_new_one_edited_one_withdrawn_and_the_order_turned(newsroom: Newsroom) -> None:
    newsroom.lists(*BOTH)
    a, b, c, d = (post(name, day) for name, day in zip("abcd", (5, 4, 3, 2), strict=True))
    edited = post("b", 4, "other words, and more of them, than there were")
    bodies = [
        rss(b, c, d),
        rss(a, b, c, d),
        rss(a, edited, c, d),
        *[rss(a, c, d)] * 2,
        rss(c, d, a),
        rss(d, a, c),
    ]

    assert polled_both_ways(newsroom, "blog", [*bodies, rss(a, c, b, d), rss(a, b)]) == 8


def test_what_is_missing_is_withdrawn_though_the_rest_is_left_unread(newsroom: Newsroom) -> None:
    newsroom.lists(*BOTH)
    known, spam = [post(name, 20 - day) for day, name in enumerate("abcd")], post("spam", 19)
    new = [post(f"new-{number}", 25 - number) for number in range(4)]
    later = [rss(*new[number:], *known) for number in (3, 2, 1, 0)]

    assert polled_both_ways(newsroom, "blog", [rss(known[0], spam, *known[1:]), *later]) == 4
    withdrawn = [row["title"] for row in rows(newsroom, "blog-delta") if row["withdrawn"]]
    assert withdrawn == ["The post that is called spam"]


def test_a_clock_in_a_post_is_taken_over_after_a_day(newsroom: Newsroom) -> None:
    newsroom.lists(*BOTH)
    words = "A post of many words that stay as they are, but for the time of day that stands in it, "
    bodies = [rss(post("a", 3, f"{words} {hour} o'clock"), post(f"b{hour}", 4)) for hour in (1, 2)]

    polled_both_ways(
        newsroom,
        "blog",
        [*bodies, *[rss(post("a", 3, f"{words} 2 o'clock"), post(f"c{n}", 5)) for n in range(12)]],
    )


def test_real_documents_leave_the_same_rows(newsroom: Newsroom, corpus: list[Sample]) -> None:
    if not newsroom.database.is_sqlite:
        pytest.skip("one database is enough")
    deltas = 0
    newsroom.lists(
        *(a_source(f"d{number}-{way}") for number in range(len(corpus)) for way in ("whole", "delta"))
    )
    for number, sample in enumerate(corpus):
        document = shortened(sample.body, 4)
        if not read(document, content_type=None, address=sample.url).marks:
            continue
        after = {change: body for change, _, body in changed(document)}
        bodies = [after[change] for change in ("one withdrawn", "one new", "one edited", "order turned")]
        deltas += polled_both_ways(newsroom, f"d{number}", bodies, sample.url)
    assert deltas > 400
