import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from aggregator.workers import WorkerError, Workers

MEMORY = 1 << 30

PARENT = """
import asyncio, os, time
from aggregator.workers import Workers

async def main():
    async with Workers(1, 100, 1 << 30) as workers:
        print(await workers.run(os.getpid), flush=True)
        await workers.run(time.sleep, 100)

if __name__ == "__main__":
    asyncio.run(main())
"""


def test_a_function_that_spins_ends_at_its_deadline_and_others_go_on() -> None:
    async def run() -> None:
        async with Workers(2, 1.0, MEMORY) as workers:
            spinning = asyncio.create_task(workers.run(time.sleep, 60))
            assert await workers.run(pow, 2, 10) == 1024
            with pytest.raises(WorkerError, match="longer than 1 seconds"):
                await spinning
            assert await workers.run(pow, 2, 11) == 2048

    asyncio.run(run())


def test_a_function_that_swells_or_dies_says_so_and_others_go_on() -> None:
    async def run() -> None:
        async with Workers(1, 10.0, MEMORY) as workers:
            with pytest.raises(WorkerError, match="more than 1024 MiB"):
                await workers.run(bytearray, 2 << 30)
            with pytest.raises(WorkerError, match="die"):
                await workers.run(os._exit, 3)
            assert await workers.run(pow, 2, 10) == 1024

    asyncio.run(run())


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
import asyncio, os, signal, time
from aggregator.workers import Workers

async def main():
    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, lambda: print("interrupted", flush=True))
    async with Workers(1, 100, 1 << 30) as workers:
        print(await workers.run(os.getpid), flush=True)
        print(await workers.run(time.sleep, 1), flush=True)
        print(await workers.run(os.getpid), flush=True)

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
