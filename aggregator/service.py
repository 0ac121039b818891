"""The whole service put together: pollers on their schedule, the web side, and how both begin and end."""

import asyncio
import contextlib
import logging
import multiprocessing
import os
import signal
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC
from multiprocessing.process import BaseProcess
from pathlib import Path

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from flask import Flask
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from aggregator import store
from aggregator.chores import Chores
from aggregator.clock import Clock, SystemClock
from aggregator.errors import AggregatorError
from aggregator.fetch import Fetcher
from aggregator.logs import pass_style_on, set_up_logging_as_parent
from aggregator.poller import A_MOMENT, Poller, Report
from aggregator.reader import Reader
from aggregator.sources import SourcesFault, SourcesFile, load
from aggregator.store import Database
from aggregator.web import create_app

log = logging.getLogger(__name__)

# Of the ten seconds that a platform gives between SIGTERM and SIGKILL: half for polls under way, the rest for
# giving back what is unfinished and for the web side's own end.
GRACE = 5.0  # seconds
WORKER_GRACE = 1  # seconds for requests under way; a page takes milliseconds
WEB_GRACE = 2.0  # seconds for the whole web side, before that
CHORES_GRACE = 2.0  # seconds, too: a claim is never cut short, and takes a second at most

TRIES = 100  # moments: a source that is asked for by name may have to wait until its host's gap is over


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line and the environment say."""

    config: Path
    database: str
    host: str = "127.0.0.1"
    port: int = 8000


class PortTakenError(AggregatorError):
    """The web side cannot listen where it should."""


class WebSideEndedError(AggregatorError):
    """The web side ended by itself while the pollers went on."""


class UnknownSourceError(AggregatorError):
    """The sources file has no such source."""


class BusyError(AggregatorError):
    """A source cannot be polled just now."""


# --- the pollers ------------------------------------------------------------------------------------------


@asynccontextmanager
async def open_poller(options: Options, report: Report, clock: Clock) -> AsyncIterator[tuple[Poller, Chores]]:
    """Yield a poller on an up-to-date store that mirrors the sources file, and its chores.

    Raises `SourcesFault` for a file with a fault and `StoreError` for a store that does not answer.
    """
    sources = SourcesFile(options.config)
    with contextlib.closing(Database.open(options.database)) as database:
        store.migrate(database)
        async with (
            Fetcher(sources.settings.site.url, clock) as fetcher,
            Reader() as reader,
        ):
            owner = f"{socket.gethostname()}:{os.getpid()}"
            poller = Poller(database, sources, fetcher, reader, clock=clock, owner=owner, report=report)
            chores = Chores(poller, sources, clock)
            try:
                await chores.mirror()
                await poller.refresh_pace()
                yield poller, chores
            finally:
                await chores.close(CHORES_GRACE)
                await poller.close(GRACE)


async def poll_on_schedule(options: Options, report: Report) -> None:
    """Poll until a signal says stop."""
    stop = stop_signal()
    async with open_poller(options, report, SystemClock()) as (_, chores):
        with on_schedule(chores):
            await stop.wait()


async def run(options: Options, report: Report) -> None:
    """Poll and serve until a signal says stop. Raises `PortTakenError` and `WebSideEndedError`, too."""
    stop = stop_signal()
    async with open_poller(options, report, SystemClock()) as (poller, chores):
        with web_side(options) as web, on_schedule(chores):
            log.info("%s is at http://%s:%d", poller.settings.site.title, options.host, options.port)
            while web.is_alive() and not stop.is_set():
                await wait_for(stop, seconds=1)
            if not stop.is_set():
                raise WebSideEndedError("the web side ended by itself; the log above says why")


async def poll_once(
    options: Options, slug: str | None, report: Report, expect: Callable[[list[str]], None]
) -> None:
    """Poll what is due now, or just the source of this name, and end; a signal ends it sooner.

    Calls `expect` with the slugs of what will be polled, before the first poll.
    """
    stop = stop_signal()
    clock = SystemClock()
    async with open_poller(options, report, clock) as (poller, _):
        expect([slug] if slug else await poller.in_store(store.due, clock.now()))
        polls = asyncio.create_task(poll_named(poller, slug) if slug else poller.poll_due())
        await asyncio.wait((polls, asyncio.create_task(stop.wait())), return_when=asyncio.FIRST_COMPLETED)
        if polls.done():
            polls.result()
        polls.cancel()


async def poll_named(poller: Poller, slug: str) -> None:
    """Poll one source, due or not. Raises `UnknownSourceError`, and `BusyError` where it may not be asked now."""
    if slug not in {source.slug for source in poller.settings.sources}:
        raise UnknownSourceError(f"no source is called `{slug}`; `aggregator sources list` has their names")
    for _ in range(TRIES):
        if await poller.start_one(slug):
            await poller.settle()
            return
        await asyncio.sleep(A_MOMENT)
    raise BusyError(f"{slug}: another poller has it, or its host asked for a pause; try again later")


@contextmanager
def on_schedule(chores: Chores) -> Iterator[None]:
    """Do each chore in its rhythm, within the block."""
    scheduler = AsyncIOScheduler(timezone=UTC)
    for chore in chores:
        # A turn that comes late is taken late, once: none is skipped for being late, and none pile up.
        scheduler.add_job(
            chores.turn,
            "interval",
            args=(chore,),
            seconds=chore.every.total_seconds(),
            name=chore.name,
            coalesce=True,
            misfire_grace_time=None,
        )
    scheduler.start()
    try:
        yield
    finally:
        log.info("stopping; polls under way get %d seconds to end", GRACE)
        scheduler.shutdown(wait=False)


async def wait_for(event: asyncio.Event, *, seconds: float) -> None:
    """Wait for the event, but no longer than this."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)


