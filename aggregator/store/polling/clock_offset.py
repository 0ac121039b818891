"""How far a machine's clock is from the database's, by which all pollers go."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from aggregator.clock import Clock
from aggregator.store.db.database import Database

_MEASUREMENTS = 3  # of which the quickest is used
_NOW = select(func.clock_timestamp())  # not the transaction's, as now() is


def clock_ahead(db: Database, own: Clock) -> timedelta:
    """Return how far this clock is ahead of PostgreSQL's; zero for SQLite, which uses this one."""
    if db.is_sqlite:
        return timedelta()
    with db.read() as connection:
        measured = [_measure(connection, own) for _ in range(_MEASUREMENTS)]
    return min(measured)[1]


def _measure(connection: Connection, own: Clock) -> tuple[timedelta, timedelta]:
    """Return how long the query took, and how far the middle of that time is ahead of the answer."""
    asked = own.now()
    theirs: datetime = connection.execute(_NOW).scalar_one()
    took = own.now() - asked
    return took, asked + took / 2 - theirs
