"""Cuts a document into the bytes of its entries and the rest, without parsing it.

Correct for every well-formed document that it cuts; a document in doubt is not cut. Whether it is well-formed
shows when it is parsed.
"""

import itertools
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MOST_ENTRIES = 500  # of more than this, `normalize` chooses by their dates

# The constructs that may contain tags, and the tags of entries; in well-formed XML a `<` is nowhere else.
# Prefixes are arbitrary (XML Namespaces 1.0, section 4).
_MARKUP = re.compile(rb"<(?:(!\[CDATA\[|!--|\?)|(/?)(?:[\w.-]++:)?(?i:item|entry)(?=[\s/>]))")
_ENDS = {b"![CDATA[": b"]]>", b"!--": b"-->", b"?": b"?>"}
_TAG_END = re.compile(rb"(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*+>")
# Outside the entries, and irrelevant to them: when the document was written, and RSS 1.0's list of its items.
_IDLE = re.compile(
    rb"<((?:\w+:)?(?:lastBuildDate|pubDate|updated|modified|date))>[^<]*</\1>"
    rb"|<items>\s*(?:<rdf:(?:Seq|li)\b[^<>]*>|</rdf:(?:Seq|li)>|\s)*+</items>"
)
# If these are in an entry, `parse` may take them for the feed's own.
_CHANNEL_ONLY = re.compile(rb"<skip(?:hours|days)\b", re.IGNORECASE)
_PAGE = re.compile(rb"<(?:!doctype\s+html|html|head|body)[\s>]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Split:
    """A document in pieces."""

    head: bytes
    entries: tuple[bytes, ...]
    tail: bytes
    frame: bytes  # the parts of head and tail that an entry may depend on
    separator: bytes = b""

    def document(self, places: Sequence[int]) -> bytes:
        """Return the document with only the entries at these indexes."""
        kept = self.separator.join(self.entries[place] for place in places)
        return b"".join((self.head, kept, self.tail))


def split(text: bytes) -> Split | None:
    """Return the pieces of a document in UTF-8; None if its entries cannot be told apart for sure."""
    pieces = _split_json(text) if text.lstrip()[:1] == b"{" else _split_xml(text)
    return pieces if pieces and len(pieces.entries) <= MOST_ENTRIES else None


# --- JSON Feed --------------------------------------------------------------------------------------------


def _split_json(text: bytes) -> Split | None:
    try:
        feed = json.loads(text, strict=False)
        items = feed.pop("items")
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            return None
        head = json.dumps({**feed, "items": []})[:-2].encode()
        return Split(head, tuple(json.dumps(item).encode() for item in items), b"]}", head, b",")
    except (ValueError, KeyError, RecursionError):
        return None


# --- XML --------------------------------------------------------------------------------------------------


def _split_xml(text: bytes) -> Split | None:
    try:
        spans, comments = _entries_and_comments(text)
    except ValueError:
        return None
    if not spans or not _stand_together(text, spans):
        return None
    first, last = spans[0][0], spans[-1][1]
    head, tail = text[:first], text[last:]
    if b"<!ENTITY" in head or _PAGE.search(head) or _CHANNEL_ONLY.search(text, first, last):
        return None
    around = [(0, first), (last, len(text))]
    frame = b"\0".join(_IDLE.sub(b"", _without(text, *part, comments)) for part in around)
    return Split(head, tuple(text[begin:end] for begin, end in spans), tail, frame)


def _entries_and_comments(text: bytes) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Return the spans of entries and comments, in order. Raises ValueError for what is not well-formed."""
    spans, comments = [], []
    place = depth = begin = 0
    while found := _MARKUP.search(text, place):
        hidden = found[1]
        if hidden:
            place = text.index(_ENDS[hidden], found.end()) + 3 - (hidden == b"?")
            if hidden == b"!--" and not depth:
                comments.append((found.start(), place))
            continue
        tag = _TAG_END.match(text, found.end())
        if tag is None:
            raise ValueError
        place = tag.end()
        if found[2]:
            depth -= 1
            if depth < 0:
                raise ValueError
        else:
            begin = begin if depth else found.start()
            depth += text[place - 2] != ord("/")
        if not depth:
            spans.append((begin, place))
    if depth:
        raise ValueError
    return spans, comments


def _stand_together(text: bytes, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether there is only white space between the entries."""
    gaps = itertools.pairwise(spans)
    return all(not text[end:begin].strip() for (_, end), (begin, _) in gaps)


def _without(text: bytes, begin: int, end: int, comments: Sequence[tuple[int, int]]) -> bytes:
    """Return a part of the text without its comments."""

    def pieces() -> Iterator[bytes]:
        place = begin
        for start, stop in comments:
            if begin <= start < end:
                yield text[place:start]
                place = stop
        yield text[place:end]

    return b"".join(pieces())