def stop_signal() -> asyncio.Event:
    """Return the event that SIGTERM and SIGINT set."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


# --- the web side -----------------------------------------------------------------------------------------

# Python runs one thread at a time, and a kept page takes well under a millisecond: a few threads hide the waits
# for the store, more would only queue.
WEB_THREADS = 4

FAULT_PATIENCE = 2.0  # seconds

POLLS_HERE = "AGGREGATOR_POLLS_HERE"  # from `run` to its web side: /healthz answers for the pollers, too


def serve(options: Options) -> None:
    """Serve the web side until a signal says stop.

    Raises `PortTakenError`, `SourcesFault`, and `StoreError` where the store's address is none.
    """
    load(options.config, environ=None)
    Database.open(options.database).close()
    _ensure_port_is_free(options)
    pass_style_on()
    _serve(options)


def _serve(options: Options) -> None:
    """Start the WSGI server; what can be wrong with the options has been looked for."""
    os.environ["AGGREGATOR_CONFIG"] = str(options.config)
    os.environ["AGGREGATOR_DATABASE"] = options.database
    Granian(
        "aggregator.service:worker_app",
        factory=True,
        interface=Interfaces.WSGI,
        address=options.host,
        port=options.port,
        blocking_threads=WEB_THREADS,
        workers_kill_timeout=WORKER_GRACE,
        log_level=LogLevels.warning,
    ).serve()


def worker_app() -> Flask:
    """Make the application in a process of the WSGI server."""
    _end_with_parent()
    set_up_logging_as_parent()
    while True:
        try:
            return create_app(polls=POLLS_HERE in os.environ)
        except SourcesFault as fault:
            # The file was good when the command began. What went wrong since is waited out, not died of.
            log.error("%s", fault)  # noqa: TRY400 - the fault says all
            time.sleep(FAULT_PATIENCE)


@contextmanager
def web_side(options: Options) -> Iterator[BaseProcess]:
    """Run the web side as a child of this process, and end it with the block."""
    _ensure_port_is_free(options)
    pass_style_on()
    child = multiprocessing.get_context("spawn").Process(target=_serve_as_child, args=(options,), name="web")
    child.start()
    try:
        yield child
    finally:
        child.terminate()
        child.join(WEB_GRACE)
        if child.is_alive():
            child.kill()
            child.join()


def _serve_as_child(options: Options) -> None:
    _end_with_parent()
    set_up_logging_as_parent()
    os.environ[POLLS_HERE] = "1"
    _serve(options)


def _end_with_parent() -> None:
    """End this process when its parent does, however that ends: nobody else would, and the port stayed taken."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_terminate_after, args=(parent,), daemon=True).start()


def _terminate_after(parent: BaseProcess) -> None:
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)


def _ensure_port_is_free(options: Options) -> None:
    """Try to listen before the server does, since that would only say it in a traceback."""
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((options.host, options.port))
        except OSError as error:
            raise PortTakenError(
                f"cannot listen on {options.host}, port {options.port}: {error.strerror}; "
                "choose another with --port or --host"
            ) from error
