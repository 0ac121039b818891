import asyncio

import pytest

from aggregator.fetch.room import LARGE, LargeBodies, NoRoomError


async def holds(bodies: LargeBodies, size: int, until: asyncio.Event, patience: float | None = None) -> None:
    async with asyncio.timeout(None) as deadline, bodies.room(patience) as room:
        await room.grow(size, deadline)
        await until.wait()


def test_small_bodies_wait_for_nothing() -> None:
    async def run() -> None:
        bodies, read = LargeBodies(1), asyncio.Event()
        large = asyncio.create_task(holds(bodies, LARGE + 1, read))
        await asyncio.sleep(0)
        read.set()
        await asyncio.gather(large, *(holds(bodies, LARGE, read) for _ in range(50)))

    asyncio.run(run())


def test_a_large_body_waits_until_another_has_been_read_and_its_deadline_with_it() -> None:
    async def run() -> None:
        bodies, read = LargeBodies(1), asyncio.Event()
        first = asyncio.create_task(holds(bodies, LARGE + 1, read))
        await asyncio.sleep(0)
        async with asyncio.timeout(0.05) as deadline, bodies.room(None) as room:
            asyncio.get_running_loop().call_later(0.2, read.set)
            await room.grow(LARGE + 1, deadline)
            assert first.done()
            await room.grow(LARGE + 2, deadline)  # it has its place already

    asyncio.run(run())


def test_a_large_body_that_waits_for_too_long_is_given_up_and_its_place_stays_free() -> None:
    async def run() -> None:
        bodies, read = LargeBodies(1), asyncio.Event()
        first = asyncio.create_task(holds(bodies, LARGE + 1, read))
        await asyncio.sleep(0)
        with pytest.raises(NoRoomError):
            await holds(bodies, LARGE + 1, read, patience=0.05)
        read.set()
        await first
        await holds(bodies, LARGE + 1, read)

    asyncio.run(run())
