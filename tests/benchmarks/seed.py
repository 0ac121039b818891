"""A store of any size, filled by the table: entries as polls would have left them, a hundred times as fast."""

import random
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import Any

from sqlalchemy import Connection, insert, select

from aggregator import store
from aggregator.sources.settings import Settings, Source
from aggregator.store import Database
from aggregator.store.db.tables import entry, entry_text, feed, listing, post, tag_count
from aggregator.store.db.types import digest
from aggregator.store.entries import search
from aggregator.store.entries.timeline_index import EVERYTHING, Change, facet_of_feed, facet_of_tag
from aggregator.store.entries.timeline_version import record

SOURCES = 200
TAG = "lambda"  # of every tenth source
NEWEST = datetime(2026, 3, 2, 12, tzinfo=UTC)
SPAN = timedelta(days=365)
CHUNK = 5_000
CACHE = 1_000_000  # KiB
_HALVES = [
    f"{first}{second}" for first in "bdfgklmnprstvz" for second in ("oran", "elit", "umo", "ista", "ae")
]
WORDS = [f"{one}{two}" for one in _HALVES for two in _HALVES]
# As often as words of a language are: the n-th about 1/n as often as the first (Zipf's law).
_OFTEN = list(accumulate(1 / (rank + 10) for rank in range(len(WORDS))))

SOURCES_FILE = "".join(
    f'[[source]]\nurl = "https://s{number}.test/feed"\nslug = "s{number}"\n'
    f'title = "Source {number}"\ntags = ["{TAG if number % 10 == 0 else "other"}"]\n'
    for number in range(SOURCES)
)
SETTINGS = Settings(
    sources=tuple(
        Source(
            url=f"https://s{number}.test/feed",
            slug=f"s{number}",
            title=f"Source {number}",
            tags=(TAG if number % 10 == 0 else "other",),
        )
        for number in range(SOURCES)
    )
)


def seed(url: str, size: int) -> None:
    """Fill an empty store with so many entries, spread evenly over a year and over the sources."""
    database = Database.open(url)
    store.migrate(database)
    store.sync_sources(database, SETTINGS, NEWEST)
    chance = random.Random(size)
    with database.read() as connection:
        feeds = list(connection.execute(select(feed.c.id, feed.c.tags).order_by(feed.c.id)))
    for first in range(1, size + 1, CHUNK):
        numbers = range(first, min(first + CHUNK, size + 1))
        with database.write() as connection:
            _fill(connection, numbers, size, feeds, chance)
    with database.write() as connection:
        tags = [{"tag": TAG, "posts": size // 10}, {"tag": "other", "posts": size - size // 10}]
        connection.execute(insert(tag_count), tags)
        record(connection, Change(visible=True), NEWEST)
        connection.exec_driver_sql("ANALYZE")
    database.close()


def _fill(connection: Connection, numbers: range, size: int, feeds: list[Any], chance: random.Random) -> None:
    if connection.dialect.name == "sqlite":
        # The indexes of digests grow everywhere at once: with room for them it takes a third of the time.
        connection.exec_driver_sql(f"PRAGMA cache_size = -{CACHE}")
    places = {number: NEWEST - SPAN * (number / size) for number in numbers}
    texts = {number: " ".join(chance.choices(WORDS, cum_weights=_OFTEN, k=80)) for number in numbers}
    titles = {
        number: " ".join(chance.choices(WORDS, cum_weights=_OFTEN, k=8)).capitalize() for number in numbers
    }
    posts = [
        {
            "id": number,
            "public_id": uuid.UUID(int=number).urn,
            "placed": places[number],
            "entry_id": number,
        }
        for number in numbers
    ]
    entries = [
        _entry(number, feeds[number % len(feeds)].id, titles[number], texts[number], places[number])
        for number in numbers
    ]
    connection.execute(insert(post), posts)
    connection.execute(insert(entry), entries)
    connection.execute(insert(entry_text), [{"entry_id": n, "text": texts[n]} for n in numbers])
    connection.execute(insert(listing), list(_listed(numbers, places, feeds)))
    search.index(connection, {number: (titles[number], texts[number]) for number in numbers})


def _entry(number: int, feed_id: int, title: str, text: str, placed: datetime) -> dict[str, Any]:
    return {
        "id": number,
        "feed_id": feed_id,
        "post_id": number,
        "guid": f"guid-{number}",
        "guid_key": digest("guid", str(feed_id), f"guid-{number}"),
        "words_key": digest("words", str(feed_id), str(number)),
        "link_key": digest("link", str(number)),
        "title_key": digest("title", title),
        "first_seen": placed,
        "placed": placed,
        "changed": placed,
        "missing": 0,
        "withdrawn": False,
        "pruned": False,
        "link": f"https://s{number % SOURCES}.test/posts/{number}",
        "fingerprint": str(number),
        "title": title,
        "lead": text,
        "minutes": 1,
        "authors": ("Ada Lovelace",),
        "tags": (),
        "enclosures": (),
        "published": placed,
    }


def _listed(numbers: range, places: dict[int, datetime], feeds: list[Any]) -> Iterator[dict[str, Any]]:
    for number in numbers:
        row = feeds[number % len(feeds)]
        for facet in (EVERYTHING, facet_of_feed(row.id), *map(facet_of_tag, row.tags)):
            yield {"facet": facet, "placed": places[number], "post_id": number}
