"""Hosts and their slots: what keeps all pollers together polite to one server.

A host has `per_host` slots. A poll takes one until its lease ends; saving it frees the slot after the gap. So a
poller that dies frees its slots, too. `ready_at` of a host says when one of its feeds is due and a slot of it free.
It holds only if whoever changes a `due_at` or a slot locks the host first and settles it afterwards.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime

from sqlalchemy import Connection, bindparam, case, delete, func, select, update

from aggregator.model import HostPause, Reason, ReasonCode
from aggregator.store.columns import Instant
from aggregator.store.database import insert_into
from aggregator.store.tables import feed, host, host_slot

_MOST_NAMES = 10_000


def lock(connection: Connection, names: Iterable[str]) -> None:
    """Wait until no other transaction changes these hosts; in one order, so that nobody waits in a circle."""
    for part in _parts(names):
        connection.execute(
            select(host.c.name).where(host.c.name.in_(part)).order_by(host.c.name).with_for_update()
        )


def ensure(connection: Connection, per_host: Mapping[str, int], now: datetime) -> None:
    """Lock these hosts, made where they are new, and give each at least its number of slots."""
    _make(connection, per_host)
    _add_slots(connection, per_host, now)


def introduce(connection: Connection, per_host: Mapping[str, int], now: datetime) -> None:
    """Lock these hosts, and make those that are new, with so many slots. A known host keeps the slots that it has."""
    _make(connection, per_host)
    known = set(connection.execute(select(host_slot.c.host).where(host_slot.c.host.in_(per_host))).scalars())
    _add_slots(connection, {name: slots for name, slots in per_host.items() if name not in known}, now)


def _make(connection: Connection, names: Collection[str]) -> None:
    rows = [{"name": name} for name in sorted(names)]
    if rows:
        connection.execute(insert_into(connection, host).on_conflict_do_nothing(), rows)
        lock(connection, names)


def _add_slots(connection: Connection, per_host: Mapping[str, int], now: datetime) -> None:
    slots = [
        {"host": name, "n": n, "free_at": now, "feed_id": None}
        for name in sorted(per_host)
        for n in range(per_host[name])
    ]
    if slots:
        connection.execute(insert_into(connection, host_slot).on_conflict_do_nothing(), slots)


def limit_slots(connection: Connection, per_host: Mapping[str, int]) -> None:
    """Take away the slots that hosts have beyond their number."""
    if not per_host:
        return
    connection.execute(
        delete(host_slot).where(host_slot.c.host == bindparam("name"), host_slot.c.n >= bindparam("slots")),
        [{"name": name, "slots": slots} for name, slots in per_host.items()],
    )


def take_slots(connection: Connection, taken: Mapping[int, str], *, now: datetime, until: datetime) -> None:
    """Give each of these feeds a free slot of its host; a host may occur once."""
    free = (
        select(host_slot.c.n)
        .where(host_slot.c.host == bindparam("at"), host_slot.c.free_at <= bindparam("now", type_=Instant))
        .order_by(host_slot.c.n)
        .limit(1)
        .scalar_subquery()
    )
    connection.execute(
        update(host_slot)
        .where(host_slot.c.host == bindparam("at"), host_slot.c.n == free)
        .values(feed_id=bindparam("feed"), free_at=bindparam("until", type_=Instant)),
        [{"at": name, "now": now, "feed": feed_id, "until": until} for feed_id, name in taken.items()],
    )


def has_free_slot(connection: Connection, name: str, now: datetime) -> bool:
    """Whether a host may be asked now."""
    free = select(host_slot.c.n).where(host_slot.c.host == name, host_slot.c.free_at <= now).limit(1)
    return connection.execute(free).first() is not None


def free_slot(connection: Connection, name: str, feed_id: int, *, at: datetime) -> None:
    """Free the slot that a feed has, where it still has it."""
    connection.execute(
        update(host_slot)
        .where(host_slot.c.host == name, host_slot.c.feed_id == feed_id)
        .values(free_at=at, feed_id=None)
    )


def pause(connection: Connection, wish: HostPause) -> None:
    """Leave a host alone until its wish ends: no slot is free before, and its feeds say why.

    A poll that is under way at the host loses its slot: else it would open it again when it ends. The feeds keep
    their order: after the pause who has waited longest comes first, or one that always brings a pause (one broken
    route) would keep the others away for ever.
    """
    connection.execute(
        update(host_slot)
        .where(host_slot.c.host == wish.host)
        .values(
            free_at=case((host_slot.c.free_at < wish.until, wish.until), else_=host_slot.c.free_at),
            feed_id=None,
        )
    )
    connection.execute(
        update(feed)
        .where(feed.c.host == wish.host, feed.c.due_at < wish.until, feed.c.lease_owner.is_(None))
        .values(next_poll=wish.until, why=(Reason(ReasonCode.HOST_PAUSED, text=wish.host),))
    )


def settle(connection: Connection, names: Iterable[str]) -> None:
    """Say when these hosts, which are locked, are ready again. Both inner queries are one step in an index."""
    due = select(func.min(feed.c.due_at)).where(feed.c.host == host.c.name).scalar_subquery()
    free = select(func.min(host_slot.c.free_at)).where(host_slot.c.host == host.c.name).scalar_subquery()
    ready_at = case((due <= free, free), else_=due)  # null where nothing is due ever
    for part in _parts(names):
        connection.execute(update(host).where(host.c.name.in_(part)).values(ready_at=ready_at))


def _parts(names: Iterable[str]) -> Iterator[list[str]]:
    """Yield the names in their order, as many at a time as both databases take parameters."""
    ordered = sorted(set(names))
    for first in range(0, len(ordered), _MOST_NAMES):
        yield ordered[first : first + _MOST_NAMES]
