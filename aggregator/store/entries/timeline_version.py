"""The version of the timeline: one number in one row, which changes with whatever the timeline shows."""

import time
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from sqlalchemy import Connection, delete, select, update

from aggregator.store.db.bulk import add_to_rows, among, texts
from aggregator.store.db.database import Database
from aggregator.store.db.tables import revision as table
from aggregator.store.db.tables import tag_count
from aggregator.store.entries.timeline_index import Change
from aggregator.store.entries.top_index import update_top
from aggregator.store.errors import StoreUnavailable

LONGEST_WAIT = 1.0  # seconds for one row


@dataclass(frozen=True, slots=True)
class TimelineVersion:
    """A version of the timeline; `changed` is its time."""

    number: int
    changed: datetime


def timeline_version(db: Database) -> TimelineVersion:
    """Return the version of the timeline, which changes exactly when something visible in it changes."""
    with db.read() as connection:
        row = connection.execute(select(table.c.number, table.c.changed).where(table.c.id == 1)).one()
    return TimelineVersion(row.number, row.changed)


class TimelineWatch:
    """The version of the timeline, queried as rarely as possible. Thread-safe.

    SQLite says cheaply whether another connection committed, so that a change is seen at once. PostgreSQL is
    queried at each use or, with `patience`, once in so many seconds: a change is seen at most that much
    later. A separate thread sends the query, so that a server that hangs blocks no thread that serves
    readers.
    """

    def __init__(self, patience: float = 0) -> None:
        self._patience = patience
        self._last: tuple[object, TimelineVersion] | None = None
        self._asker = ThreadPoolExecutor(1, thread_name_prefix="timeline")
        self._lock = Lock()
        self._question: Future[TimelineVersion] | None = None
        self._asked_at = 0.0

    def current(self, db: Database) -> TimelineVersion:
        """Return the version of the timeline of `db`; raises StoreUnavailable, also if the database hangs."""
        # Before the query: what changes meanwhile is seen the next time.
        moment = self._moment(db)
        last = self._last
        if last is None or last[0] != moment:
            last = self._last = (moment, timeline_version(db) if db.is_sqlite else self._ask(db))
        return last[1]

    def _ask(self, db: Database) -> TimelineVersion:
        with self._lock:
            if self._question is None or self._question.done():
                self._question, self._asked_at = self._asker.submit(timeline_version, db), time.monotonic()
            question, patience = self._question, self._asked_at + LONGEST_WAIT - time.monotonic()
        try:
            return question.result(timeout=max(patience, 0))
        except TimeoutError:
            raise StoreUnavailable("the database hangs: a query for one row was not answered") from None

    def _moment(self, db: Database) -> object:
        """Return a value that is equal as long as the last answer is valid."""
        if db.is_sqlite:
            return db.data_version()
        return time.monotonic() // self._patience if self._patience else object()


def record(connection: Connection, change: Change, now: datetime) -> None:
    """Record what a transaction changed in the timeline; in its last part, after everything visible is written."""
    update_top(connection, change)
    if change.visible:
        _move(connection, now)
    _count_tags(connection, change.tags)


def _move(connection: Connection, now: datetime) -> None:
    """Increment the version of the timeline as of `now`.

    From here to the end of the transaction no other can change the number, so that changes become visible in
    the order of their numbers, each together with its own.
    """
    connection.execute(update(table).where(table.c.id == 1).values(number=table.c.number + 1, changed=now))


def _count_tags(connection: Connection, more: Counter[str]) -> None:
    """Add to the number of posts of each tag. All pollers update these rows."""
    rows = [{"tag": tag, "posts": posts} for tag, posts in sorted(more.items()) if posts]
    add_to_rows(connection, tag_count, rows)
    if fewer := [tag for tag, posts in more.items() if posts < 0]:
        connection.execute(_UNUSED, {"tags": fewer})


_UNUSED = delete(tag_count).where(among(tag_count.c.tag, texts("tags")), tag_count.c.posts <= 0)
