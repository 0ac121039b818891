"""Feeds from an OPML file, as other readers export them: 1.0, 1.1 and 2.0, well-formed or nearly so."""

import html
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from xml.parsers import expat

from typing_extensions import override

from aggregator.encodings import as_utf8
from aggregator.sources.imports.found import Import, ImportFault, Listed, Note, collected

# The `type` of a feed, as exporters write it. FreshRSS also lists pages that it scrapes itself
# (`HTML+XPath`).
FEED_TYPES = {"", "rss", "atom", "rss1", "rss2", "rdf", "jsonfeed", "json", "feed", "podcast"}
LIST_TYPES = {"include", "link"}

# What exporters leave unescaped or write as HTML: every `&` that does not begin one of XML's references.
STRAY_REFERENCE = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)(\w{1,32};)?")
OUTLINE = re.compile(r"(?=</?outline\b)", re.IGNORECASE)
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # not allowed in XML 1.0, not even escaped


def read_opml(data: bytes) -> Import:
    """Read the feeds of an OPML document; the folders around a feed and its categories become its tags.

    Broken parts are skipped and reported in `notes`. Raises ImportFault if the document is no OPML or
    declares entities, which only attacks do.
    """
    outlines = _Outlines()
    outlines.read(_repaired(as_utf8(data, None).utf8.decode()))
    if not outlines.is_opml:
        raise ImportFault("this is no OPML document: its first element should be <opml>")
    return collected(outlines.feeds, outlines.notes, "its outline")


@dataclass(slots=True)
class _Outlines:
    """Collects the feeds while expat reads, with the folders that are open around each."""

    is_opml: bool = False
    feeds: list[Listed] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)  # "" for an outline that is a feed
    line: Callable[[], int] = lambda: 0  # the beginning of the current element

    def read(self, text: str) -> None:
        """Read a document. One that is not well-formed is read as leniently as HTML."""
        parser = expat.ParserCreate("utf-8")
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.EntityDeclHandler = _refuse_entity
        self.line = lambda: parser.CurrentLineNumber
        try:
            parser.Parse(text.encode(), True)  # noqa: FBT003 - expat takes it by position alone
        except expat.ExpatError as error:
            for found in (self.feeds, self.notes, self.folders):
                found.clear()
            self.notes.append(Note(error.lineno, "is not well-formed XML; check that no feed is missing"))
            lenient = _Lenient(self)
            self.line = lambda: lenient.getpos()[0]
            for part in OUTLINE.split(text):
                lenient.feed(part)
                lenient.end_quote()
            lenient.close()

    def start(self, element: str, attributes: Mapping[str, str]) -> None:
        """Handle the start of an element."""
        self.is_opml = self.is_opml or element.lower() == "opml"
        if element.lower() != "outline":
            return
        values = {name.lower(): value.strip() for name, value in attributes.items()}
        title = values.get("title") or values.get("text", "")
        kind = values.get("type", "").lower()
        url = values.get("xmlurl") or (values.get("url", "") if kind in FEED_TYPES else "")
        if url and kind not in FEED_TYPES:
            self.notes.append(Note(self.line(), f"{title or url}: outlines of type {kind} are no feeds"))
        elif url:
            tags = [*filter(None, self.folders), *_categories(values.get("category", ""))]
            self.feeds.append(Listed(self.line(), url, title, tuple(tags)))
        elif kind in LIST_TYPES and values.get("url"):
            self.notes.append(
                Note(self.line(), f"{values['url']} is another list; fetch it and import it by itself")
            )
        self.folders.append("" if url else title)

    def end(self, element: str) -> None:
        """Handle the end of an element."""
        if element.lower() == "outline" and self.folders:
            self.folders.pop()


class _Lenient(HTMLParser):
    """Reads outlines whose attributes have no quotes, or whose markup has another slip: it costs that outline alone."""

    def __init__(self, outlines: _Outlines) -> None:
        super().__init__()
        self._outlines = outlines

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # An unquoted value at the end of a self-closed element includes the slash.
        values = {name: (value or "") for name, value in attrs}
        self._outlines.start(tag, values)
        if (self.get_starttag_text() or "").rstrip().endswith("/>"):
            self._outlines.end(tag)

    @override
    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._outlines.start(tag, {name: (value or "") for name, value in attrs})
        self._outlines.end(tag)

    def end_quote(self) -> None:
        """End an element that waits for its last quote: the next one begins."""
        if self.rawdata.startswith("<"):
            self.feed('"/>' if "/>" in self.rawdata else '">')

    @override
    def handle_endtag(self, tag: str) -> None:
        self._outlines.end(tag)


def _refuse_entity(*_declaration: object) -> None:
    raise ImportFault("this document declares XML entities, which OPML has no use for; it was not read")


def _categories(value: str) -> Iterator[str]:
    """Yield the tags in `tag,/a/place/in/a/tree`: one with a slash at its front is a way of several words (OPML 2.0)."""
    for category in value.split(","):
        words = category.split("/") if category.strip().startswith("/") else [category]
        yield from (word.strip() for word in words if word.strip())


def _repaired(text: str) -> str:
    """Repair mistakes that are so common in exports that other readers accept them."""

    def escaped(match: re.Match[str]) -> str:
        return html.escape(html.unescape(match[0]))

    return STRAY_REFERENCE.sub(escaped, CONTROLS.sub("", text).lstrip())
