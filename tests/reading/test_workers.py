import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from aggregator.reading.workers import IDLE_SECONDS, DeadlineError, Nursery, WorkerError, Workers

MEMORY = 1 << 30

PARENT = """
import asyncio
from aggregator.reading.workers import Nursery, Workers

async def main():
    async with Nursery("builtins:eval", memory=1 << 30) as nursery:
        workers = Workers(nursery, 1)
        print(await workers.run("__import__('os').getpid()", deadline=100), flush=True)
        await workers.run("__import__('time').sleep(100)", deadline=200)

if __name__ == "__main__":
    asyncio.run(main())
"""


# Code that Python runs without a stop: nothing but the end of its process ends it.
SPIN = "(a+)+b"
SPUN = "a" * 60


@asynccontextmanager
async def workers(
    function: str, processes: int = 1, idle: float = IDLE_SECONDS, slack: float = 1.0
) -> AsyncIterator[tuple[Workers, Nursery]]:
    async with Nursery(function, memory=MEMORY, idle=idle) as nursery:
        yield Workers(nursery, processes, slack=slack), nursery


def test_a_function_that_spins_ends_at_its_deadline_and_others_go_on() -> None:
    async def run() -> None:
        async with workers("re:match", 2) as (pool, _):
            spinning = asyncio.create_task(pool.run(SPIN, SPUN, deadline=1))
            assert await pool.run("a", "b", deadline=10) is None
            with pytest.raises(DeadlineError, match="longer than 1 seconds"):
                await spinning
            assert await pool.run("a", "b", deadline=10) is None

    asyncio.run(run())


def test_on_a_busy_machine_a_function_has_its_deadline_of_processor_time() -> None:
    async def run() -> None:
        async with workers("builtins:eval", slack=100) as (pool, _):
            assert await pool.run("__import__('time').sleep(0.5)", deadline=0.2) is None
            began = time.monotonic()
            with pytest.raises(DeadlineError):
                await pool.run("sum(iter(int, 1))", deadline=0.2)
            assert time.monotonic() - began < 20  # not a hundred times as long
        async with workers("builtins:eval", slack=2) as (pool, _):
            with pytest.raises(DeadlineError):
                await pool.run("__import__('time').sleep(100)", deadline=0.2)

    asyncio.run(run())


def test_a_function_that_swells_says_so_and_the_next_call_is_answered() -> None:
    async def run() -> None:
        async with workers("builtins:bytearray") as (pool, _):
            with pytest.raises(WorkerError, match="more than 1024 MiB"):
                await pool.run(2 << 30, deadline=10)
            assert await pool.run(3, deadline=10) == bytearray(3)

    asyncio.run(run())


def test_a_process_that_dies_costs_its_own_call_alone() -> None:
    async def run() -> None:
        async with workers("builtins:eval") as (pool, _):
            with pytest.raises(WorkerError, match="die"):
                await pool.run("__import__('os')._exit(3)", deadline=10)
            assert await pool.run("2 ** 10", deadline=10) == 1024

    asyncio.run(run())


def test_an_error_of_the_function_is_raised_with_the_place_where_it_happened() -> None:
    async def run() -> None:
        async with workers("json:loads") as (pool, _):
            with pytest.raises(ValueError, match="Expecting value") as raised:
                await pool.run("?", deadline=10)
            assert "In a worker process" in raised.value.__notes__[0]

    asyncio.run(run())


def test_a_function_that_cannot_be_imported_is_no_fault_of_the_call() -> None:
    async def run() -> None:
        async with workers("no_such_module:name") as (pool, _):
            with pytest.raises(OSError):  # noqa: PT011 - the system's error for a process that is gone
                await pool.run(deadline=10)

    asyncio.run(run())


def test_a_nursery_that_dies_is_replaced() -> None:
    async def run() -> None:
        async with workers("builtins:eval") as (pool, nursery):
            assert await pool.run("1", deadline=10) == 1
            assert nursery._popen
            nursery._popen.kill()
            nursery._popen.wait()
            with pytest.raises(WorkerError, match="die"):  # with the nursery
                await pool.run("__import__('time').sleep(1)", deadline=10)
            assert await pool.run("2", deadline=10) == 2

    asyncio.run(run())


def test_processes_start_with_the_first_call_are_used_again_and_end_without_work() -> None:
    async def run() -> None:
        async with workers("os:getpid", 4, idle=0.2) as (pool, nursery):
            assert nursery.running == 0
            one, other = [await pool.run(deadline=10) for _ in range(2)]
            assert (one, nursery.running) == (other, 1)
            await asyncio.sleep(0.4)
            assert nursery.running == 0
            _wait_for_the_end(one)

    asyncio.run(run())


def test_a_call_that_is_cancelled_ends_its_process() -> None:
    async def run() -> None:
        async with workers("builtins:eval") as (pool, _):
            process = await pool.run("__import__('os').getpid()", deadline=10)
            call = asyncio.create_task(pool.run("__import__('time').sleep(60)", deadline=100))
            await asyncio.sleep(0.1)
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call
            _wait_for_the_end(process)
            assert await pool.run("1", deadline=10) == 1

    asyncio.run(run())


def test_a_reading_process_imports_nothing_of_the_store_the_web_or_the_network() -> None:
    code = "import sys, aggregator.reading.worker, aggregator.reading.read; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    heavy = {
        "sqlalchemy",
        "sqlmodel",
        "pydantic",
        "flask",
        "httpx",
        "apscheduler",
        "asyncio",
        "alembic",
        "rich",
    }

    assert heavy.isdisjoint(loaded.split())


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no signal at a parent's death")
def test_workers_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        worker = int(parent.stdout.readline())
        parent.send_signal(signal.SIGKILL)
        parent.wait()
    _wait_for_the_end(worker)


CALM_PARENT = """
import asyncio, signal
from aggregator.reading.workers import Nursery, Workers

async def main():
    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, lambda: print("interrupted", flush=True))
    async with Nursery("builtins:eval", memory=1 << 30) as nursery:
        workers = Workers(nursery, 1)
        print(await workers.run("__import__('os').getpid()", deadline=100), flush=True)
        print(await workers.run("__import__('time').sleep(1)", deadline=100), flush=True)
        print(await workers.run("__import__('os').getpid()", deadline=100), flush=True)

if __name__ == "__main__":
    asyncio.run(main())
"""


def test_an_interrupt_of_the_terminal_leaves_the_work_to_its_parents_decision(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(CALM_PARENT)
    with subprocess.Popen(
        [sys.executable, script], stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as parent:
        assert parent.stdout
        worker = parent.stdout.readline()
        os.killpg(parent.pid, signal.SIGINT)  # as Ctrl-C does: the whole group gets it
        rest = parent.stdout.read().split()

    assert rest == ["interrupted", "None", worker.strip()]
    assert parent.returncode == 0


def _wait_for_the_end(worker: int) -> None:
    deadline = time.monotonic() + 10
    while _is_alive(worker):
        assert time.monotonic() < deadline, "the worker outlived its parent"
        time.sleep(0.05)


def _is_alive(worker: int) -> bool:
    try:
        return Path(f"/proc/{worker}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
