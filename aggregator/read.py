"""Reads a document: from bytes to clean entries."""

from aggregator.model import Document, Fault, Reading
from aggregator.normalize import normalize
from aggregator.normalize.bounds import MOST_FEEDS, NAME
from aggregator.normalize.languages import language_tag
from aggregator.normalize.links import canonical, resolve
from aggregator.normalize.text import plain
from aggregator.parse import parse


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
