"""Corrects entries that were first seen or changed while our clock was wrong, by its error."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, or_, select

from aggregator.clock import EARLIEST, is_wrong
from aggregator.reconcile.right_clock import SeenWrongly, restated
from aggregator.store.db import locks
from aggregator.store.db.bulk import add_to_rows, among, numbers, update_rows
from aggregator.store.db.tables import entry, post, posts_per_week
from aggregator.store.db.tables import feed as feeds
from aggregator.store.db.types import AnyRow
from aggregator.store.entries import search, timeline_index, timeline_version
from aggregator.store.entries.weeks import week_of

_MOMENTS = ("first_seen", "changed", "missing_since", "unlisted")


def was_wrong(column: ColumnElement[Any], now: datetime) -> ColumnElement[bool]:
    """Return the condition for which `is_wrong` is true."""
    return or_(column > now, column < EARLIEST)


def latest_moment(connection: Connection, feed_ids: Sequence[int], now: datetime) -> datetime | None:
    """Return the last wrong moment at which an entry of these feeds was seen for the first time."""
    latest = select(func.max(entry.c.first_seen)).where(_OF_THESE, was_wrong(entry.c.first_seen, now))
    moment: datetime | None = connection.execute(latest, {"feeds": feed_ids}).scalar()
    return moment


def restate(
    connection: Connection, last_successes: Mapping[int, datetime | None], *, error: timedelta, now: datetime
) -> None:
    """Correct the first sight and position of feeds' entries to those of a right clock.

    `error` is by how much it was ahead, negative if it was behind. `last_successes` has, by feed, its last good poll by the right clock.
    """
    locks.timeline(connection, alone=True)
    rows = connection.execute(_wrong(now), {"feeds": list(last_successes)}).all()
    places = _places(rows, last_successes, error=error, now=now)
    values = [_values(row, places.get(row.id), error=error, now=now) for row in rows]
    update_rows(connection, entry, values)
    moved = [(row, places[row.id].placed) for row in rows if row.id in places]
    _move_stories(connection, moved)
    _count_weeks(connection, moved)
    change = timeline_index.Change()
    timeline_index.update_listings(connection, (row.post_id for row, _ in moved), change)
    timeline_version.record(connection, change, now)


def _places(
    rows: Sequence[AnyRow], last_successes: Mapping[int, datetime | None], *, error: timedelta, now: datetime
) -> dict[int, SeenWrongly]:
    """Return, by id, the entries that were first seen by the wrong clock as they are by the right one."""
    seen: defaultdict[int, list[SeenWrongly]] = defaultdict(list)
    for row in rows:
        if is_wrong(row.first_seen, now):
            seen[row.feed_id].append(
                SeenWrongly(row.id, row.published or row.updated, row.first_seen, row.placed)
            )
    return {
        entry.id: entry
        for feed_id, entries in seen.items()
        for entry in restated(entries, error=error, last_success=last_successes[feed_id])
    }


def _values(row: AnyRow, right: SeenWrongly | None, *, error: timedelta, now: datetime) -> dict[str, Any]:
    moments = {name: getattr(row, name) for name in _MOMENTS}
    moments |= {name: at - error for name, at in moments.items() if at is not None and is_wrong(at, now)}
    return {"id": row.id, **moments, "placed": right.placed if right else row.placed}


def _move_stories(connection: Connection, moved: Sequence[tuple[AnyRow, datetime]]) -> None:
    """Move the posts that were at the position of one of these entries."""
    places = {
        (row.post_id, row.placed): placed for row, placed in sorted(moved, key=lambda each: -each[0].id)
    }
    posts = connection.execute(_POSTS, {"ids": [row.post_id for row, _ in moved]}).all()
    changes = [(row, placed) for row in posts if (placed := places.get((row.id, row.placed)))]
    update_rows(connection, post, [{"id": row.id, "placed": placed} for row, placed in changes])
    for row, placed in changes:
        search.move(connection, row.id, old=row.placed, new=placed)


def _count_weeks(connection: Connection, moved: Sequence[tuple[AnyRow, datetime]]) -> None:
    """Recount the entries by the weeks of their positions, and store when their feeds posted last."""
    counts: Counter[tuple[int, int]] = Counter()
    for row, placed in moved:
        counts[row.feed_id, week_of(placed)] += 1
        counts[row.feed_id, week_of(row.placed)] -= 1
    rows = [
        {"feed_id": feed, "week": week, "posts": more}
        for (feed, week), more in sorted(counts.items())
        if more
    ]
    add_to_rows(connection, posts_per_week, rows)
    last = connection.execute(_LAST_POSTS, {"feeds": list({row.feed_id for row, _ in moved})})
    update_rows(connection, feeds, [{"id": row.feed_id, "last_post": row.at} for row in last])


_OF_THESE = among(entry.c.feed_id, numbers("feeds"))
_POSTS = select(post.c.id, post.c.placed).where(among(post.c.id, numbers("ids")))
_LAST_POSTS = (
    select(entry.c.feed_id, func.max(entry.c.placed).label("at")).where(_OF_THESE).group_by(entry.c.feed_id)
)


def _wrong(now: datetime) -> Select[Any]:
    return (
        select(
            entry.c.id,
            entry.c.feed_id,
            entry.c.post_id,
            entry.c.published,
            entry.c.updated,
            entry.c.placed,
            *(entry.c[name] for name in _MOMENTS),
        )
        .where(_OF_THESE, or_(*(was_wrong(entry.c[name], now) for name in _MOMENTS)))
        .order_by(entry.c.id)
    )
