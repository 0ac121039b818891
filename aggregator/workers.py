"""Runs functions in processes of their own, so that one which spins, swells or dies hurts nobody else.

Knows nothing of feeds.
"""

import asyncio
import ctypes
import os
import resource
import signal
import sys
from collections.abc import Callable
from concurrent.futures import TimeoutError as DeadlineError
from multiprocessing import get_context
from typing import ParamSpec, Self, TypeVar

from pebble import ProcessExpired, ProcessPool

P = ParamSpec("P")
R = TypeVar("R")

# A worker is replaced after so many tasks: memory that a parser leaks or fragments goes back to the system.
TASKS_OF_A_LIFE = 500
_PR_SET_PDEATHSIG = 1


class WorkerError(Exception):
    """The function gave no answer; the text says why, in plain words."""


class Workers:
    """At most `processes` functions under way, each for `deadline` seconds and within `memory` bytes.

    `memory` is of address space, the interpreter's own included.
    """

    def __init__(self, processes: int, deadline: float, memory: int) -> None:
        self._processes = processes
        self._deadline = deadline
        self._memory = memory

    async def __aenter__(self) -> Self:
        # Not fork: the poller has threads, and a forked lock stays locked for ever.
        self._pool = ProcessPool(
            max_workers=self._processes,
            max_tasks=TASKS_OF_A_LIFE,
            context=get_context("spawn"),
            initializer=_settle,
            initargs=(os.getpid(), self._memory),
        )
        return self

    async def __aexit__(self, *exception: object) -> None:
        self._pool.stop()  # type: ignore[no-untyped-call]  # pebble leaves it untyped
        await asyncio.to_thread(self._pool.join)

    async def run(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Return what the function returns; raises WorkerError where it did not come to an end.

        The deadline counts from when a process begins with it, not while it waits for one.
        """
        future = self._pool.submit(function, self._deadline, *args, **kwargs)
        try:
            return await asyncio.wrap_future(future)
        except (TimeoutError, DeadlineError):
            raise WorkerError(f"took longer than {self._deadline:g} seconds") from None
        except MemoryError:
            raise WorkerError(f"needed more than {self._memory // 2**20} MiB of memory") from None
        except ProcessExpired:
            raise WorkerError("made its process die") from None


def _settle(parent: int, memory: int) -> None:
    """Bind a new worker: to its parent's life, to its memory, and to its parent's word alone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before the line above took hold
        os._exit(1)
