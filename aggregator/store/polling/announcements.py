"""Whether to notify our hub of a change: once for each, by the first poller that asks."""

from sqlalchemy import select, update

from aggregator.store.db.database import Database, insert_into
from aggregator.store.db.tables import counter, revision

_ANNOUNCED = "announced revision"


def claim_announcement(db: Database) -> bool:
    """Whether the timeline changed since this was last asked."""
    with db.read() as connection:
        number = connection.execute(select(revision.c.number)).scalar_one()
        announced = connection.execute(
            select(counter.c["count"]).where(counter.c.name == _ANNOUNCED)
        ).scalar()
    if announced == number:
        return False
    with db.write() as connection:
        connection.execute(
            insert_into(connection, counter).values(name=_ANNOUNCED, count=0).on_conflict_do_nothing()
        )
        told = connection.execute(
            update(counter)
            .where(counter.c.name == _ANNOUNCED, counter.c["count"] < number)
            .values(count=number)
        )
        return told.rowcount == 1
