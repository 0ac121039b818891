"""Reads a document: from bytes to clean entries."""

from dataclasses import replace

from aggregator.encodings import Decoded, as_utf8
from aggregator.languages import language_tag
from aggregator.model import NO_DOCUMENT, Fault, FeedContent, LastDocument, ParsedFeed
from aggregator.normalize.bidi import closed
from aggregator.normalize.entries import normalize
from aggregator.normalize.limits import MOST_FEEDS, NAME
from aggregator.normalize.links import canonical, resolve
from aggregator.normalize.text import to_text
from aggregator.parse import parse_decoded
from aggregator.parse.spans import Split, split
from aggregator.reading import delta


def read(
    body: bytes, *, content_type: str | None, address: str, last: LastDocument = NO_DOCUMENT
) -> FeedContent:
    """Return the content of a body, cleaned. `address` is its final URL, the base of relative links.

    Entries that the last document had, byte for byte, are left unread if the others can be read without them.
    Never raises for what a document contains; does not depend on the current time.
    """
    decoded = as_utf8(body, content_type)
    pieces = split(decoded.utf8)
    if pieces is None:
        return _read(decoded, address)[1]
    return _part(decoded, pieces, address, last) or _whole(decoded, pieces, address, last)


def _part(decoded: Decoded, pieces: Split, address: str, last: LastDocument) -> FeedContent | None:
    """Read the entries that are new; None if the document must be read whole."""
    found = delta.places(pieces, last, address)
    if not found:
        return None
    new = [place for place, known in enumerate(found) if known < 0]
    document, reading = _read(replace(decoded, utf8=pieces.document(new)), address)
    is_sound = len(reading.entries) == len(new) and _is_separable(document, reading, decoded)
    if not is_sound or not delta.is_apart(reading.entries, found, last):
        return None
    return delta.marked(reading, pieces, found, last, address)


def _whole(decoded: Decoded, pieces: Split, address: str, last: LastDocument) -> FeedContent:
    document, reading = _read(decoded, address)
    if len(reading.entries) != len(pieces.entries) or not _is_separable(document, reading, decoded):
        return reading
    return delta.marked(reading, pieces, [-1] * len(pieces.entries), last, address)


def _is_separable(document: ParsedFeed, reading: FeedContent, decoded: Decoded) -> bool:
    return delta.is_separable(document, reading.entries, decoded.warnings)


def _read(decoded: Decoded, address: str) -> tuple[ParsedFeed, FeedContent]:
    document = parse_decoded(decoded)
    site = canonical(document.link, base=address)
    feeds = _feeds(document, address)
    reading = FeedContent(
        format=document.format,
        title=closed(to_text(document.title)[:NAME]) if document.title else "",
        link=site,
        language=language_tag(document.language),
        hub=resolve(document.hub, address),
        topic=resolve(document.topic, address),
        hints=document.hints,
        warnings=document.warnings,
        feeds=feeds,
        entries=normalize(document, address=address),
        fault=_fault(document, feeds),
    )
    return document, reading


def _fault(document: ParsedFeed, feeds: tuple[str, ...]) -> Fault | None:
    if document.fault and feeds:
        return Fault(document.fault.code, {"address": feeds[0]})
    return document.fault


def _feeds(document: ParsedFeed, address: str) -> tuple[str, ...]:
    found = (resolve(feed, address) for feed in document.feeds)
    return tuple(dict.fromkeys(feed for feed in found if feed))[:MOST_FEEDS]
