"""Parses bytes to a document, in any dialect; does not clean anything."""

import re
from dataclasses import replace

from aggregator.encodings import Decoded, as_utf8
from aggregator.model import Fault, FaultCode, ParsedFeed
from aggregator.parse import jsonfeed, page, xml
from aggregator.parse.characters import may_be_impossible, possible

# Some blogs wrap a page's <html> around their feed; both are there, and it is a feed.
_FEED = re.compile(rb"<(?:\w+:)?(?:rss\s[^>]*version|feed\s[^>]*xmlns)", re.IGNORECASE)
_RDF = re.compile(rb"^(?:<\?xml[^>]*>\s*)?<(?:\w+:)?RDF\s", re.IGNORECASE)
_PAGE = re.compile(rb"<(?:!doctype\s+html|html|head|body)[\s>]", re.IGNORECASE)
# A JSON Feed behind what guards it against being run as a script, or behind a message of the program that makes it.
_JSON_FEED = re.compile(rb"[^{<]{0,1000}+(?=\{\s*\"version\"\s*:\s*\"https?:\\?/\\?/jsonfeed\.org)")
_LOOK = 4096  # bytes within which a document's format shows; comments and style sheets may precede

# What is served instead of a feed, by its first bytes.
_SIGNATURES = {
    b"\x1f\x8b": "gzip",
    b"PK": "zip",
    b"%PDF": "pdf",
    b"\x89PNG": "image",
    b"\xff\xd8\xff": "image",
    b"GIF8": "image",
}


def parse(body: bytes, *, content_type: str | None) -> ParsedFeed:
    """Return the parsed body; if it is no feed, with a fault that says what it looks like."""
    return parse_decoded(as_utf8(body, content_type))


def parse_decoded(decoded: Decoded) -> ParsedFeed:
    """Return the parsed body, which is in UTF-8; warnings of its decoding come last."""
    document = _parsed(decoded)
    return possible(document) if may_be_impossible(decoded.utf8) else document


def _parsed(decoded: Decoded) -> ParsedFeed:
    # Eight of nine malformed feeds are malformed by leading white space alone.
    text = decoded.utf8.lstrip(b" \t\r\n\x0b\x0c\0")
    if not text:
        return ParsedFeed(fault=Fault(FaultCode.EMPTY))
    if text[:1] in b"{[":
        return jsonfeed.parse(text)
    if guarded := _JSON_FEED.match(text):
        return jsonfeed.parse(text[guarded.end() :])
    if _is_page(text[:_LOOK]):
        return page.parse(text)
    document = xml.parse(text)
    if not document.posts and (inner := _in_page(text)):
        document = xml.parse(inner)
    if not document.format:
        return ParsedFeed(fault=_looks_like(text))
    return replace(document, warnings=document.warnings + decoded.warnings)


def _in_page(body: bytes) -> bytes | None:
    """Return the feed in a page: some templates put the frame of their pages around the feed as well."""
    start = body[:_LOOK]
    root = _FEED.search(start) if _PAGE.search(start) else None
    return body[root.start() :] if root else None


def _is_page(start: bytes) -> bool:
    return bool(_PAGE.search(start)) and not _FEED.search(start) and not _RDF.search(start)


def _looks_like(start: bytes) -> Fault:
    for signature, name in _SIGNATURES.items():
        if start.startswith(signature):
            return Fault(FaultCode.LOOKS_LIKE_FILE, {"format": name})
    if element := re.search(rb"<([A-Za-z][\w:.-]{0,40})[\s/>]", start[:_LOOK]):
        return Fault(FaultCode.LOOKS_LIKE_XML, {"element": element[1].decode("ascii", "replace")})
    words = " ".join(start[:60].decode("utf-8", "replace").split())
    return Fault(FaultCode.LOOKS_LIKE_TEXT, {"text": words})
