"""Fetches feeds from the command line like the poller, and describes the responses."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import groupby

from aggregator import explain
from aggregator.clock import SystemClock
from aggregator.fetch.fetcher import Fetcher
from aggregator.model import FeedContent
from aggregator.polling.discover import Discovery, Exchange, ask, discover
from aggregator.reading.reader import Reader
from aggregator.sources import Settings, Source
from aggregator.urls import host_of

FORMATS = {
    "rss2": "RSS 2.0",
    "rss1": "RSS 1.0",
    "rss09": "RSS 0.9x",
    "atom1": "Atom 1.0",
    "atom03": "Atom 0.3",
    "jsonfeed": "JSON Feed",
}


@dataclass(frozen=True, slots=True)
class FeedClient:
    """Fetcher and reader for the command line."""

    fetcher: Fetcher
    reader: Reader

    async def discover(self, source: Source) -> Discovery:
        """Fetch one source's feed, and if it is a page, the feed of that page."""
        return await discover(
            source.url,
            self.fetcher,
            self.reader,
            polling=source.polling,
            headers=source.headers,
            secrets=source.secrets,
        )

    async def ask(self, source: Source) -> Discovery:
        """Fetch one source's feed, and nothing else."""
        asked = await ask(
            source.url,
            self.fetcher,
            self.reader,
            polling=source.polling,
            headers=source.headers,
            secrets=source.secrets,
        )
        return Discovery(asked, None if asked.fault else asked)


@asynccontextmanager
async def open_client(settings: Settings) -> AsyncIterator[FeedClient]:
    """Open what is needed to fetch feeds, and close it."""
    async with (
        Fetcher(settings.site.url, SystemClock()) as fetcher,
        Reader(1) as reader,
    ):
        yield FeedClient(fetcher, reader)


async def ask_all(
    settings: Settings,
    sources: Iterable[Source],
    tell: Callable[[Source, Discovery], None],
    *,
    finds: bool = True,
) -> None:
    """Fetch each source once, and pass on each result as it arrives; if it is a page and `finds` is set, look for its feed.

    Hosts are requested concurrently, the feeds of one host one after the other.
    """
    places = asyncio.Semaphore(settings.polling.concurrency)

    async def ask_host(sources: Sequence[Source]) -> None:
        async with places:
            for source in sources:
                tell(source, await (post.discover(source) if finds else post.ask(source)))

    async with open_client(settings) as post, asyncio.TaskGroup() as tasks:
        for _, of_host in groupby(sorted(sources, key=_host), _host):
            tasks.create_task(ask_host(list(of_host)))


def _host(source: Source) -> str:
    return host_of(source.url)


def describe(discovery: Discovery) -> str:
    """Describe what was found behind an address in a sentence."""
    if discovery.feed is None:
        fault = discovery.asked.fault
        return explain.fault(fault) if fault else ""
    if discovery.is_itself:
        return describe_exchange(discovery.feed)
    return f"a page, not a feed; its feed is {discovery.feed.address} ({describe_exchange(discovery.feed)})"


def describe_exchange(exchange: Exchange) -> str:
    """Describe a feed in a few words."""
    moved = exchange.answer.moved_to
    advice = f"; moved for good, write {moved}" if moved else ""
    return (_describe_reading(exchange.reading) if exchange.reading else "") + advice


def _describe_reading(reading: FeedContent) -> str:
    count = len(reading.entries)
    dates = [date for entry in reading.entries if (date := entry.date)]
    newest = f", newest of {max(dates):%Y-%m-%d}" if dates else ""
    return (
        f"{FORMATS.get(reading.format, reading.format)}, {count} entr{'y' if count == 1 else 'ies'}{newest}"
    )
