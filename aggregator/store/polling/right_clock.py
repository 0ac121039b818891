"""Corrects what a wrong clock has left in the store, once the clock is right."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, and_, delete, func, or_, select, update

from aggregator.clock import is_wrong
from aggregator.lifecycle.planned import FAR_FUTURE
from aggregator.lifecycle.publisher_hints import LONGEST
from aggregator.lifecycle.transitions import ClockCorrected, apply
from aggregator.model import Result
from aggregator.store.db.bulk import among, numbers, update_rows
from aggregator.store.db.database import Database
from aggregator.store.db.feed_rows import is_polled, state_columns, state_of_row
from aggregator.store.db.tables import entry, feed, host_slot, poll, poller, subscription
from aggregator.store.db.types import AnyRow
from aggregator.store.entries import right_clock as entries
from aggregator.store.polling import hosts

AHEAD = timedelta(hours=1)  # two right clocks are never further apart
_LONGEST_PLAN = timedelta(days=60)  # twice the longest interval that a sources file may set
_GOOD = (Result.READ, Result.UNCHANGED, Result.NOT_MODIFIED, Result.HELD)


def correct_clock(db: Database, now: datetime) -> int:
    """Make feeds that were polled by a wrong clock due again, and correct their entries' positions; return how many feeds.

    A clock was wrong if a poll is stored as later than now, or as earlier than this program exists, or is
    planned beyond all that settings and publishers may ask for, or if a host's slot is taken for longer than
    any pause.
    """
    is_taken_ahead = host_slot.c.free_at > now + LONGEST + timedelta(days=1)
    taken = select(host_slot.c.host).where(is_taken_ahead)
    polled_wrongly = _polled_wrongly(now)
    with db.write() as connection:
        connection.execute(delete(poller).where(poller.c.at > now + AHEAD))
        _renew_subscriptions(connection, now)
        names = {row.host for row in connection.execute(polled_wrongly)} | set(
            connection.execute(taken).scalars()
        )
        if not names:
            return 0
        hosts.lock(connection, names)
        rows = connection.execute(polled_wrongly).all()
        last_successes = _last_successes(connection, rows, now)
        changes = [
            {"id": row.id, "due_at": now if is_polled(row, row.state) else None, "lease_owner": None}
            | state_columns(apply(state_of_row(row), ClockCorrected(now, last_successes[row.id])))
            for row in rows
        ]
        update_rows(connection, feed, changes)
        connection.execute(update(host_slot).where(is_taken_ahead).values(free_at=now, feed_id=None))
        hosts.settle(connection, names)
        _move(connection, rows, last_successes, now)
    return len(rows)


def _polled_wrongly(now: datetime) -> Select[Any]:
    is_planned_ahead = and_(feed.c.next_poll > now + _LONGEST_PLAN, feed.c.next_poll < FAR_FUTURE)
    has_entries_ahead = feed.c.id.in_(select(entry.c.feed_id).where(entry.c.placed > now + AHEAD))
    was_polled_wrongly = entries.was_wrong(feed.c.last_poll, now + AHEAD)
    return select(feed).where(or_(was_polled_wrongly, is_planned_ahead, has_entries_ahead))


def _renew_subscriptions(connection: Connection, now: datetime) -> None:
    """Renew the subscriptions that were requested at a wrong time: the ends of their leases are not known."""
    is_wrong = entries.was_wrong(subscription.c.asked, now + AHEAD)
    connection.execute(update(subscription).where(is_wrong).values(asked=now, due=now, lease_until=None))


def _last_successes(
    connection: Connection, rows: Sequence[AnyRow], now: datetime
) -> dict[int, datetime | None]:
    """Return, by feed, the last good poll by the right clock that its history knows."""
    found = connection.execute(
        select(poll.c.feed_id, func.max(poll.c.at).label("at"))
        .where(
            among(poll.c.feed_id, numbers("feeds")),
            ~entries.was_wrong(poll.c.at, now),
            poll.c.result.in_(_GOOD),
        )
        .group_by(poll.c.feed_id),
        {"feeds": [row.id for row in rows]},
    )
    return dict.fromkeys(row.id for row in rows) | {row.feed_id: row.at for row in found}


def _move(
    connection: Connection,
    rows: Sequence[AnyRow],
    last_successes: Mapping[int, datetime | None],
    now: datetime,
) -> None:
    """Shift the stored times of these feeds by the error of the clock: the last of them becomes now."""
    ids = list(last_successes)
    moments = [row.last_poll for row in rows if row.last_poll and is_wrong(row.last_poll, now)]
    if latest := entries.latest_moment(connection, ids, now):
        moments.append(latest)
    if not moments:
        return
    error = max(moments) - now
    was_wrong = entries.was_wrong(poll.c.at, now)
    history = select(poll.c.id, poll.c.at).where(among(poll.c.feed_id, numbers("feeds")), was_wrong)
    polls = connection.execute(history, {"feeds": ids}).all()
    update_rows(connection, poll, [{"id": row.id, "at": row.at - error} for row in polls])
    entries.restate(connection, last_successes, error=error, now=now)
