"""Former slugs of sources, which redirect to the present ones."""

from collections.abc import Collection

from sqlalchemy import Connection, select

from aggregator.store.db.database import Database, insert_into
from aggregator.store.db.tables import feed, former_slug


def remember(connection: Connection, feed_id: int, slug: str) -> None:
    """Store a slug that a feed no longer has; the last feed that had it counts."""
    added = insert_into(connection, former_slug)
    connection.execute(
        added.on_conflict_do_update(index_elements=["slug"], set_={"feed_id": added.excluded.feed_id}),
        [{"slug": slug, "feed_id": feed_id}],
    )


def renamed(db: Database, slugs: Collection[str]) -> dict[str, str]:
    """Return the present slugs of sources of the file by these former ones, except those in use now."""
    present = select(feed.c.slug).where(feed.c.in_file)
    with db.read() as connection:
        rows = connection.execute(
            select(former_slug.c.slug.label("former"), feed.c.slug)
            .join(feed, feed.c.id == former_slug.c.feed_id)
            .where(former_slug.c.slug.in_(slugs), former_slug.c.slug.not_in(present), feed.c.in_file)
        )
        return {row.former: row.slug for row in rows}
