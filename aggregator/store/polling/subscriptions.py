"""Subscriptions to hubs: what was requested, when it ends, when it is renewed."""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update

from aggregator.model import Feed
from aggregator.store.db.database import Database, insert_into
from aggregator.store.db.feed_rows import FEED_COLUMNS, feed_of, is_shown
from aggregator.store.db.tables import feed, subscription
from aggregator.store.db.types import AnyRow

ASKED, ACTIVE, DENIED = "asked", "active", "denied"

_RETRY = timedelta(days=1)  # after a request that the hub did not verify
_RETRY_DENIED = timedelta(days=7)
_RENEW = 0.8  # of a lease, so that no post is missed when a hub is down for a while


@dataclass(frozen=True, slots=True)
class Subscription:
    """A feed's subscription at its hub. `token` is the end of the callback's address, `secret` signs what is pushed."""

    feed_id: int
    hub: str
    topic: str
    token: str
    secret: str
    asked: datetime  # of the last request to the hub
    state: str = ASKED
    lease_until: datetime | None = None


_FIELDS = tuple(field.name for field in fields(Subscription))


def subscriptions_due(db: Database, now: datetime) -> list[tuple[Feed, Subscription | None]]:
    """Return the feeds that name a hub and have no subscription there, or one that is to be renewed."""
    missing = or_(
        subscription.c.feed_id.is_(None),
        subscription.c.due <= now,
        subscription.c.hub != feed.c.hub,
        subscription.c.topic != feed.c.topic,
    )
    with db.read() as connection:
        rows = connection.execute(
            select(*FEED_COLUMNS, *(subscription.c[name].label(f"its_{name}") for name in _FIELDS))
            .outerjoin(subscription, subscription.c.feed_id == feed.c.id)
            .where(is_shown(), feed.c.due_at.is_not(None), feed.c.hub.is_not(None), feed.c.topic.is_not(None))
            .where(missing)
            .order_by(feed.c.id)
        ).all()
    return [(feed_of(row), _subscription_of(row, "its_")) for row in rows]


def save_subscription(db: Database, wanted: Subscription) -> None:
    """Write a requested subscription, replacing the one that the feed had."""
    values = {name: getattr(wanted, name) for name in _FIELDS} | {"due": wanted.asked + _RETRY}
    with db.write() as connection:
        added = insert_into(connection, subscription).values(**values)
        connection.execute(added.on_conflict_do_update(index_elements=["feed_id"], set_=values))


def confirm_subscription(db: Database, token: str, *, lease_until: datetime) -> None:
    """Record that the hub verified a subscription, and until when it pushes."""
    with db.write() as connection:
        asked = connection.execute(select(subscription.c.asked).where(subscription.c.token == token)).scalar()
        if asked is not None:
            connection.execute(
                update(subscription)
                .where(subscription.c.token == token)
                .values(state=ACTIVE, lease_until=lease_until, due=asked + (lease_until - asked) * _RENEW)
            )


def deny_subscription(db: Database, token: str) -> None:
    """Record that the hub denied the subscription; it is requested again after a week."""
    with db.write() as connection:
        asked = connection.execute(select(subscription.c.asked).where(subscription.c.token == token)).scalar()
        if asked is not None:
            connection.execute(
                update(subscription)
                .where(subscription.c.token == token)
                .values(state=DENIED, lease_until=None, due=asked + _RETRY_DENIED)
            )


def subscription_by_token(db: Database, token: str) -> Subscription | None:
    """Return the subscription whose callback ends with `token`, if the sources file still has its source."""
    wanted = (
        select(subscription)
        .join(feed, feed.c.id == subscription.c.feed_id)
        .where(subscription.c.token == token, is_shown())
    )
    with db.read() as connection:
        row = connection.execute(wanted).first()
    return _subscription_of(row) if row else None


def is_pushed(db: Database, feed_id: int, now: datetime) -> bool:
    """Whether a hub pushes this feed's documents: polls are only a safety net then."""
    with db.read() as connection:
        active = select(subscription.c.feed_id).where(
            subscription.c.feed_id == feed_id, subscription.c.lease_until > now
        )
        return connection.execute(active).first() is not None


def _subscription_of(row: AnyRow, prefix: str = "") -> Subscription | None:
    values = {name: getattr(row, prefix + name) for name in _FIELDS}
    return Subscription(**values) if values["feed_id"] is not None else None
