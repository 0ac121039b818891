"""How SIGTERM and SIGINT end a command: cleanly, and both alike."""

import asyncio
import signal
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

Result = TypeVar("Result")


@contextmanager
def terminated_like_interrupted() -> Iterator[None]:
    """Let SIGTERM raise KeyboardInterrupt as SIGINT does, for as long as the command sets no handler of its own."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def run_interruptible(work: Coroutine[Any, Any, Result]) -> Result:
    """Run a coroutine to its end; a signal cancels it, so that it closes what it opened.

    Raises KeyboardInterrupt then. (One that is raised amid an event loop's own code, as Python does by itself, hits
    whichever task is at work.)
    """

    async def watched() -> Result:
        task = asyncio.current_task()
        if task:
            for number in (signal.SIGTERM, signal.SIGINT):
                asyncio.get_running_loop().add_signal_handler(number, task.cancel)
        return await work

    try:
        return asyncio.run(watched())
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None
