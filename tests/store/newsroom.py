"""A store with the sources that a test lists, polled as a poller would, without any network."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from aggregator import store
from aggregator.model import (
    Cursor,
    Entry,
    Feed,
    Item,
    Outcome,
    Page,
    Reason,
    ReasonCode,
    Result,
    SaveSummary,
    State,
    TimelineQuery,
)
from aggregator.sources.settings import Polling, Settings, Source, Timeline
from aggregator.store import Database
from tests.support.clock import ManualClock
from tests.support.saving import save

OWNER = "poller-1"
LEASE = timedelta(minutes=5)
NO_GAP = Polling(per_host_gap=timedelta())
MARCH = datetime(2026, 3, 1, tzinfo=UTC)


def a_source(slug: str, **keys: Any) -> Source:
    """Return a source at a host of its own."""
    known: dict[str, Any] = {"url": f"https://{slug}.test/feed", "slug": slug, "polling": NO_GAP}
    return Source(**known | keys)


def an_entry(name: str, **fields: Any) -> Entry:
    """Return an entry that its name tells from all others."""
    entry = Entry(
        guid=f"guid of {name}",
        link=f"https://example.test/{name.replace(' ', '-')}",
        fingerprint="",
        title=f"A post that is called {name}",
        text=f"These are the words of {name}, and nobody else has the same ones about {name}.",
        minutes=1,
        published=MARCH,
    )
    entry = replace(entry, **fields)
    return replace(entry, fingerprint=hashlib.sha256((entry.title + entry.text).encode()).hexdigest())


class Newsroom:
    """A store, its sources file, and a poller's hands."""

    def __init__(self, database: Database, clock: ManualClock) -> None:
        self.database = database
        self.clock = clock
        self.settings = Settings()

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def lists(self, *sources: Source, **timeline: Any) -> None:
        """Let the sources file say this."""
        self.settings = Settings(sources=sources, timeline=Timeline(**timeline))
        store.sync_sources(self.database, self.settings, self.now)

    def claim(self, limit: int = 100, owner: str = OWNER) -> list[Feed]:
        return store.claim_due(self.database, now=self.now, limit=limit, owner=owner, lease=LEASE)

    def claimed(self, slug: str) -> Feed:
        feed = store.claim_one(self.database, slug, now=self.now, owner=OWNER, lease=LEASE)
        assert feed is not None
        return feed

    def save(self, feed: Feed, *entries: Entry, owner: str = OWNER, **fields: Any) -> SaveSummary | None:
        """Save what a poll of a claimed feed found; `fields` are the outcome's or those of the state after it."""
        state: dict[str, Any] = {
            "state": State.OK,
            "last_poll": self.now,
            "last_success": self.now,
            "next_poll": self.now + timedelta(hours=1),
            "why": (Reason(ReasonCode.POSTS, rate=0.3),),
        }
        state |= {name: fields.pop(name) for name in list(fields) if hasattr(feed.poll_state, name)}
        known: dict[str, Any] = {"result": Result.READ, "status": 200}
        outcome = Outcome(
            feed, self.now, after=replace(feed.poll_state, **state), entries=entries, **known | fields
        )
        return save(self.database, outcome, owner=owner, settings=self.settings)

    def poll(self, slug: str, *entries: Entry, **fields: Any) -> SaveSummary:
        """Poll a source: its document has these entries."""
        saved = self.save(self.claimed(slug), *entries, **fields)
        assert saved is not None
        return saved

    # --- what a reader sees

    def page(self, size: int = 100, before: Cursor | None = None, **view: Any) -> Page:
        return store.timeline_page(self.database, TimelineQuery(before=before, **view), size)

    def titles(self, **view: Any) -> list[str]:
        return [item.title.removeprefix("A post that is called ") for item in self.page(**view).items]

    def item(self, **view: Any) -> Item:
        (item,) = self.page(**view).items
        return item

    @property
    def revision(self) -> int:
        return store.timeline_version(self.database).number

    def walk(self, size: int, **view: Any) -> Iterator[Page]:
        """Yield all pages of a view, downwards."""
        page = self.page(size, **view)
        yield page
        while page.older:
            page = self.page(size, before=page.older, **view)
            yield page


@pytest.fixture
def newsroom(database: Database, clock: ManualClock) -> Newsroom:
    return Newsroom(database, clock)
