"""Pollers of one PostgreSQL go by its clock, whatever their machines' say; on SQLite by the machine's own."""

import asyncio
import logging
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aggregator import store
from aggregator.options import Options
from aggregator.service import open_poller
from aggregator.store import Database
from tests.polling.test_poll import POSTS, rss
from tests.support.clock import SkewedClock
from tests.support.publisher import Publisher

A_MINUTE = timedelta(minutes=1)


async def poll(options: Options, clock: SkewedClock) -> None:
    async with open_poller(options, lambda *_: None, clock) as (poller, _):
        await poller.poll_due()


@pytest.fixture
def options(database_url: str, publisher: Publisher, tmp_path: Path) -> Options:
    publisher.serves("/a", rss(*POSTS))
    config = tmp_path / "sources.toml"
    config.write_text(
        f'[polling]\nallow_private_networks = true\n[[source]]\nurl = "{publisher.url("/a")}"\nslug = "a"\n'
    )
    return Options(config, database_url)


def last_poll(options: Options) -> datetime:
    with closing(Database.open(options.database)) as database:
        found = store.status(database, "a", datetime.now(UTC)).poll_state.last_poll
    assert found
    return found


@pytest.mark.parametrize(
    ("ahead", "direction"), [(timedelta(minutes=10), "ahead of"), (timedelta(days=-3), "behind")]
)
def test_a_poll_is_dated_by_the_clock_of_the_database_if_that_has_one(
    options: Options, ahead: timedelta, direction: str, caplog: pytest.LogCaptureFixture
) -> None:
    asyncio.run(poll(options, SkewedClock(ahead)))

    is_shared = not options.database.startswith("sqlite")
    expected = datetime.now(UTC) + (timedelta() if is_shared else ahead)
    assert abs(last_poll(options) - expected) < A_MINUTE
    told = f"the clock of this machine is {abs(ahead).total_seconds():.0f} seconds {direction} the database's"
    assert (told in caplog.text) is is_shared


def test_a_feed_is_not_asked_again_by_a_poller_whose_clock_is_ahead(
    options: Options, publisher: Publisher
) -> None:
    asyncio.run(poll(options, SkewedClock(timedelta())))
    asyncio.run(poll(options, SkewedClock(timedelta(hours=30))))

    is_shared = not options.database.startswith("sqlite")
    assert len(publisher.requests) == (1 if is_shared else 2)


def test_a_clock_that_is_put_right_later_makes_no_difference(
    options: Options, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)

    async def some_time() -> timedelta:
        clock = SkewedClock(timedelta(minutes=10))
        async with open_poller(options, lambda *_: None, clock) as (poller, jobs):
            clock.ahead = timedelta()
            await jobs.set_clock()
            await poller.beat()
        with closing(Database.open(options.database)) as database:
            heartbeat = store.last_heartbeat(database)
        assert heartbeat
        return abs(heartbeat - datetime.now(UTC))

    assert asyncio.run(some_time()) < A_MINUTE
