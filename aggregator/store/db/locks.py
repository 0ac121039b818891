"""The locks of writers of the timeline on PostgreSQL; SQLite has one writer anyway.

Pollers share the timeline, and each locks only the posts that it lists again. Operations that change much of
it at once, such as pruning, lock it exclusively. All locks last until the end of the transaction, and are
taken in this order: hosts (see `hosts`), the timeline, posts, and last the revision, then tags and counters:
from there to the end one transaction at a time, so that changes become visible in the order of their numbers.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from time import perf_counter

from sqlalchemy import Connection, Text, cast, func, select

from aggregator.store.db.bulk import among, numbers
from aggregator.store.db.tables import post, revision
from aggregator.store.db.types import digest
from aggregator.tally import Count

_TIMELINE = digest("the timeline")


@contextmanager
def waiting(connection: Connection) -> Iterator[None]:
    """Count the duration of the block as a wait for other writers; without contention it is a fraction of a millisecond."""
    began = perf_counter()
    try:
        yield
    finally:
        tally = connection.get_execution_options().get("tally")
        if tally:  # a transaction of `Database.write`
            tally.add(Count.LOCK_WAIT, round((perf_counter() - began) * 1_000_000))


def timeline(connection: Connection, *, alone: bool) -> None:
    """Lock the timeline, shared or exclusively."""
    if connection.dialect.name != "sqlite":
        lock = func.pg_advisory_xact_lock if alone else func.pg_advisory_xact_lock_shared
        with waiting(connection):
            connection.execute(select(lock(_TIMELINE)))


def posts(connection: Connection, ids: Iterable[int]) -> None:
    """Wait until no other transaction lists one of these posts again."""
    if connection.dialect.name != "sqlite":
        with waiting(connection):
            connection.execute(_POSTS, {"ids": sorted(set(ids))})


def last_part(connection: Connection) -> None:
    """Wait until no other transaction is in its last part. All later statements see what those transactions committed."""
    if connection.dialect.name != "sqlite":
        with waiting(connection):
            connection.execute(_REVISION)


def committed(connection: Connection) -> str:
    """Return what differs as soon as another transaction that writes has begun or ended; always the same on SQLite, if this one writes."""
    return "" if connection.dialect.name == "sqlite" else str(connection.execute(_SNAPSHOT).scalar_one())


# https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-SNAPSHOT
_SNAPSHOT = select(cast(func.pg_current_snapshot(), Text))
_REVISION = select(revision.c.id).where(revision.c.id == 1).with_for_update()
_POSTS = (
    select(post.c.id)
    .where(among(post.c.id, numbers("ids")))
    .order_by(post.c.id)
    .with_for_update(key_share=True)  # other transactions may add entries to it meanwhile
)
