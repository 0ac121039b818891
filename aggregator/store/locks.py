"""What writers of the timeline wait for on PostgreSQL; SQLite has one writer anyhow.

Pollers share the timeline: each locks only the links, titles and posts that it writes. What changes much of it at
once, as pruning does, has it alone. All locks last until the end of the transaction, and are taken in this order:
hosts (see `hosts`), the timeline, keys, posts, then the rows at which all pollers meet: tags, counters, the revision.
"""

from collections.abc import Iterable

from sqlalchemy import Connection, func, select

from aggregator.store.bulk import among, numbers
from aggregator.store.columns import digest
from aggregator.store.tables import post

# PostgreSQL keeps room for 6,400 locks in all, unless it is told otherwise.
MOST_KEYS = 512

_TIMELINE = digest("the timeline")


def whole_timeline(connection: Connection) -> None:
    """Wait until no other transaction changes the timeline, and keep all others from it."""
    if connection.dialect.name != "sqlite":
        connection.execute(select(func.pg_advisory_xact_lock(_TIMELINE)))


def keys(connection: Connection, wanted: Iterable[int]) -> None:
    """Wait until no other transaction brings a post with one of these keys (digests of links, titles and ids).

    Without it two feeds that bring copies of one post at the same moment would make two posts of it.
    """
    if connection.dialect.name == "sqlite":
        return
    ordered = sorted(set(wanted))
    if len(ordered) > MOST_KEYS:
        whole_timeline(connection)
        return
    connection.execute(select(func.pg_advisory_xact_lock_shared(_TIMELINE)))
    if ordered:
        connection.exec_driver_sql(
            "SELECT pg_advisory_xact_lock(key) FROM unnest(%s::bigint[]) AS key", (ordered,)
        )


def posts(connection: Connection, ids: Iterable[int]) -> None:
    """Wait until no other transaction lists one of these posts anew."""
    if connection.dialect.name != "sqlite":
        connection.execute(_POSTS, {"ids": sorted(set(ids))})


_POSTS = (
    select(post.c.id)
    .where(among(post.c.id, numbers("ids")))
    .order_by(post.c.id)
    .with_for_update(key_share=True)  # other transactions may add entries to it meanwhile
)
