"""Recent activity of sources: who posted lately, and after how long a silence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Integer, String, bindparam, cast, func, literal, select

from aggregator.model import Item, SourceRef
from aggregator.store.db.bulk import among, numbers
from aggregator.store.db.database import Database
from aggregator.store.db.feed_rows import NAME_COLUMNS, is_shown, name_of
from aggregator.store.db.tables import entry, listing, post
from aggregator.store.db.tables import feed as feeds
from aggregator.store.entries.timeline_index import EVERYTHING, FEED_FACET, facet_of_feed


@dataclass(frozen=True, slots=True)
class Activity:
    """A source, and the positions of its newest posts in the timeline, newest first."""

    source: SourceRef
    placed: tuple[datetime, ...]


def recent_activity(db: Database, sources: int, posts: int) -> list[Activity]:
    """Return the `sources` that posted last, the last one first, each with its newest `posts` posts at most.

    Posts that the timeline credits to another source do not count. Costs the same however many feeds and posts there are.
    """
    latest = (
        select(feeds.c.id, *NAME_COLUMNS)
        .where(is_shown(), feeds.c.last_post.is_not(None))
        .order_by(feeds.c.last_post.desc())
        .limit(sources)
    )
    with db.read() as connection:
        names = {row.id: name_of(row) for row in connection.execute(latest)}
        placed = _placed(connection, list(names), posts)
    found = [Activity(name, tuple(placed[feed_id])) for feed_id, name in names.items() if feed_id in placed]
    return sorted(found, key=lambda one: one.placed, reverse=True)


def _placed(connection: Connection, feed_ids: Sequence[int], posts: int) -> dict[int, list[datetime]]:
    """Return where the newest posts of each of these feeds stand, newest first.

    A small range of the index for each: one statement for all of them takes SQLAlchemy six times as long to put together.
    """
    placed = {}
    for feed_id in feed_ids:
        given = {"facet": facet_of_feed(feed_id), "feed_id": feed_id, "posts": posts}
        if own := connection.execute(_NEWEST, given).scalars().all():
            placed[feed_id] = list(own)
    return placed


def silences(db: Database, items: Sequence[Item]) -> dict[int, timedelta]:
    """Return how long an item's source had been silent before it, by the item's id; a source's first post has no silence."""
    own = listing.alias()
    before = (
        select(func.max(listing.c.placed))
        .where(listing.c.facet == literal(FEED_FACET) + cast(feeds.c.id, String))
        .where(listing.c.placed < own.c.placed)
        .scalar_subquery()
    )
    query = (
        select(own.c.post_id, feeds.c.slug, own.c.placed, before.label("before"))
        .join(entry, entry.c.post_id == own.c.post_id)
        .join(feeds, feeds.c.id == entry.c.feed_id)
        .where(own.c.facet == EVERYTHING, among(own.c.post_id, numbers("ids")))
    )
    slugs = {item.id: item.source.slug for item in items}
    with db.read() as connection:
        rows = connection.execute(query, {"ids": list(slugs)})
        return {
            row.post_id: row.placed - row.before
            for row in rows
            if row.before and row.slug == slugs[row.post_id]
        }


_newest = (
    select(listing.c.placed, listing.c.post_id)
    .where(listing.c.facet == bindparam("facet"))
    .order_by(listing.c.placed.desc(), listing.c.post_id.desc())
    .limit(bindparam("posts", type_=Integer))
    .subquery()
)
_NEWEST = (
    select(_newest.c.placed)
    .join(post, post.c.id == _newest.c.post_id)
    .join(entry, (entry.c.id == post.c.entry_id) & (entry.c.feed_id == bindparam("feed_id")))
    .order_by(_newest.c.placed.desc())
)
