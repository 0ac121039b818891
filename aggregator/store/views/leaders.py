"""Which sources others mention most: counts by week, which are kept as posts are ranked."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Select, func, select

from aggregator.model import Leader, Leaders
from aggregator.rank.mentions import FEWEST_OF_A_LEADER
from aggregator.store.db.database import Database
from aggregator.store.db.feed_rows import NAME_COLUMNS, is_shown, name_of
from aggregator.store.db.tables import feed as feeds
from aggregator.store.db.tables import mentioned_posts
from aggregator.store.sources.source_status import weeks_until

_posts = func.sum(mentioned_posts.c.posts).label("posts")
_mentions = func.sum(mentioned_posts.c.posts * mentioned_posts.c.voices).label("mentions")


def leaders(db: Database, now: datetime, most: int) -> Leaders:
    """Return at most `most` sources by how often their posts of the last 26 weeks were mentioned, and by how many were."""
    orders = (("mentions", "posts"), ("posts", "mentions"))
    with db.read() as connection:
        found = [connection.execute(_ranked(now, order).limit(most)).all() for order in orders]
    return Leaders(*([Leader(name_of(row), row.posts, row.mentions) for row in rows] for rows in found))


def _ranked(now: datetime, order: Iterable[str]) -> Select[tuple[object, ...]]:
    counts = (
        select(mentioned_posts.c.feed_id, _posts, _mentions)
        .where(
            mentioned_posts.c.week.between(*weeks_until(now)),
            mentioned_posts.c.voices >= FEWEST_OF_A_LEADER,
            mentioned_posts.c.posts > 0,
        )
        .group_by(mentioned_posts.c.feed_id)
        .subquery()
    )
    return (
        select(counts.c.posts, counts.c.mentions, *NAME_COLUMNS)
        .join(feeds, feeds.c.id == counts.c.feed_id)
        .where(is_shown())
        .order_by(*(counts.c[name].desc() for name in order), feeds.c.position)
    )
