"""A small world to poll: names that lead to one publisher, a sources file, a store, and pollers on it.

    world.lists("a", "b", per_host_gap="10s")   sources file: the feeds of http://a.test and http://b.test, mirrored
    one, two = world.poller("one"), world.poller("two")
    world.poll()                                 all that is due now, by all pollers
    world.pass_time(hours=3)                     each poll at its time, until then
    world.state("a")                             what `/sources` tells of it

A source is `NAME` or `NAME@HOST`: its feed is `http://HOST.test:PORT/NAME`, by default of the host that is called as it is.
"""

import asyncio
import socket
from collections import Counter
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from threading import Lock
from typing import Literal

from aggregator import store
from aggregator.clock import CommonClock
from aggregator.fetch.fetcher import Fetcher
from aggregator.model import FeedState, Outcome, SaveSummary
from aggregator.polling.jobs import Jobs
from aggregator.polling.poller import Poller
from aggregator.reading.reader import Reader
from aggregator.sources import SourcesFile
from aggregator.store import Database
from tests.support.clock import ManualClock
from tests.support.publisher import PATIENCE, Handler, Publisher, Request, Wire

Trouble = Literal["", "names", "connections"]


class Internet:
    """Looks names up: each is this machine, unless nothing or nobody can be reached."""

    def __init__(self) -> None:
        self.trouble: Trouble = ""
        self.dead: set[str] = set()

    async def __call__(self, host: str) -> Sequence[str]:
        if self.trouble == "names" or host in self.dead:
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        return ["127.255.255.254" if self.trouble else "127.0.0.1"]  # where no publisher listens


class Counted:
    """A page that takes its time, and counts how many ask at once: most at each host, and in all."""

    def __init__(self, page: Handler, seconds: float) -> None:
        self._page, self._seconds = page, seconds
        self._lock = Lock()
        self._now: Counter[str] = Counter()
        self.most: Counter[str] = Counter()
        self.most_in_all = 0

    def __call__(self, request: Request, wire: Wire) -> None:
        host = request.headers["Host"]
        with self._lock:
            self._now[host] += 1
            self.most[host] = max(self.most[host], self._now[host])
            self.most_in_all = max(self.most_in_all, self._now.total())
        wire.pause(self._seconds)
        with self._lock:  # before the answer: then the next may come
            self._now[host] -= 1
        self._page(request, wire)


class World:
    """All that pollers see, under a clock that stands still until a test moves it."""

    def __init__(
        self,
        *,
        runner: asyncio.Runner,
        reader: Reader,
        database: Database,
        clock: ManualClock,
        publisher: Publisher,
        path: Path,
    ) -> None:
        self.runner, self.reader, self.database = runner, reader, database
        self.clock, self.publisher, self.path = clock, publisher, path
        self.internet = Internet()
        self.outcomes: list[Outcome] = []
        self.pollers: list[Poller] = []
        self._stack = AsyncExitStack()

    # --- sources

    def url(self, source: str) -> str:
        name, _, host = source.partition("@")
        return f"http://{host or name}.test:{self.publisher.port}/{name}"

    def lists(self, *sources: str, **polling: str | int) -> None:
        """Write the sources file, and mirror it as every poller does at its start."""
        self.writes(*sources, **polling)
        store.sync_sources(self.database, SourcesFile(self.path).settings, self.clock.now())

    def writes(self, *sources: str, **polling: str | int) -> None:
        """Write the sources file. `polling` are keys of its `[polling]`; there is no gap unless one is given."""
        keys = {"per_host_gap": "0s", **polling}
        lines = [
            "[polling]",
            "allow_private_networks = true",
            *(
                f"{key} = {value if isinstance(value, int) else f'{chr(34)}{value}{chr(34)}'}"
                for key, value in keys.items()
            ),
        ]
        for source in sources:
            slug = source.partition("@")[0]
            lines += ["[[source]]", f'url = "{self.url(source)}"', f'slug = "{slug}"']
        self.path.write_text("\n".join(lines))

    def state(self, slug: str) -> FeedState:
        return store.status(self.database, slug, self.clock.now()).poll_state

    def states(self) -> list[FeedState]:
        return [status.poll_state for status in store.statuses(self.database, self.clock.now())]

    def asked(self, name: str) -> int:
        """How often the publisher was asked for this feed."""
        return len(self.publisher.requests_to(f"/{name}"))

    # --- pollers

    def poller(self, owner: str = "one") -> Poller:
        """Start one more poller, as a process of its own would: only the store is shared."""
        return self.runner.run(self._poller(owner))

    async def _poller(self, owner: str) -> Poller:
        fetcher = Fetcher("https://timeline.example", self.clock, resolve=self.internet)
        await self._stack.enter_async_context(fetcher)
        poller = Poller(
            self.database,
            SourcesFile(self.path),
            fetcher,
            self.reader,
            clock=self.clock,
            owner=owner,
            report=self._note,
        )
        self._stack.push_async_callback(poller.close, 0)
        self.pollers.append(poller)
        return poller

    def jobs(self, poller: Poller) -> Jobs:
        return Jobs(poller, poller._sources, CommonClock(self.clock))

    def turn(self, poller: Poller, patience: float = PATIENCE) -> int:
        """Let a poller start what it may, and wait for what has an end; return how many it started.

        What does not end within `patience` seconds hangs on purpose.
        """
        return self.runner.run(self._turn(poller, patience))

    async def _turn(self, poller: Poller, patience: float) -> int:
        started, goes_on = await poller.turn(), True
        while goes_on:
            under_way = poller.under_way
            await poller.settle(patience)
            goes_on = poller.under_way < under_way
            started += await poller.turn() if goes_on else 0
        return started

    def poll(self, patience: float = PATIENCE) -> int:
        """Poll all that is due, by all pollers at once; return how many polls that were."""
        return self.runner.run(self._poll(patience))

    async def _poll(self, patience: float) -> int:
        return sum(await asyncio.gather(*(self._turn(poller, patience) for poller in self.pollers)))

    def pass_time(self, **span: float) -> None:
        """Let time go by, each poll at its time, by all pollers."""
        end = self.clock.now() + timedelta(**span)
        while (due := store.next_due(self.database)) and due <= end:
            self.clock.set(max(due, self.clock.now()))
            if not self.poll():
                self.clock.advance(minutes=1)  # while polls pause
        self.clock.set(end)

    def close(self) -> None:
        self.publisher.forget()  # hanging requests continue
        self.runner.run(self._stack.aclose())

    def _note(self, outcome: Outcome, _: SaveSummary) -> None:
        self.outcomes.append(outcome)
