"""The posts of a week, and the weeks that have posts."""

from sqlalchemy import Connection, Select, exists, func, select

from aggregator.model import PostLine, TimelineQuery, Week, WeekPosts
from aggregator.normalize.excerpt import excerpt
from aggregator.store.db.database import Database
from aggregator.store.db.feed_rows import NAME_COLUMNS, name_of
from aggregator.store.db.tables import entry, listing, post
from aggregator.store.db.tables import feed as feeds
from aggregator.store.entries.timeline_index import EVERYTHING
from aggregator.store.views.timeline import newest_before
from aggregator.store.views.top import top_page

_MOST_POINTED_TO = 100  # posts and finds, by their score
_TITLE = 90  # characters of the text that replaces a missing title


def week_posts(db: Database, week: Week) -> WeekPosts:
    """Return the posts of this week. Reads only a few columns per post."""
    with db.read() as connection:
        rows = connection.execute(_lines(week)).all()
        posts = [
            PostLine(
                row.id, name_of(row), row.entry_title or excerpt(row.words, _TITLE), row.entry_link, row.tags
            )
            for row in rows
        ]
        new = _first_read_in(connection, week) if posts else frozenset()
    top = top_page(db, TimelineQuery(), _MOST_POINTED_TO, since=week.start, until=week.end) if posts else None
    return WeekPosts(week, posts, top.items if top else (), new & {post.source.slug for post in posts})


def week_counts(db: Database) -> list[tuple[Week, int]]:
    """Return the weeks that have posts with their numbers, the newest first."""
    count = select(func.count()).where(listing.c.facet == EVERYTHING)
    found = []
    with db.read() as connection:
        last = newest_before(connection)
        while last is not None:
            week = Week.of(last)
            within = count.where(listing.c.placed >= week.start, listing.c.placed < week.end)
            found.append((week, connection.execute(within).scalar_one()))
            last = newest_before(connection, week.start)
    return found


def _lines(week: Week) -> Select[tuple[object, ...]]:
    return (
        select(
            post.c.id,
            entry.c.title.label("entry_title"),
            func.substr(entry.c.lead, 1, 2 * _TITLE).label("words"),
            entry.c.link.label("entry_link"),
            feeds.c.tags,
            *NAME_COLUMNS,
        )
        .select_from(listing)
        .join(post, post.c.id == listing.c.post_id)
        .join(entry, entry.c.id == post.c.entry_id)
        .join(feeds, feeds.c.id == entry.c.feed_id)
        .where(listing.c.facet == EVERYTHING, listing.c.placed >= week.start, listing.c.placed < week.end)
        .order_by(feeds.c.position, listing.c.placed.desc(), listing.c.post_id.desc())
    )


def _first_read_in(connection: Connection, week: Week) -> frozenset[str]:
    """Return the slugs of the sources whose first entries were first seen in this week."""
    seen = exists().where(entry.c.feed_id == feeds.c.id)
    query = select(feeds.c.slug).where(
        feeds.c.in_file,
        ~seen.where(entry.c.first_seen < week.start),
        seen.where(entry.c.first_seen < week.end),
    )
    return frozenset(connection.execute(query).scalars())
