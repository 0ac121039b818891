"""Saves outcomes that are ready at the same time in one transaction: it costs little more than one for a single poll."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from aggregator.model import Outcome, SaveSummary
from aggregator.sources.settings import Source

Poll = tuple[Outcome, Source]
Result = SaveSummary | Exception | None
Write = Callable[[Sequence[Poll]], Awaitable[Sequence[Result]]]

LINGER = (
    0.1  # seconds that an outcome waits for others; a host's gap counts from the request's end, not from here
)
MOST = 50  # outcomes that are saved together


class Saver:
    """Collects the outcomes of one poller; the caller who saves one waits until it is written.

    No caller waits for long: outcomes are written when there are enough of them, when no other poll is under
    way, or when the first has waited for `LINGER` seconds.
    """

    def __init__(self, write: Write, under_way: Callable[[], int]) -> None:
        self._write = write
        self._under_way = under_way  # polls, those that wait here included
        self._waiting: list[tuple[Poll, asyncio.Future[Result]]] = []
        self._timer: asyncio.TimerHandle | None = None
        self._writes: set[asyncio.Task[None]] = set()

    async def save(self, outcome: Outcome, source: Source) -> SaveSummary | None:
        """Return what the outcome changed, None if the lease was lost; raise what kept it from being saved."""
        loop = asyncio.get_running_loop()
        written: asyncio.Future[Result] = loop.create_future()
        self._waiting.append(((outcome, source), written))
        if len(self._waiting) >= min(MOST, self._under_way()):
            self._flush()
        elif self._timer is None:
            self._timer = loop.call_later(LINGER, self._flush)
        result = await written
        if isinstance(result, Exception):
            raise result
        return result

    async def close(self) -> None:
        """Wait for the writes under way; whatever is still queued has been abandoned by its callers."""
        if self._timer:
            self._timer.cancel()
        await asyncio.gather(*self._writes)

    def _flush(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None
        # A cancelled caller has given the feed back.
        ready = [(poll, written) for poll, written in self._waiting if not written.done()]
        self._waiting.clear()
        if ready:
            task = asyncio.create_task(self._write_all(ready), name=f"save {len(ready)} polls")
            self._writes.add(task)
            task.add_done_callback(self._writes.discard)

    async def _write_all(self, ready: Sequence[tuple[Poll, asyncio.Future[Result]]]) -> None:
        results: Sequence[Result]
        try:
            results = await self._write([poll for poll, _ in ready])
        except Exception as error:  # noqa: BLE001 - each caller reports what became of its poll
            results = [error] * len(ready)
        for (_, written), result in zip(ready, results, strict=True):
            if not written.done():
                written.set_result(result)
