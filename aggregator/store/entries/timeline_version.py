"""Whether anything that the timeline shows has changed: one number, one row."""

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
    or, with `patience`, once in so many seconds: a change is seen at most that much later. A thread of its own asks, so
    that a server that hangs holds nobody who serves readers.
    """

    def __init__(self, patience: float = 0) -> None:
        self._patience = patience
        self._last: tuple[object, TimelineVersion] | None = None
        self._asker = ThreadPoolExecutor(1, thread_name_prefix="timeline")
        self._lock = Lock()
        self._question: Future[TimelineVersion] | None = None
        self._asked_at = 0.0

    def current(self, db: Database) -> TimelineVersion:
        """Return the state of the timeline of `db`; raises StoreUnavailable, also if it hangs."""
        # Before the number is asked for: what changes meanwhile is seen the next time.
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
            raise StoreUnavailable("the database hangs: it has been asked for one row, in vain") from None

    def _moment(self, db: Database) -> object:
        """Return what is equal as long as the last answer holds."""
        if db.is_sqlite:
            return db.data_version()
        return time.monotonic() // self._patience if self._patience else object()


def record(connection: Connection, change: Change, now: datetime) -> None:
    """Say what a transaction changed in the timeline; in its last part, after all that it shows is written."""
    update_top(connection, change)
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
