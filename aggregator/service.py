"""Composes the whole service: pollers on their schedule, the web side, and how both start and end."""

import asyncio
import contextlib
import logging
import os
import secrets
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from aggregator import store
from aggregator.clock import Clock, CommonClock, SystemClock
from aggregator.errors import AggregatorError, SourceNotFound
from aggregator.fetch.fetcher import Fetcher
from aggregator.options import Options
from aggregator.polling.jobs import Job, Jobs
from aggregator.polling.poller import A_MOMENT, Poller
from aggregator.polling.reports import Report
from aggregator.reading.reader import Reader
from aggregator.server import web_side
from aggregator.sources import SourcesFile
from aggregator.store import Database

log = logging.getLogger(__name__)

# Of the ten seconds that a platform gives between SIGTERM and SIGKILL: half for polls under way, the rest for
# giving back what is unfinished and for the web side's own end.
GRACE = 5.0  # seconds
JOBS_GRACE = 2.0  # seconds, too: a claim is never cancelled, and takes a second at most

TRIES = 100  # attempts: a source that is polled by name may have to wait until its host's gap is over


class WebSideEndedError(AggregatorError):
    """The web side ended by itself while the pollers continued."""


class BusyError(AggregatorError):
    """A source cannot be polled at the moment."""


# --- the pollers ------------------------------------------------------------------------------------------


@asynccontextmanager
async def open_poller(options: Options, report: Report, clock: Clock) -> AsyncIterator[tuple[Poller, Jobs]]:
    """Yield a poller on an up-to-date store that is in sync with the sources file, and its jobs.

    `clock` is the machine's own; all pollers of one PostgreSQL use the database's time.
    Raises `SourcesFault` for a file with a fault and `StoreError` for a store that does not answer.
    """
    sources = SourcesFile(options.config)
    with contextlib.closing(Database.open(options.database)) as database:
        store.migrate(database)
        common = CommonClock(clock)
        async with (
            Fetcher(sources.settings.site.url, common) as fetcher,
            Reader() as reader,
        ):
            owner = new_owner()
            poller = Poller(database, sources, fetcher, reader, clock=common, owner=owner, report=report)
            jobs = Jobs(poller, sources, common)
            try:
                await jobs.set_clock()
                await poller.beat()  # before the first claim
                if database.is_sqlite:
                    await poller.free_claims(await poller.in_store(gone_owners, owner))
                await jobs.correct_clock()
                await jobs.mirror()
                await poller.refresh_pace()
                yield poller, jobs
            finally:
                await jobs.close(JOBS_GRACE)
                await poller.close(GRACE)


def new_owner() -> str:
    """Return the owner name of this process's claims: its host, its process id, and a part that a later process does not repeat."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


def gone_owners(database: Database, own: str) -> set[str]:
    """Return the pollers of this machine whose processes have ended.

    Only for a store in a file: pollers over a network may have the same host name, each in its own container.
    """
    return {owner for owner in store.heartbeats(database) if owner != own and is_gone(owner)}


def is_gone(owner: str) -> bool:
    """Whether another process is known to have ended."""
    host, _, rest = owner.partition(":")
    pid = rest.partition(":")[0]
    if host != socket.gethostname() or not pid.isdecimal():
        return False
    if int(pid) == os.getpid():  # in a restarted container
        return True
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except OSError:  # it exists and belongs to another user
        return False
    return False


async def poll_on_schedule(options: Options, report: Report) -> None:
    """Poll until a signal arrives."""
    stop = stop_signal()
    async with open_poller(options, report, SystemClock()) as (_, jobs):
        with on_schedule(jobs):
            await stop.wait()


async def run(options: Options, report: Report) -> None:
    """Poll and serve until a signal arrives. Raises `PortTakenError` and `WebSideEndedError`, too."""
    stop = stop_signal()
    async with open_poller(options, report, SystemClock()) as (poller, jobs):
        with web_side(options) as web, on_schedule(jobs):
            log.info("%s is at http://%s:%d", poller.settings.site.title, options.host, options.port)
            loop = asyncio.get_running_loop()
            ended = asyncio.Event()
            loop.add_reader(web.sentinel, ended.set)
            await first_of(stop, ended)
            loop.remove_reader(web.sentinel)
            if not stop.is_set():
                raise WebSideEndedError("the web side ended by itself; the log above says why")


async def poll_once(
    options: Options, slug: str | None, report: Report, expect: Callable[[list[str]], None]
) -> None:
    """Poll what is due now, or just the source of this name, and end; a signal ends it sooner.

    Calls `expect` with the slugs of what will be polled, before the first poll.
    """
    stop = stop_signal()
    async with open_poller(options, report, SystemClock()) as (poller, jobs):
        expect([slug] if slug else await poller.due_now())
        polls = asyncio.create_task(poll_named(poller, slug) if slug else poller.poll_due())
        with scheduled(jobs, jobs.signs_of_life()):
            await asyncio.wait((polls, asyncio.create_task(stop.wait())), return_when=asyncio.FIRST_COMPLETED)
        if polls.done():
            polls.result()
        polls.cancel()


async def poll_named(poller: Poller, slug: str) -> None:
    """Poll one source, due or not. Raises `SourceNotFound`, and `BusyError` if it may not be asked now."""
    if slug not in {source.slug for source in poller.settings.sources}:
        raise SourceNotFound(slug)
    for _ in range(TRIES):
        if await poller.start_one(slug):
            await poller.settle()
            return
        await asyncio.sleep(A_MOMENT)
    raise BusyError(f"{slug}: another poller has it, or its host asked for a pause; try again later")


@contextmanager
def on_schedule(jobs: Jobs) -> Iterator[None]:
    """Run each job at its interval, within the block."""
    with scheduled(jobs, jobs):
        try:
            yield
        finally:
            log.info("stopping; polls under way get %d seconds to end", GRACE)


@contextmanager
def scheduled(jobs: Jobs, some: Iterable[Job]) -> Iterator[None]:
    """Run some of the jobs, each at its interval, within the block."""
    scheduler = AsyncIOScheduler(timezone=UTC)

    async def turn(job: Job) -> None:
        is_then_due = await jobs.turn(job)
        sooner = await jobs.until_next(job)
        if not scheduler.running:
            return
        now = datetime.now(UTC)
        if is_then_due and scheduler.get_job(job.then):
            scheduler.modify_job(job.then, next_run_time=now)
        if sooner < job.every:
            scheduler.modify_job(job.name, next_run_time=now + sooner)

    for job in some:
        # A late run takes place once: none is skipped for being late, and none pile up.
        scheduler.add_job(
            turn,
            "interval",
            args=(job,),
            seconds=job.every.total_seconds(),
            id=job.name,
            coalesce=True,
            misfire_grace_time=None,
        )
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown(wait=False)


async def first_of(*events: asyncio.Event) -> None:
    """Wait until one of the events is set."""
    waiting = [asyncio.create_task(event.wait()) for event in events]
    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()


def stop_signal() -> asyncio.Event:
    """Return the event that SIGTERM and SIGINT set."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop
