"""Hosts and their slots, which keep all pollers together polite to one server.

A host has `per_host` slots. A poll takes one until its lease ends; saving it frees the slot after the gap. So a
poller that dies frees its slots, too. `ready_at` of a host says when one of its feeds is due and a slot of it free.
It stays right only if a transaction that changes a `due_at` or a slot locks the host first and settles it
afterwards.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, bindparam, case, delete, exists, func, select, update

from aggregator.lifecycle.transitions import HostPaused, apply
from aggregator.model import HostPause
from aggregator.store.db import locks
from aggregator.store.db.bulk import among, texts, update_rows
from aggregator.store.db.database import Database, insert_into
from aggregator.store.db.feed_rows import state_of_row
from aggregator.store.db.tables import feed, host, host_slot
from aggregator.store.db.types import UtcDateTime


def lock(connection: Connection, names: Iterable[str]) -> set[str]:
    """Wait until no other transaction changes these hosts; return those that are known.

    Always in one order, to avoid deadlocks.
    """
    with locks.waiting(connection):
        return set(connection.execute(_LOCK, {"names": sorted(set(names))}).scalars())


def ensure(connection: Connection, per_host: Mapping[str, int], now: datetime) -> None:
    """Lock these hosts, inserting new ones, and give each at least its number of slots."""
    _make(connection, per_host)
    _add_slots(connection, per_host, now)


def introduce(connection: Connection, per_host: Mapping[str, int], now: datetime) -> None:
    """Lock these hosts, and insert new ones with this many slots. A known host keeps its slots."""
    known = lock(connection, per_host)
    new = {name: slots for name, slots in per_host.items() if name not in known}
    if new:
        ensure(connection, new, now)


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


def slots(connection: Connection) -> dict[str, int]:
    """Return how many slots each host has."""
    counts = select(host_slot.c.host, func.count().label("number")).group_by(host_slot.c.host)
    return {row.host: row.number for row in connection.execute(counts)}


def limit_slots(connection: Connection, per_host: Mapping[str, int]) -> None:
    """Delete the slots that hosts have beyond their number."""
    if not per_host:
        return
    connection.execute(
        delete(host_slot).where(host_slot.c.host == bindparam("name"), host_slot.c.n >= bindparam("slots")),
        [{"name": name, "slots": slots} for name, slots in per_host.items()],
    )


def take_slots(connection: Connection, taken: Mapping[int, str], *, now: datetime, until: datetime) -> None:
    """Give each of these feeds a free slot of its host; a host may occur once."""
    connection.execute(
        _TAKE_SLOT,
        [{"at": name, "now": now, "feed": feed_id, "until": until} for feed_id, name in taken.items()],
    )


def has_free_slot(connection: Connection, name: str, now: datetime) -> bool:
    """Whether a request may be sent to a host now."""
    free = select(host_slot.c.n).where(host_slot.c.host == name, host_slot.c.free_at <= now).limit(1)
    return connection.execute(free).first() is not None


_BUSY = timedelta(seconds=0.5)  # until a host is checked again whose slots are all in use


def until_free(connection: Connection, name: str, now: datetime) -> timedelta:
    """Return how long no slot of a host is free; for one in use, until it should be checked again."""
    slots = connection.execute(
        select(host_slot.c.free_at, host_slot.c.feed_id).where(host_slot.c.host == name)
    )
    waits = [row.free_at - now if row.feed_id is None else min(row.free_at - now, _BUSY) for row in slots]
    return max(min(waits, default=timedelta()), timedelta())


def forget_unused_hosts(db: Database, now: datetime) -> None:
    """Delete hosts that no feed is polled at, in batches: redirects can name any number of hosts."""
    names: Sequence[str] | None = None
    while names is None or len(names) == _AT_ONCE:
        with db.write() as connection:
            names = connection.execute(_UNUSED, {"now": now}).scalars().all()
            lock(connection, names)
            connection.execute(_FORGET, {"names": list(names), "now": now})


def free_slots(connection: Connection, freed: Mapping[int, tuple[str, datetime]]) -> None:
    """Free the slot that each of these feeds has at a host, from a moment on, if it still has one."""
    if not freed:
        return
    connection.execute(
        _FREE_SLOT, [{"at": name, "feed": feed_id, "from": at} for feed_id, (name, at) in freed.items()]
    )


def pause(connection: Connection, wish: HostPause) -> None:
    """Pause a host: no slot is free before the pause ends, and its feeds give that as the reason.

    A poll that is under way at the host loses its slot: otherwise it would free it when it ends. The feeds
    keep their order: after the pause the one that has waited longest comes first, or one that always causes a
    pause (a broken route) would block the others forever.
    """
    connection.execute(
        update(host_slot)
        .where(host_slot.c.host == wish.host)
        .values(
            free_at=case((host_slot.c.free_at < wish.until, wish.until), else_=host_slot.c.free_at),
            feed_id=None,
        )
    )
    waiting = select(feed).where(
        feed.c.host == wish.host, feed.c.due_at < wish.until, feed.c.lease_owner.is_(None)
    )
    event = HostPaused(wish.host, wish.until)
    states = [(row.id, apply(state_of_row(row), event)) for row in connection.execute(waiting)]
    update_rows(
        connection,
        feed,
        [{"id": feed_id, "next_poll": state.next_poll, "why": state.why} for feed_id, state in states],
    )


def settle(connection: Connection, names: Iterable[str]) -> None:
    """Write when these hosts, which are locked, are ready again."""
    connection.execute(_SETTLE, {"names": sorted(set(names))})


# --- statements -------------------------------------------------------------------------------------------

_LOCK = select(host.c.name).where(among(host.c.name, texts("names"))).order_by(host.c.name).with_for_update()

_FREE = (
    select(host_slot.c.n)
    .where(host_slot.c.host == bindparam("at"), host_slot.c.free_at <= bindparam("now", type_=UtcDateTime))
    .order_by(host_slot.c.n)
    .limit(1)
    .scalar_subquery()
)
_TAKE_SLOT = (
    update(host_slot)
    .where(host_slot.c.host == bindparam("at"), host_slot.c.n == _FREE)
    .values(feed_id=bindparam("feed"), free_at=bindparam("until", type_=UtcDateTime))
)
_FREE_SLOT = (
    update(host_slot)
    .where(host_slot.c.host == bindparam("at"), host_slot.c.feed_id == bindparam("feed"))
    .values(free_at=bindparam("from", type_=UtcDateTime), feed_id=None)
)

# Both inner queries read one row of an index.
_FIRST_DUE = select(func.min(feed.c.due_at)).where(feed.c.host == host.c.name).scalar_subquery()
_FIRST_FREE = select(func.min(host_slot.c.free_at)).where(host_slot.c.host == host.c.name).scalar_subquery()
_SETTLE = (
    update(host)
    .where(among(host.c.name, texts("names")))
    .values(
        ready_at=case((_FIRST_DUE <= _FIRST_FREE, _FIRST_FREE), else_=_FIRST_DUE)
    )  # null: nothing is ever due
)

_AT_ONCE = 1000  # hosts
_IS_UNUSED = and_(
    ~exists().where(feed.c.host == host.c.name),
    ~exists().where(
        host_slot.c.host == host.c.name, host_slot.c.free_at > bindparam("now", type_=UtcDateTime)
    ),
)
_UNUSED = select(host.c.name).where(_IS_UNUSED).limit(_AT_ONCE)
_FORGET = delete(host).where(among(host.c.name, texts("names")), _IS_UNUSED)
