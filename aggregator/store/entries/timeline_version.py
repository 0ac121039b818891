"""Whether anything that the timeline shows has changed: one number, one row."""

import time
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from sqlalchemy import Connection, delete, select, update

from aggregator.store.db.bulk import add_to_rows, among, texts
from aggregator.store.db.database import Database
from aggregator.store.db.tables import revision as table
from aggregator.store.db.tables import tag_count
from aggregator.store.entries.timeline_index import Change
from aggregator.store.errors import StoreUnavailable

LONGEST_WAIT = 1.0  # seconds for another thread's question


@dataclass(frozen=True, slots=True)
class TimelineVersion:
    """A state of the timeline; `changed` is when it came to be."""

    number: int
    changed: datetime


def timeline_version(db: Database) -> TimelineVersion:
    """Return the state of the timeline: moves exactly when something visible in it changes."""
    with db.read() as connection:
        row = connection.execute(select(table.c.number, table.c.changed).where(table.c.id == 1)).one()
    return TimelineVersion(row.number, row.changed)


class TimelineWatch:
    """The state of the timeline, asked for as seldom as can be. Safe between threads.

    SQLite tells cheaply whether anybody committed, so that a change is seen at once. PostgreSQL is asked at each use
    or, with `patience`, once in so many seconds: a change is seen at most that much later. One thread asks at a time: a
    database that hangs holds one, and the others can say so.
    """

    def __init__(self, patience: float = 0) -> None:
        self._patience = patience
        self._last: tuple[object, TimelineVersion] | None = None
        self._asking = Lock()
        self._hangs = False

    def current(self, db: Database) -> TimelineVersion:
        """Return the state of the timeline of `db`; raises StoreUnavailable, also if another thread waits for it too long."""
        # Before the number is asked for: what changes meanwhile is seen the next time.
        moment = self._moment(db)
        last = self._last
        if last is not None and last[0] == moment:
            return last[1]
        if not self._asking.acquire(timeout=0 if self._hangs else LONGEST_WAIT):
            self._hangs = True
            raise StoreUnavailable("the database does not answer a question that takes it a millisecond")
        try:
            self._last = (moment, timeline_version(db))
            self._hangs = False
            return self._last[1]
        finally:
            self._asking.release()

    def _moment(self, db: Database) -> object:
        """Return what is equal as long as the last answer holds."""
        if db.is_sqlite:
            return db.data_version()
        return time.monotonic() // self._patience if self._patience else object()


def record(connection: Connection, change: Change, now: datetime) -> None:
    """Say what a transaction changed in the timeline; in its last part, after all that it shows is written."""
    if change.visible:
        _move(connection, now)
    _count_tags(connection, change.tags)


def _move(connection: Connection, now: datetime) -> None:
    """Say that the timeline shows something else from `now` on.

    From here to the end of the transaction nobody else can move the number, so that changes become visible in the
    order of their numbers, each together with its own.
    """
    connection.execute(update(table).where(table.c.id == 1).values(number=table.c.number + 1, changed=now))


def _count_tags(connection: Connection, more: Counter[str]) -> None:
    """Add to how many posts each tag shows. All pollers meet at these rows."""
    rows = [{"tag": tag, "posts": posts} for tag, posts in sorted(more.items()) if posts]
    add_to_rows(connection, tag_count, rows)
    if fewer := [tag for tag, posts in more.items() if posts < 0]:
        connection.execute(_UNUSED, {"tags": fewer})


_UNUSED = delete(tag_count).where(among(tag_count.c.tag, texts("tags")), tag_count.c.posts <= 0)
