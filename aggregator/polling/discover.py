"""Finds the feed behind an address: the address itself, a feed that its page links to, or a common path.

Sends few requests, one after the other; the fetcher keeps the distance between them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import urljoin, urlsplit

from aggregator.fetch.addresses import same_origin
from aggregator.fetch.fetcher import UNCONDITIONAL, Fetcher
from aggregator.model import Fault, FaultCode, FaultKind, FeedContent, FetchResult, Validators
from aggregator.reading.reader import Reader
from aggregator.sources.secrets import NO_SECRETS, Secrets
from aggregator.sources.settings import Polling

# Common feed paths: of WordPress and Ghost, Hugo and Jekyll, hand-made sites. Below the page's own
# path first, since many blogs are a folder of a company's site.
COMMON_NAMES = ("feed", "rss", "feed.xml", "index.xml", "atom.xml", "rss.xml", "feed.json")

MOST_NAMED = 5  # feeds of one page that are looked at
MOST_GUESSED = 14  # requests for paths that no page links to

NO_HEADERS: Mapping[str, str] = MappingProxyType({})

# WordPress has a separate feed of comments, and links to it beside that of the posts.
COMMENTS = ("/comments/", "comments.xml", "type=comments")


@dataclass(frozen=True, slots=True)
class Exchange:
    """One address that was requested, and what its response means."""

    address: str
    answer: FetchResult
    reading: FeedContent | None  # None if no document came

    @property
    def fault(self) -> Fault | None:
        """Why this is no feed; None for a feed."""
        if self.answer.fault:
            return self.answer.fault
        return self.reading.fault if self.reading else Fault(FaultCode.NO_DOCUMENT)


@dataclass(frozen=True, slots=True)
class Discovery:
    """What was found behind an address."""

    asked: Exchange  # the address itself
    feed: Exchange | None  # the first real feed: the address itself, or the one found instead
    others: tuple[str, ...] = ()  # more addresses that the page links to; not requested

    @property
    def is_itself(self) -> bool:
        """Whether the address itself is the feed."""
        return self.feed is self.asked


async def ask(
    address: str,
    fetcher: Fetcher,
    reader: Reader,
    *,
    polling: Polling,
    validators: Validators = UNCONDITIONAL,
    headers: Mapping[str, str] = NO_HEADERS,
    secrets: Secrets = NO_SECRETS,
) -> Exchange:
    """Fetch and read one address as the poller does."""
    answer = await fetcher.fetch(
        address, validators=validators, polling=polling, headers=headers, secrets=secrets
    )
    if answer.body is None or answer.fault:
        return Exchange(address, answer, None)
    content_type = answer.header("content-type")
    reading = await reader.read(answer.body, content_type=content_type, address=answer.final_address)
    return Exchange(address, answer, reading)


async def discover(
    address: str,
    fetcher: Fetcher,
    reader: Reader,
    *,
    polling: Polling,
    headers: Mapping[str, str] = NO_HEADERS,
    secrets: Secrets = NO_SECRETS,
) -> Discovery:
    """Find the feed behind an address: the address itself, or the first that its page or a common path has.

    Sends further requests only if a page came, at most `MOST_NAMED` and `MOST_GUESSED` of them: a failing
    server gets no further requests. The headers are sent to the address's own origin only.
    """
    asked = await ask(address, fetcher, reader, polling=polling, headers=headers, secrets=secrets)
    if asked.fault is None:
        return Discovery(asked, asked)
    if asked.fault.kind is not FaultKind.PAGE or asked.reading is None:
        return Discovery(asked, None)
    named = _best_first(asked.reading.feeds)[:MOST_NAMED]
    guessed = [guess for guess in _guesses(asked.answer.final_address) if guess not in named][:MOST_GUESSED]
    for candidate in [*named, *guessed]:
        own = headers if same_origin(candidate, address) else NO_HEADERS
        exchange = await ask(candidate, fetcher, reader, polling=polling, headers=own, secrets=secrets)
        if exchange.fault is None:
            return Discovery(asked, exchange, tuple(other for other in named if other != candidate))
    return Discovery(asked, None)


def _best_first(addresses: tuple[str, ...]) -> list[str]:
    """Keep the page's order, but put feeds of comments last."""
    return sorted(dict.fromkeys(addresses), key=lambda address: any(mark in address for mark in COMMENTS))


def _guesses(page: str) -> Iterator[str]:
    path = urlsplit(page).path
    folders = dict.fromkeys([path.rstrip("/") + "/", "/"])
    for folder in folders:
        yield from (urljoin(page, folder + name) for name in COMMON_NAMES)
