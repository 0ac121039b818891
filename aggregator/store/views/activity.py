"""Recent activity of sources: who posted lately, and after how long a silence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import String, cast, func, literal, select

from aggregator.model import Item, SourceRef
from aggregator.store.db.bulk import among, numbers
from aggregator.store.db.database import Database
from aggregator.store.db.feed_rows import NAME_COLUMNS, name_of
from aggregator.store.db.tables import entry, listing, post
from aggregator.store.db.tables import feed as feeds
from aggregator.store.entries.timeline_index import EVERYTHING, FEED_FACET


@dataclass(frozen=True, slots=True)
class Activity:
    """A source, and the positions of its newest posts in the timeline, newest first."""

    source: SourceRef
    placed: tuple[datetime, ...]


def recent_activity(db: Database, posts: int) -> list[Activity]:
    """Return the sources of the newest `posts` posts, most recent first. The cost does not depend on the number of feeds."""
    newest = (
        select(listing.c.placed, listing.c.post_id)
        .where(listing.c.facet == EVERYTHING)
        .order_by(listing.c.placed.desc(), listing.c.post_id.desc())
        .limit(posts)
        .subquery()
    )
    query = (
        select(newest.c.placed, *NAME_COLUMNS)
        .join(post, post.c.id == newest.c.post_id)
        .join(entry, entry.c.id == post.c.entry_id)
        .join(feeds, feeds.c.id == entry.c.feed_id)
        .order_by(newest.c.placed.desc(), newest.c.post_id.desc())
    )
    placed: dict[SourceRef, list[datetime]] = {}
    with db.read() as connection:
        for row in connection.execute(query):
            placed.setdefault(name_of(row), []).append(row.placed)
    return [Activity(source, tuple(times)) for source, times in placed.items()]


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
