"""Runs a coroutine as a command: a signal cancels it, so that it closes what it opened."""

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


def run_interruptible(work: Coroutine[Any, Any, Result]) -> Result:
    """Run a coroutine to its end; a signal cancels it, so that it closes what it opened.

    Raises KeyboardInterrupt then. (Python itself would raise it within the event loop's code, in any task
    that is running.)
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
