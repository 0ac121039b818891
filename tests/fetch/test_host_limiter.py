import asyncio
from datetime import timedelta

import pytest

from aggregator.fetch.host_limiter import HostLimiter
from tests.fetch.conftest import polling
from tests.support.clock import ManualClock

GAP = 0.05  # seconds, of real time


class Visits:
    """Visitors that each stay until they are let go."""

    def __init__(self, clock: ManualClock) -> None:
        self.gate = HostLimiter(clock)
        self.at_the_host: list[str] = []

    async def visit(self, host: str, name: str, stay: asyncio.Event, **changes: object) -> None:
        async with self.gate.turn(host, polling(**changes)):
            self.at_the_host.append(name)
            await stay.wait()
            self.at_the_host.remove(name)


async def settled() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


@pytest.mark.parametrize("per_host", [1, 2])
def test_no_more_than_per_host_are_under_way_and_the_first_come_first(
    clock: ManualClock, per_host: int
) -> None:
    async def scene() -> None:
        visits = Visits(clock)
        stays = [asyncio.Event() for _ in range(4)]
        async with asyncio.TaskGroup() as tasks:
            for number, stay in enumerate(stays):
                tasks.create_task(visits.visit("a.example", str(number), stay, per_host=per_host))
            for number, stay in enumerate(stays):
                await settled()
                assert visits.at_the_host == [str(each) for each in range(number, min(number + per_host, 4))]
                stay.set()

    asyncio.run(scene())


def test_other_hosts_do_not_wait(clock: ManualClock) -> None:
    async def scene() -> None:
        visits, stay = Visits(clock), asyncio.Event()
        async with asyncio.TaskGroup() as tasks:
            for host in ("a.example", "b.example"):
                tasks.create_task(visits.visit(host, host, stay))
            await settled()
            assert visits.at_the_host == ["a.example", "b.example"]
            stay.set()

    asyncio.run(scene())


def test_who_stops_waiting_leaves_no_hole(clock: ManualClock) -> None:
    async def scene() -> None:
        visits = Visits(clock)
        first, last = asyncio.Event(), asyncio.Event()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(visits.visit("a.example", "first", first))
            await settled()
            impatient = tasks.create_task(visits.visit("a.example", "impatient", first))
            tasks.create_task(visits.visit("a.example", "last", last))
            await settled()
            impatient.cancel()
            first.set()
            await settled()
            assert visits.at_the_host == ["last"]
            last.set()

    asyncio.run(scene())


async def time_between(gate: HostLimiter, clock: ManualClock, passed: timedelta, gap: float) -> float:
    """Return the real seconds from the end of a first request to the start of a second."""
    settings = polling(per_host_gap=timedelta(seconds=gap))
    async with gate.turn("a.example", settings):
        pass
    clock.set(clock.now() + passed)
    started = asyncio.get_running_loop().time()
    async with gate.turn("a.example", settings):
        return asyncio.get_running_loop().time() - started


def test_the_gap_runs_from_the_end_of_one_request_to_the_start_of_the_next(clock: ManualClock) -> None:
    waited = asyncio.run(time_between(HostLimiter(clock), clock, timedelta(0), GAP))

    assert GAP <= waited < 2


def test_a_gap_that_is_over_costs_nothing(clock: ManualClock) -> None:
    assert asyncio.run(time_between(HostLimiter(clock), clock, timedelta(hours=1), 3600)) < 2


def test_a_clock_that_was_set_back_does_not_prolong_the_gap(clock: ManualClock) -> None:
    waited = asyncio.run(time_between(HostLimiter(clock), clock, timedelta(hours=-1), GAP))

    assert GAP <= waited < 2


def test_hosts_are_forgotten_once_their_gap_is_over(clock: ManualClock) -> None:
    async def scene() -> None:
        gate = HostLimiter(clock)
        for number in range(1000):
            async with gate.turn(f"{number}.example", polling(per_host_gap=timedelta(seconds=1))):
                clock.advance(seconds=0.1)
        assert len(gate._hosts) <= 11

    asyncio.run(scene())
