"""The list of sources, a page at a time: filtered, sorted and counted by the database.

Up to some ten thousand rows of `feed` are scanned; histories and charts are only read for the rows of the
page.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, String, and_, case, cast, func, literal, or_, select

from aggregator.model import SourceStatus, State
from aggregator.store.db.database import Database
from aggregator.store.db.feed_rows import has_polls
from aggregator.store.db.tables import feed, posts_per_week
from aggregator.store.sources.source_status import STRIP, statuses_where, weeks_until

OFF = "switched off"

# Most severe first.
STATES: tuple[str, ...] = (
    State.FAILING.value, State.ON_HOLD.value, State.GONE.value, State.NEW.value, State.OK.value, OFF,
)  # fmt: skip

_state = case((feed.c.enabled, cast(feed.c.state, String)), else_=OFF)
_title = func.coalesce(func.nullif(feed.c.own_title, ""), func.nullif(feed.c.title, ""), feed.c.slug)
_needs_care = and_(feed.c.enabled, feed.c.state.in_((State.FAILING, State.GONE, State.ON_HOLD)))


@dataclass(frozen=True, slots=True)
class Catalog:
    """A page of the matching sources, and facts about all of them."""

    rows: tuple[SourceStatus, ...]
    found: int  # matching sources, on all pages
    states: tuple[tuple[str, int], ...]  # most severe first, each with its sources counted
    faults: tuple[SourceStatus, ...]  # that need attention, the longest failing first; without histories

    @property
    def total(self) -> int:
        """How many sources the file has."""
        return sum(count for _, count in self.states)


def catalog(
    db: Database,
    now: datetime,
    *,
    words: str,
    state: str,
    order: str,
    first: int,
    size: int,
    most_faults: int,
) -> Catalog:
    """Return `size` rows, beginning with the index `first`, of the sources with all `words` and in `state`.

    Empty `words` or `state` match all. `order` is a key of `orders`.
    """
    which = _chosen(words, state)
    with db.read() as connection:
        keys = orders(now)[order]
        ids = _ids(connection, select(feed.c.id).where(which).order_by(*keys, feed.c.position), first, size)
        troubled = select(feed.c.id).where(feed.c.in_file, _needs_care)
        fault_ids = _ids(connection, troubled.order_by(feed.c.failures.desc(), _title), 0, most_faults)
        return Catalog(
            rows=_in_order(connection, ids, now, STRIP),
            found=connection.execute(select(func.count()).select_from(feed).where(which)).scalar_one(),
            states=_counts(connection),
            faults=_in_order(connection, fault_ids, now, 0),
        )


def orders(now: datetime) -> dict[str, tuple[ColumnElement[Any], ...]]:
    """Return the sort keys of the list. Those that post or fail most recently are first."""
    posts = (
        select(func.coalesce(func.sum(posts_per_week.c.posts), 0))
        .where(posts_per_week.c.feed_id == feed.c.id, posts_per_week.c.week.between(*weeks_until(now)))
        .scalar_subquery()
    )
    return {
        "name": (func.lower(_title),),
        "state": (case({state: rank for rank, state in enumerate(STATES)}, value=_state),),
        "posts": (posts.desc(),),
        "latest": (feed.c.last_post.desc().nulls_last(),),
        "next": (case((has_polls(), 0), else_=1), feed.c.next_poll),
    }


def _chosen(words: str, state: str) -> ColumnElement[bool]:
    said = func.lower(_title + " " + feed.c.slug + " " + feed.c.url)
    tags = cast(feed.c.tags, String)  # JSON: case-folded by the settings, characters beyond ASCII escaped
    found = [
        or_(
            said.contains(word.lower(), autoescape=True),
            tags.contains(json.dumps(word.casefold())[1:-1], autoescape=True),
        )
        for word in words.split()
    ]
    return and_(feed.c.in_file, *([_state == literal(state)] if state else []), *found)


def _ids(connection: Connection, query: Any, first: int, size: int) -> list[int]:
    return list(connection.execute(query.offset(first).limit(size)).scalars())


def _in_order(
    connection: Connection, ids: Sequence[int], now: datetime, polls: int
) -> tuple[SourceStatus, ...]:
    found = statuses_where(connection, feed.c.id.in_(ids), now, polls)
    return tuple(found[feed_id] for feed_id in ids)


def _counts(connection: Connection) -> tuple[tuple[str, int], ...]:
    # In a subquery, since PostgreSQL does not recognise two expressions with parameters as equal.
    states = select(_state.label("state")).where(feed.c.in_file).subquery()
    rows = connection.execute(select(states.c.state, func.count().label("found")).group_by(states.c.state))
    counts = {row.state: row.found for row in rows}
    return tuple((state, counts[state]) for state in STATES if state in counts)
