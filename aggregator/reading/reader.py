"""Reads documents in worker processes, so that one that takes too much time or memory only delays its own source.

A document gets a short deadline first. One that needs longer, is large, or is from a source whose last one
took too long is read in a separate process, a few at once, while all others continue.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Self

from aggregator.model import NO_DOCUMENT, Fault, FaultCode, FeedContent, LastDocument
from aggregator.reading.workers import DeadlineError, Nursery, OverMemoryError, WorkerError, Workers

FUNCTION = "aggregator.reading.read:read"
PROCESSES = max(2, os.cpu_count() or 1)
MEMORY = 500_000_000  # bytes of address space; documents of ten megabytes take less than half
# Seconds, and seconds a megabyte. An ordinary document takes 0.4 s a megabyte of a slow core.
_FIRST_TURN = (0.4, 0.6)
_DEADLINE = (3.0, 1.7)
_SLACK = 3.0  # deadlines are of processor time, and so many times as long by the clock of a busy machine
LARGE = 1_000_000  # bytes; such a document may take longer, and a hundred megabytes of memory
_SLOW = 2  # slow documents at once, of which one is doubtful
# Documents waiting for a slow reading: each occupies one of the concurrent polls.
MOST_WAITING = 8
_MEGABYTE = 1_000_000

_Call = Callable[[Workers, tuple[float, float]], Awaitable[FeedContent]]


class CrowdedError(WorkerError):
    """Too many slow documents are waiting already."""


class Reader:
    """Reads documents, `processes` at once and slow ones besides, each within `memory` bytes."""

    def __init__(self, processes: int = PROCESSES, *, memory: int = MEMORY, function: str = FUNCTION) -> None:
        self._nursery = Nursery(function, memory=memory)
        self._workers = Workers(self._nursery, processes, slack=_SLACK)
        self._slow_lane = Workers(self._nursery, _SLOW, slack=_SLACK)
        self._doubtful = asyncio.Semaphore(1)
        self._waiting = 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self._nursery.__aexit__(*exception)

    @property
    def processes(self) -> int:
        """How many processes there are now."""
        return self._nursery.running

    @property
    def killed(self) -> int:
        """How many processes were ended so far because of the document that they read."""
        return self._nursery.killed

    async def read(
        self,
        body: bytes,
        *,
        content_type: str | None,
        address: str,
        last: LastDocument = NO_DOCUMENT,
        is_doubtful: bool = False,
    ) -> FeedContent:
        """Return the content of a body; one that could not be read to its end has a fault of kind PARSER.

        Entries of the `last` document are left unread. `is_doubtful` says that this source's last document
        could not be read to its end.
        """

        async def call(workers: Workers, seconds: tuple[float, float]) -> Any:
            deadline = seconds[0] + seconds[1] * len(body) / _MEGABYTE
            return await workers.run(
                body, content_type=content_type, address=address, last=last, deadline=deadline
            )

        try:
            return await self._read(call, is_large=len(body) > LARGE, is_doubtful=is_doubtful)
        except WorkerError as error:
            return FeedContent(fault=_fault(error))

    async def _read(self, call: _Call, *, is_large: bool, is_doubtful: bool) -> FeedContent:
        if is_doubtful:
            return await self._read_behind_others(call)
        if is_large:
            return await call(self._slow_lane, _DEADLINE)
        try:
            return await call(self._workers, _FIRST_TURN)
        except DeadlineError:
            return await self._read_behind_others(call)

    async def _read_behind_others(self, call: _Call) -> FeedContent:
        async with self._turn_of_doubtful():
            return await call(self._slow_lane, _DEADLINE)

    @asynccontextmanager
    async def _turn_of_doubtful(self) -> AsyncIterator[None]:
        """Wait until no other doubtful document is being read, unless too many wait already."""
        if self._waiting >= MOST_WAITING:
            raise CrowdedError
        self._waiting += 1
        try:
            async with self._doubtful:
                yield
        finally:
            self._waiting -= 1


def _fault(error: WorkerError) -> Fault:
    match error:
        case DeadlineError():
            return Fault(FaultCode.READING_TOO_LATE, {"seconds": float(f"{error.seconds:.2g}")})
        case OverMemoryError():
            return Fault(FaultCode.READING_TOO_LARGE, {"mebibytes": error.mebibytes})
        case CrowdedError():
            return Fault(FaultCode.READING_CROWDED)
        case _:
            return Fault(FaultCode.READING_DIED)
