"""What a poller process does besides polling: each job by itself, then all of them in their rhythm."""

import asyncio
import logging
from collections.abc import Iterator
from datetime import timedelta

import pytest

from aggregator import store
from aggregator.clock import CommonClock
from aggregator.model import State, TimelineQuery
from aggregator.polling.jobs import Job, Jobs
from aggregator.service import on_schedule
from aggregator.store import StoreError
from tests.polling.test_poll import POSTS, rss
from tests.support.world import World


def do(world: World, name: str) -> None:
    """Take one turn of a job of the first poller."""
    jobs = world.jobs(world.pollers[0])
    (job,) = (job for job in jobs if job.name == name)
    world.runner.run(jobs.turn(job))


def reload(world: World) -> None:
    do(world, "reload the sources file")


@pytest.fixture
def quiet(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO, "aggregator")
    return caplog


# --- the sources file --------------------------------------------------------------------------------------


def test_a_new_source_of_a_changed_file_is_polled_with_the_next_claim(world: World) -> None:
    for name in ("a", "b"):
        world.publisher.serves(f"/{name}", rss(*POSTS))
    world.lists("a")
    world.poller()
    world.poll()

    world.writes("a", "b")
    reload(world)
    do(world, "claim due feeds")
    world.poll()

    assert (world.asked("a"), world.asked("b")) == (1, 1)


def test_new_settings_hold_for_the_next_poll(world: World) -> None:
    world.publisher.serves("/a", rss(*POSTS))
    world.lists("a")
    world.poller()
    world.poll()

    world.writes("a", contact="admin@example.org", max_bytes=10)
    reload(world)
    world.clock.advance(hours=2)
    world.poll()

    assert "admin@example.org" in world.publisher.requests[-1].headers["User-Agent"]
    assert world.state("a").state is State.FAILING


def test_a_file_with_a_fault_leaves_the_last_good_one_in_force_and_is_told_once(
    world: World, quiet: pytest.LogCaptureFixture
) -> None:
    world.publisher.serves("/a", rss(*POSTS))
    world.lists("a")
    world.poller()
    good = world.path.read_text()
    world.path.write_text(good + "\nintervall = 3")
    quiet.clear()

    reload(world)
    reload(world)

    assert quiet.text.count("unknown key `intervall`") == 1
    assert quiet.text.count("the last good sources file stays in force") == 1
    assert "intervall" in store.file_state(world.database).faults[0]
    assert world.poll() == 1

    world.path.write_text(good)
    reload(world)
    assert store.file_state(world.database).faults == ()


def test_a_source_that_comes_back_is_polled_when_it_was_planned(world: World) -> None:
    for name in ("a", "b"):
        world.publisher.serves(f"/{name}", rss(f"Post of {name}"))
    world.lists("a", "b")
    world.poller()
    world.poll()
    planned = world.state("a").next_poll

    world.writes("b")
    reload(world)
    assert _titles(world) == {"Post of b"}
    world.writes("a", "b")
    reload(world)

    assert _titles(world) == {"Post of a", "Post of b"}
    assert world.state("a").next_poll == planned
    assert world.poll() == 0


def _titles(world: World) -> set[str]:
    return {item.title for item in store.timeline_page(world.database, TimelineQuery(), 10).items}


# --- the rest ----------------------------------------------------------------------------------------------


def test_old_entries_are_pruned(world: World, quiet: pytest.LogCaptureFixture) -> None:
    now = world.clock.now()
    world.publisher.serves("/a", rss("New", "Old", dates=[now, now - timedelta(days=300)]))
    world.lists("a")
    world.poller()
    world.poll()
    assert _titles(world) == {"New", "Old"}

    world.clock.advance(days=100)
    do(world, "prune")

    assert _titles(world) == {"New"}
    assert "pruned 1 entries that are older than the file's `keep`" in quiet.text


def test_a_poller_tells_that_it_lives(world: World) -> None:
    world.lists("a")
    world.poller()

    do(world, "tell that this poller lives")

    assert store.last_heartbeat(world.database) == world.clock.now()


def test_the_pace_is_taken_from_the_store(world: World) -> None:
    world.publisher.serves("/a", rss(*POSTS))
    world.lists("a")
    poller = world.poller()
    world.poll()

    do(world, "refresh the pace")

    assert poller._mean_root_rate == store.mean_root_rate(world.database)
    assert poller._mean_root_rate


# --- trouble -----------------------------------------------------------------------------------------------


class Odd(Jobs):
    """Jobs of a test's own."""

    def __init__(self, world: World, *odd: Job) -> None:
        poller = world.poller()
        super().__init__(poller, poller._sources, CommonClock(world.clock))
        self._odd = odd

    def __iter__(self) -> Iterator[Job]:
        return iter(self._odd)


async def hang() -> None:
    await asyncio.Event().wait()


@pytest.mark.parametrize(
    ("trouble", "sentence"),
    [
        (StoreError("the disk is full; make room"), "cannot water the plants: the disk is full; make room"),
        (ValueError("oops"), "internal error in job 'water the plants'"),
    ],
)
def test_trouble_in_a_turn_is_told_and_ends_nothing(
    sqlite_world: World, trouble: Exception, sentence: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail() -> None:
        raise trouble

    sqlite_world.lists("a")
    job = Job("water the plants", timedelta(seconds=1), fail)
    sqlite_world.runner.run(Odd(sqlite_world).turn(job))

    assert sentence in caplog.text
    assert ("Traceback" in caplog.text) is isinstance(trouble, ValueError)


def test_a_chore_that_never_returns_stops_no_other_and_not_the_end(sqlite_world: World) -> None:
    turns = 0
    enough = asyncio.Event()

    async def work() -> None:
        nonlocal turns
        turns += 1
        if turns == 5:
            enough.set()

    async def some_time() -> None:
        with on_schedule(jobs):
            await asyncio.wait_for(enough.wait(), 10)
        await asyncio.wait_for(jobs.close(0.1), 5)

    sqlite_world.lists("a")
    tick = timedelta(seconds=0.05)
    jobs = Odd(sqlite_world, Job("hang", tick, hang), Job("work", tick, work))
    sqlite_world.runner.run(some_time())
