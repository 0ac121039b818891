"""Limits the requests to a host within one process: how many at a time, and the gap after each."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from aggregator.clock import Clock
from aggregator.sources.settings import Polling


@dataclass(slots=True)
class _Host:
    places: asyncio.Semaphore
    guests: int = 0  # at the host or waiting for a slot
    ended: datetime | None = None  # the last request
    gap: timedelta = timedelta(0)  # after it

    def is_forgettable(self, now: datetime) -> bool:
        return self.guests == 0 and (self.ended is None or self.ended + self.gap <= now)


class HostLimiter:
    """Lets `per_host` requests to a host pass at a time, with `per_host_gap` after each.

    The store spaces the requests of polls to different hosts, across all pollers, so that these need not wait
    here. The hops of redirects within a host wait here, and so do fetches that no store has spaced (`check
    --online`).
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._hosts: OrderedDict[str, _Host] = OrderedDict()  # the one that ended longest ago first

    @asynccontextmanager
    async def turn(self, name: str, polling: Polling) -> AsyncIterator[None]:
        """Wait for a slot at a host, and hold it for the block."""
        host = self._hosts.setdefault(name, _Host(asyncio.Semaphore(polling.per_host)))
        host.guests += 1
        try:
            async with host.places:
                await self._sit_out(host, polling.per_host_gap)
                try:
                    yield
                finally:
                    host.ended, host.gap = self._clock.now(), polling.per_host_gap
        finally:
            host.guests -= 1
            self._hosts.move_to_end(name)
            self._forget()

    async def _sit_out(self, host: _Host, gap: timedelta) -> None:
        if host.ended is None:
            return
        # Never longer than the gap itself: a clock that was set back must not cause a wait of hours.
        wait = min(host.ended + gap - self._clock.now(), gap)
        if wait > timedelta(0):
            await asyncio.sleep(wait.total_seconds())

    def _forget(self) -> None:
        """Drop the hosts whose gap is over: redirects can name any number of hosts."""
        now = self._clock.now()
        while self._hosts and next(iter(self._hosts.values())).is_forgettable(now):
            self._hosts.popitem(last=False)
