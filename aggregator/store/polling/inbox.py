"""The inbox of documents that hubs pushed, until a poller has read them.

The rule, which only this module knows:

- At most one document of a feed waits: a newer one replaces an older one, never the other way around.
- All waiting documents have `MOST_WAITING` bytes at most. One too many is refused, and the waiting ones stay.
- A document waits until its content is saved. The poller that reads it has claimed its feed, as for a poll,
  with a slot of its host; so no other one reads it meanwhile, and it is not lost if the poller dies.
- Documents are read in the order of their arrival, one per host at a time.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, exists, func, insert, or_, select

from aggregator.model import Feed
from aggregator.store.db.bulk import among, new_ids, numbers
from aggregator.store.db.database import Database
from aggregator.store.db.feed_rows import is_shown
from aggregator.store.db.tables import feed, host_slot, inbox, subscription
from aggregator.store.polling import hosts
from aggregator.store.polling.claims import claim_locked

MOST_WAITING = 200_000_000  # bytes


@dataclass(frozen=True, slots=True)
class Push:
    """A document that a hub pushed."""

    id: int
    feed_id: int
    received: datetime
    body: bytes
    content_type: str | None


def enqueue_push(
    db: Database, feed_id: int, body: bytes, content_type: str | None, received: datetime
) -> bool:
    """Keep a pushed document until a poller has read it; False if too many bytes wait already.

    `received` is when its first byte arrived, so that of two that overlap the one that was sent later wins.
    """
    with db.write() as connection:
        # Serializes two that arrive at the same moment.
        connection.execute(
            select(subscription.c.feed_id).where(subscription.c.feed_id == feed_id).with_for_update()
        )
        of_feed = inbox.c.feed_id == feed_id
        last = connection.execute(select(func.max(inbox.c.received)).where(of_feed)).scalar()
        if last is not None and last > received:
            return True
        others = select(func.coalesce(func.sum(func.length(inbox.c.body)), 0)).where(~of_feed)
        if connection.execute(others).scalar_one() + len(body) > MOST_WAITING:
            return False
        (number,) = new_ids(connection, inbox, 1)  # before the delete, or SQLite reuses the number
        connection.execute(delete(inbox).where(of_feed))
        values = {"feed_id": feed_id, "received": received, "body": body, "content_type": content_type}
        connection.execute(insert(inbox).values(id=number, **values))
    return True


def claim_pushes(
    db: Database, *, now: datetime, limit: int, owner: str, lease: timedelta
) -> list[tuple[Feed, Push]]:
    """Claim at most `limit` feeds that have a pushed document and whose hosts have a free slot; return both.

    The claim ends like that of a poll; call `drop_push` once the document is read.
    """
    with db.read() as connection:
        first_of_host = {row.host: row for row in reversed(connection.execute(_waiting(now)).all())}
    chosen = sorted(first_of_host.values(), key=lambda row: (row.received, row.id))[:limit]
    if not chosen:
        return []
    with db.write() as connection:
        hosts.lock(connection, [row.host for row in chosen])
        wanted = {row.feed_id: row.host for row in chosen}
        rows = connection.execute(_FEEDS, {"ids": list(wanted)}).all()
        claimed = [
            claim_locked(connection, row, now=now, owner=owner, lease=lease)
            for row in rows
            if row.host == wanted[row.id]
        ]
        feeds = {one.id: one for one in claimed if one}
        pushes = connection.execute(_PUSHES, {"ids": list(feeds)}).all()
        return [(feeds[row.feed_id], Push(*row)) for row in pushes]


def drop_push(db: Database, push: Push) -> None:
    """Delete a document that was read; a newer one of the same feed stays."""
    with db.write() as connection:
        connection.execute(delete(inbox).where(inbox.c.id == push.id))


def _waiting(now: datetime) -> Select[tuple[int, int, datetime, str]]:
    is_free = or_(feed.c.lease_owner.is_(None), feed.c.due_at <= now)
    may_be_asked = exists().where(host_slot.c.host == feed.c.host, host_slot.c.free_at <= now)
    return (
        select(inbox.c.id, inbox.c.feed_id, inbox.c.received, feed.c.host)
        .join(feed, feed.c.id == inbox.c.feed_id)
        .where(is_shown(), is_free, may_be_asked)
        .order_by(inbox.c.received, inbox.c.id)
    )


_FEEDS = select(feed).where(among(feed.c.id, numbers("ids")), is_shown()).order_by(feed.c.id)
_PUSHES = (
    select(inbox.c.id, inbox.c.feed_id, inbox.c.received, inbox.c.body, inbox.c.content_type)
    .where(among(inbox.c.feed_id, numbers("ids")))
    .order_by(inbox.c.received, inbox.c.id)
)
