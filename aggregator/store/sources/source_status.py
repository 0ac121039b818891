"""The status of sources, as `/sources` shows it, and why entries are not shown."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, or_, select

from aggregator.errors import SourceNotFound
from aggregator.model import FilterRule, HiddenEntry, PollRecord, SourceStatus
from aggregator.store.db.bulk import among, texts
from aggregator.store.db.database import Database
from aggregator.store.db.feed_rows import NAME_COLUMNS, name_of, state_of_row
from aggregator.store.db.tables import entry, feed, poll, post, posts_per_week
from aggregator.store.entries.weeks import week_of
from aggregator.store.polling.outcomes import HISTORY

WEEKS = 26
STRIP = 20  # polls of each source if all are asked for
MOST_LEFT_OUT = 50


def statuses(db: Database, now: datetime) -> list[SourceStatus]:
    """Return every source of the file, in its order, each with its last polls."""
    with db.read() as connection:
        return list(statuses_where(connection, feed.c.in_file, now, STRIP).values())


def status(db: Database, slug: str, now: datetime) -> SourceStatus:
    """Return one source with its whole history, and its entries that are not shown.

    Raises SourceNotFound if the file has no such source.
    """
    with db.read() as connection:
        found = statuses_where(connection, (feed.c.slug == slug) & feed.c.in_file, now, HISTORY)
        if not found:
            raise SourceNotFound(slug)
        ((feed_id, only),) = found.items()
        return replace(only, left_out=_left_out(connection, feed_id))


def kept_by_include(db: Database, slugs: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Return, by slug, how many of a source's entries `include` keeps, and how many are stored."""
    counts: dict[str, tuple[int, int]] = {}
    with db.read() as connection:
        for row in connection.execute(_LEFT_OUT_OF, {"slugs": list(slugs)}):
            kept, total = counts.get(row.slug, (0, 0))
            is_kept = row.left_out is None or row.left_out.rule is not FilterRule.INCLUDE
            counts[row.slug] = kept + is_kept, total + 1
    return counts


_LEFT_OUT_OF = (
    select(feed.c.slug, entry.c.left_out)
    .join(entry, entry.c.feed_id == feed.c.id)
    .where(among(feed.c.slug, texts("slugs")), feed.c.in_file, ~entry.c.pruned)
)


def statuses_where(
    connection: Connection, which: ColumnElement[bool], now: datetime, polls: int
) -> dict[int, SourceStatus]:
    """Return the sources that match a condition on `feed`, by id, in the file's order, with `polls` polls each."""
    rows = connection.execute(select(feed).where(which).order_by(feed.c.position)).all()
    # The condition is used in the statements, not the matching ids: databases limit the number of parameters.
    ids = select(feed.c.id).where(which)
    history = _polls(connection, ids, polls) if polls else {}
    weekly = _weekly(connection, ids, now)
    return {
        row.id: SourceStatus(
            name_of(row),
            row.tags,
            row.enabled,
            state_of_row(row),
            polls=tuple(history.get(row.id, ())),
            weekly=tuple(weekly.get(row.id, [0] * WEEKS)),
            last_post=row.last_post,
        )
        for row in rows
    }


def weeks_until(now: datetime) -> tuple[int, int]:
    """Return the first and the last week of the half year that the charts show."""
    return week_of(now) - WEEKS + 1, week_of(now)


def _polls(connection: Connection, ids: Select[Any], most: int) -> dict[int, list[PollRecord]]:
    rank = func.row_number().over(partition_by=poll.c.feed_id, order_by=poll.c.id.desc()).label("rank")
    ranked = select(poll, rank).where(poll.c.feed_id.in_(ids)).subquery()
    newest = select(ranked).where(ranked.c.rank <= most).order_by(ranked.c.id.desc())
    history: defaultdict[int, list[PollRecord]] = defaultdict(list)
    for row in connection.execute(newest):
        history[row.feed_id].append(
            PollRecord(
                row.at, row.result, row.status, row.elapsed, row.received, row.new, row.updated, row.details
            )
        )
    return history


def _weekly(connection: Connection, ids: Select[Any], now: datetime) -> dict[int, list[int]]:
    first, last = weeks_until(now)
    weekly: defaultdict[int, list[int]] = defaultdict(lambda: [0] * WEEKS)
    counts = select(posts_per_week).where(
        posts_per_week.c.feed_id.in_(ids), posts_per_week.c.week.between(first, last)
    )
    for row in connection.execute(counts):
        weekly[row.feed_id][row.week - first] = row.posts
    return weekly


# --- what is not shown ------------------------------------------------------------------------------------


def _left_out(connection: Connection, feed_id: int) -> tuple[HiddenEntry, ...]:
    """Return the newest entries of a feed that are not shown, or are shown as another source's."""
    shown, shown_in = entry.alias(), feed.alias()
    rows = connection.execute(
        select(
            entry.c.title.label("entry_title"),
            entry.c.link.label("entry_link"),
            entry.c.first_seen,
            entry.c.withdrawn,
            entry.c.left_out,
            entry.c.is_fixed_page,
            *(shown_in.c[column.name] for column in NAME_COLUMNS),
        )
        .join(post, post.c.id == entry.c.post_id)
        .outerjoin(shown, shown.c.id == post.c.entry_id)
        .outerjoin(shown_in, shown_in.c.id == shown.c.feed_id)
        .where(
            entry.c.feed_id == feed_id,
            ~entry.c.pruned,
            or_(
                entry.c.left_out.is_not(None),
                entry.c.withdrawn,
                entry.c.is_fixed_page,
                post.c.entry_id != entry.c.id,
            ),
        )
        .order_by(entry.c.id.desc())
        .limit(MOST_LEFT_OUT)
    )
    return tuple(
        HiddenEntry(
            title=row.entry_title,
            link=row.entry_link,
            seen=row.first_seen,
            filtered=row.left_out,
            withdrawn=row.withdrawn,
            is_fixed_page=row.is_fixed_page,
            shown_in=name_of(row).title,
        )
        for row in rows
    )
