"""The whole web side on a real store, with posts that a test publishes as a poll would."""

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from werkzeug.test import Client

from aggregator import store
from aggregator.model import (
    DocumentWarning,
    Entry,
    Fault,
    FaultCode,
    HoldEvidence,
    Outcome,
    PollDetails,
    Result,
    SaveSummary,
    State,
    WarningCode,
)
from aggregator.sources.settings import Polling, Settings, Source
from aggregator.store import Database
from aggregator.web import create_app
from aggregator.web.serving.context import Context
from tests.support.clock import ManualClock
from tests.support.saving import save

OWNER = "test"

# A test publishes twice in a moment: its hosts need no pause.
_POLLING = Polling(per_host_gap=timedelta())

SETTINGS = Settings(
    sources=(
        Source(
            url="https://aws.test/feed", slug="aws", title="AWS Compute", tags=("lambda",), polling=_POLLING
        ),
        Source(
            url="https://news.test/feed", slug="news", title="News", tags=("news", "weekly"), polling=_POLLING
        ),
        Source(url="https://off.test/feed", slug="off", title="Switched off", enabled=False),
    )
)


def an_entry(number: int, **fields: Any) -> Entry:
    """Return a plain entry; `number` tells two apart."""
    entry = Entry(
        guid=f"guid-{number}",
        link=f"https://example.test/posts/{number}",
        fingerprint=hashlib.sha256(str(number).encode()).hexdigest(),
        title=f"Post number {number} of the example",
        text=f"The words of post {number}.",
        minutes=1,
    )
    return replace(entry, **fields)


class Site:
    """An application, its store, its clock, and its settings, which a test may replace at any time."""

    def __init__(self, database: Database, clock: ManualClock, settings: Settings = SETTINGS) -> None:
        self.database = database
        self.clock = clock
        self.settings = settings
        self.sync()
        self.app = create_app(settings=settings, database=database, clock=clock)
        self.context = self.surroundings()

    def surroundings(self, **fields: Any) -> Context:
        """Give the application surroundings whose settings are those of this site."""
        here = Context(self.database, lambda: self.settings, self.clock, started=self.clock.now(), **fields)
        here.init_app(self.app)
        return here

    def sync(self) -> None:
        """Let the store mirror the settings that a test changed."""
        store.sync_sources(self.database, self.settings, self.clock.now())

    @property
    def client(self) -> Client:
        """A new client, as a new reader."""
        return Client(self.app)

    def fail(self, slug: str, state: State = State.FAILING, hold: tuple[HoldEvidence, ...] = ()) -> None:
        """Save a poll that failed now."""
        now = self.clock.now()
        feed = store.claim_one(self.database, slug, now=now, owner=OWNER, lease=timedelta(minutes=5))
        assert feed is not None
        fault = Fault(FaultCode.CERTIFICATE_EXPIRED)
        after = replace(
            feed.poll_state,
            state=state,
            failures=1,
            fault=fault,
            hold=hold,
            warnings=(DocumentWarning(WarningCode.ITEMS_WITHOUT_ID),),
        )
        outcome = Outcome(feed, now, Result.FAILED, after, details=PollDetails(fault=fault))
        save(self.database, outcome, owner=OWNER, settings=self.settings)

    def publish(self, *entries: Entry, slug: str = "aws") -> SaveSummary:
        """Save a document of these entries, which a poll found now."""
        now = self.clock.now()
        lease = timedelta(minutes=5)
        feed = store.claim_one(self.database, slug, now=now, owner=OWNER, lease=lease)
        assert feed is not None
        after = replace(
            feed.poll_state,
            state=State.OK,
            last_poll=now,
            last_success=now,
            next_poll=now + timedelta(hours=1),
        )
        outcome = Outcome(feed, now, Result.READ, after, entries, status=200)
        saved = save(self.database, outcome, owner=OWNER, settings=self.settings)
        assert saved is not None
        return saved

    def publish_many(self, count: int, *, first: int = 1, newest: datetime | None = None) -> None:
        """Save so many entries, an hour apart, the one numbered `first` the newest."""
        newest = newest or self.clock.now() - timedelta(hours=1)
        self.publish(
            *(
                an_entry(number, published=newest - timedelta(hours=number - first))
                for number in range(first, first + count)
            )
        )


@contextmanager
def away(site: Site) -> Iterator[None]:
    """Let the file of the store be elsewhere for a while."""
    file = Path(str(site.database._writer.url.database))
    shutil.move(file, file.with_name("moved.db"))
    yield
    shutil.move(file.with_name("moved.db"), file)
