"""The recurring jobs of a poller process, each with its own interval: claim, reload, prune, heartbeat."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from aggregator import store
from aggregator.clock import CommonClock
from aggregator.polling.liveness import HEARTBEAT
from aggregator.polling.poller import Poller
from aggregator.sources import SourcesFile

log = logging.getLogger(__name__)

CLAIM = "claim due feeds"
NOTEWORTHY = timedelta(seconds=10)  # between the clocks of two machines


@dataclass(frozen=True, slots=True)
class Job:
    """A recurring job: run at an interval, or sooner if `until_next` says so after a run.

    After a run that returned True, the job named by `then` is due at once.
    """

    name: str
    every: timedelta
    do: Callable[[], Awaitable[object]]
    until_next: Callable[[], Awaitable[timedelta]] | None = None
    then: str = ""


class Jobs:
    """The jobs of one poller."""

    def __init__(self, poller: Poller, sources: SourcesFile, clock: CommonClock) -> None:
        self._poller = poller
        self._sources = sources
        self._clock = clock
        self._under_way: set[asyncio.Task[bool]] = set()

    def __iter__(self) -> Iterator[Job]:
        """Yield every job with its interval."""
        # Other processes and commands make feeds due, too; they wait for this interval at most.
        yield Job(CLAIM, timedelta(seconds=5), self._poller.turn, self._poller.until_next_claim)
        # A changed file is live within five seconds.
        yield Job("reload the sources file", timedelta(seconds=2), self.reload, then=CLAIM)
        yield from self.signs_of_life()
        yield Job("read what hubs pushed", timedelta(seconds=2), self._poller.read_pushes)
        yield Job("subscribe at hubs", timedelta(minutes=1), self._poller.subscribe)
        yield Job("tell our hub of changes", timedelta(seconds=10), self._poller.announce)
        yield Job("note what was counted", timedelta(seconds=30), self._poller.note_counts)
        yield Job("refresh the pace", timedelta(minutes=5), self._poller.refresh_pace)
        yield Job("set the clock by the store's", timedelta(minutes=1), self.set_clock)
        yield Job("look for a clock that was wrong", timedelta(hours=1), self.correct_clock)
        yield Job("prune", timedelta(hours=6), self.prune)

    def signs_of_life(self) -> Iterator[Job]:
        """Yield the jobs by which pollers know of each other: without them this one's feeds would be taken over."""
        yield Job("tell that this poller lives", HEARTBEAT, self._poller.beat)
        yield Job("look for pollers that died", HEARTBEAT, self._poller.free_claims_of_dead, then=CLAIM)

    async def turn(self, job: Job) -> bool:
        """Run a job once, and return whether it returned True.

        Not cancelled when the scheduler ends meanwhile: the job may hold a claim.
        """
        task = asyncio.create_task(_do(job))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        with suppress(asyncio.CancelledError):
            return await asyncio.shield(task)
        return False

    async def until_next(self, job: Job) -> timedelta:
        """Return how long after a run the next one is due."""
        if job.until_next is None:
            return job.every
        try:
            return min(await job.until_next(), job.every)
        except store.StoreError:  # the turn has said it
            return job.every

    async def close(self, grace: float) -> None:
        """End: the poller starts nothing more, and polls under way have `grace` seconds; a hub may not respond."""
        self._poller.stop()
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=grace)
        unfinished = set(self._under_way)
        for task in unfinished:
            task.cancel()
        await asyncio.gather(*unfinished, return_exceptions=True)

    async def reload(self) -> bool:
        """Load a changed sources file, and return whether it changed; if it is faulty, the last good one stays in force."""
        # In a thread: a file of 100,000 sources takes seconds to read, and polls go on meanwhile.
        if not await asyncio.to_thread(self._sources.refresh):
            return False
        for fault in self._sources.faults:
            log.error("%s", fault)
        if self._sources.faults:
            log.error("the last good sources file stays in force")
        else:
            log.info("the sources file changed: %d sources", len(self._sources.settings.sources))
        await self.mirror()
        return True

    async def mirror(self) -> None:
        """Sync the store with the sources file, and record there what is wrong with the file."""
        now = self._clock.now()
        await self._poller.beside_store(store.sync_sources, self._sources.settings, now)
        # Public: only the names of the files, not the folder that they are in.
        folder = f"{self._sources.path.parent}/"
        faults = tuple(fault.replace(folder, "") for fault in self._sources.faults)
        await self._poller.in_store(store.set_file_state, self._sources.path.name, faults)

    async def set_clock(self) -> None:
        """Go by the clock that all pollers of this store share: theirs would differ, and feeds be asked early."""
        ahead = await self._poller.in_store(store.clock_ahead, self._clock.own)
        if abs(ahead) > NOTEWORTHY and abs(ahead - self._clock.ahead) > NOTEWORTHY:
            log.warning("%s; polls go by the clock of the database", _told_difference(ahead))
        self._clock.ahead = ahead

    async def correct_clock(self) -> None:
        """Undo what was planned and dated by a wrong clock."""
        count = await self._poller.in_store(store.correct_clock, self._clock.now())
        if count:
            log.warning("the clock was wrong when %d feeds were polled; they are due again", count)

    async def prune(self) -> None:
        """Apply the retention rules, and forget hosts that only redirects led to."""
        await self.correct_clock()  # entries that were first seen by a clock that was behind are not old
        await self._poller.in_store(store.forget_unused_hosts, self._clock.now())
        keep = self._sources.settings.timeline.keep
        pruned = await self._poller.in_store(store.prune, now=self._clock.now(), keep=keep)
        if pruned:
            log.info("pruned %d entries that are older than the file's `keep`", pruned)


def _told_difference(ahead: timedelta) -> str:
    direction = "ahead of" if ahead > timedelta() else "behind"
    return f"the clock of this machine is {abs(ahead).total_seconds():.0f} seconds {direction} the database's"


async def _do(job: Job) -> bool:
    """Run it as the outermost loop: errors are logged, and the next run takes place all the same."""
    try:
        return await job.do() is True
    except store.StoreUnavailable:
        return False  # already logged by the store, once for all jobs
    except store.StoreError as error:
        log.error("cannot %s: %s", job.name, error)  # noqa: TRY400 - the sentence says all
    except Exception:
        log.exception("internal error in job '%s'", job.name)
    return False
