"""Whether anything that the timeline shows has changed: one number, one row."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from aggregator.store.database import Database, insert_into
from aggregator.store.tables import revision as table
from aggregator.store.tables import tag_count


@dataclass(frozen=True, slots=True)
class Revision:
    """A state of the timeline; `changed` is when it came to be."""

    number: int
    changed: datetime


def revision(db: Database) -> Revision:
    """Return the state of the timeline: moves exactly when something visible in it changes."""
    with db.read() as connection:
        row = connection.execute(select(table.c.number, table.c.changed).where(table.c.id == 1)).one()
    return Revision(row.number, row.changed)


def lock(connection: Connection) -> None:
    """Wait until no other transaction changes the timeline.

    Without it two feeds that bring copies of one post at the same moment would make two posts of it.
    """
    connection.execute(select(table.c.id).where(table.c.id == 1).with_for_update())


def move(connection: Connection, now: datetime) -> None:
    """Say that the timeline, which is locked, shows something else from `now` on."""
    connection.execute(update(table).where(table.c.id == 1).values(number=table.c.number + 1, changed=now))


def count_tags(connection: Connection, more: Counter[str]) -> None:
    """Add to how many posts each tag shows; the timeline is locked."""
    rows = [{"tag": tag, "posts": posts} for tag, posts in sorted(more.items()) if posts]
    if not rows:
        return
    added = insert_into(connection, tag_count)
    connection.execute(
        added.on_conflict_do_update(
            index_elements=[tag_count.c.tag], set_={"posts": tag_count.c.posts + added.excluded.posts}
        ),
        rows,
    )
    connection.execute(delete(tag_count).where(tag_count.c.posts <= 0))
