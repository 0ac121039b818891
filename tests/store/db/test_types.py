from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import select

from aggregator.store import Database
from aggregator.store.db.tables import poller
from aggregator.store.db.types import digest

EAST = timezone(timedelta(hours=5, minutes=30))

MOMENTS = [
    datetime(1000, 1, 1, tzinfo=UTC),
    datetime(1999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    datetime(2000, 1, 1, tzinfo=UTC),
    datetime(2026, 3, 2, 0, 0, 0, 1, tzinfo=EAST),
    datetime(2026, 3, 1, 19, tzinfo=UTC),
    datetime(9999, 12, 30, tzinfo=UTC),
]


def test_moments_come_back_aware_in_utc_to_the_microsecond_and_sort_as_time_does(database: Database) -> None:
    with database.write() as connection:
        rows = [{"owner": str(n), "at": moment} for n, moment in enumerate(MOMENTS)]
        connection.execute(poller.insert(), rows)
        found = connection.execute(select(poller.c.at).order_by(poller.c.at)).scalars().all()

    assert found == sorted(MOMENTS)
    assert {moment.tzinfo for moment in found} == {UTC}


@pytest.mark.parametrize("text", ["", "guid", "\ud800", "ü" * 10_000])
def test_a_digest_fits_into_the_integers_of_both_databases(text: str) -> None:
    assert -(2**63) <= digest(text) < 2**63
    assert digest(text, "a") != digest(f"{text}a")
