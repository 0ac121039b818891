"""Reads a document: from bytes to clean entries."""

from typing import Self

from aggregator.model import Document, Fault, FaultKind, Reading
from aggregator.normalize import normalize
from aggregator.normalize.bounds import MOST_FEEDS, NAME
from aggregator.normalize.languages import language_tag
from aggregator.normalize.links import canonical, resolve
from aggregator.normalize.text import plain
from aggregator.parse import parse
from aggregator.workers import WorkerError, Workers


def read(body: bytes, *, content_type: str | None, address: str) -> Reading:
    """Return what a body means, cleaned. `address` is where it was found: relative links stand on it.

    Never raises for what a document contains; does not depend on the day.
    """
    document = parse(body, content_type=content_type)
    site = canonical(document.link, base=address)
    feeds = _feeds(document, address)
    return Reading(
        format=document.format,
        title=plain(document.title)[:NAME] if document.title else "",
        link=site,
        language=language_tag(document.language),
        hub=resolve(document.hub, address),
        topic=resolve(document.topic, address),
        hints=document.hints,
        warnings=document.warnings,
        feeds=feeds,
        entries=normalize(document, base=site or address),
        fault=_fault(document, feeds),
    )


def _fault(document: Document, feeds: tuple[str, ...]) -> Fault | None:
    if document.fault and feeds:
        return Fault(document.fault.kind, f"{document.fault.sentence}: {feeds[0]}")
    return document.fault


def _feeds(document: Document, address: str) -> tuple[str, ...]:
    found = (resolve(feed, address) for feed in document.feeds)
    return tuple(dict.fromkeys(feed for feed in found if feed))[:MOST_FEEDS]


# The largest documents of ten megabytes take some seconds and some hundred megabytes.
DEADLINE = 20.0  # seconds
MEMORY = 1_000_000_000  # bytes of address space


class Reader:
    """Reads documents in `processes` processes of their own, each for `deadline` seconds and in `memory` bytes.

    A document that spins or swells costs its own source the turn; the others go on.
    """

    def __init__(self, processes: int, deadline: float = DEADLINE, memory: int = MEMORY) -> None:
        self._workers = Workers(processes, deadline, memory)

    async def __aenter__(self) -> Self:
        await self._workers.__aenter__()
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self._workers.__aexit__(*exception)

    async def read(self, body: bytes, *, content_type: str | None, address: str) -> Reading:
        """Return what a body means; one that could not be read to its end has a fault of kind PARSER."""
        try:
            return await self._workers.run(read, body, content_type=content_type, address=address)
        except WorkerError as trouble:
            sentence = (
                f"reading the document {trouble}; the publisher's document is to blame, it is tried again"
            )
            return Reading(fault=Fault(FaultKind.PARSER, sentence))
