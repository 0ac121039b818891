"""Feeds from an OPML file, as other readers export them: 1.0, 1.1 and 2.0, well-formed or nearly so."""

import codecs
import html
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from xml.parsers import expat

from pydantic import ValidationError
from typing_extensions import override

from aggregator.errors import AggregatorError
from aggregator.sources.edit import NewSource
from aggregator.sources.messages import value_sentence
from aggregator.sources.settings import SourceKeys, same_address

# What exporters leave unescaped or write as HTML: every `&` that does not begin one of XML's own references.
STRAY_REFERENCE = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)(\w{1,32};)?")
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # not allowed in XML 1.0, not even escaped


class OpmlError(AggregatorError):
    """A file that is no OPML, or one that nobody should read."""


@dataclass(frozen=True, slots=True)
class Import:
    """What an OPML file lists, each address once, and what of it could not be used, in plain words."""

    sources: tuple[NewSource, ...]
    faults: tuple[str, ...]


def read_opml(data: bytes) -> Import:
    """Read the feeds of an OPML document; the folders around a feed and its categories become its tags.

    What is merely broken is passed over and told in `faults`. Raises OpmlError where the document is no OPML or
    declares entities, which only attacks do.
    """
    outlines = _Outlines()
    faults = outlines.read(_repaired(_decoded(data)))
    if not outlines.is_opml:
        raise OpmlError("this is no OPML document: its first element should be <opml>")
    sources: dict[str, NewSource] = {}
    for outline in outlines.feeds:
        try:
            source = outline.source()
        except ValidationError as invalid:
            sentences = (value_sentence("its outline", error) for error in invalid.errors())
            faults.append(f"{outline.title or outline.url}: {'; '.join(sentences)}")
        else:
            key = same_address(source.url)
            sources[key] = _merged(sources[key], source) if key in sources else source
    return Import(tuple(sources.values()), tuple(faults))


def _merged(one: NewSource, other: NewSource) -> NewSource:
    """Return a feed that is listed in several folders: all of them are its tags."""
    return replace(one, title=one.title or other.title, tags=tuple(dict.fromkeys((*one.tags, *other.tags))))


@dataclass(frozen=True, slots=True)
class _Outline:
    url: str
    title: str
    tags: tuple[str, ...]

    def source(self) -> NewSource:
        """Return the source that this names; raises ValidationError where it cannot be one."""
        keys = SourceKeys(
            url=_http(self.url), title=self.title[:300], tags=tuple(tag[:60] for tag in self.tags)
        )
        return NewSource(keys.url, keys.title, keys.tags)


@dataclass(slots=True)
class _Outlines:
    """Collects the feeds while expat reads, with the folders that are open around each."""

    is_opml: bool = False
    feeds: list[_Outline] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)  # "" for an outline that is a feed

    def read(self, text: str) -> list[str]:
        """Read a document; return what is wrong with it. One that is not well-formed is read as leniently as HTML is."""
        parser = expat.ParserCreate("utf-8")
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.EntityDeclHandler = _refuse_entity
        try:
            parser.Parse(text.encode(), True)  # noqa: FBT003 - expat takes it by position alone
        except expat.ExpatError as error:
            self.feeds.clear()
            self.folders.clear()
            lenient = _Lenient(self)
            lenient.feed(text)
            lenient.close()
            return [f"line {error.lineno} is not well-formed XML; check that no feed is missing"]
        return []

    def start(self, element: str, attributes: Mapping[str, str]) -> None:
        """Note an element that begins."""
        self.is_opml = self.is_opml or element.lower() == "opml"
        if element.lower() != "outline":
            return
        values = {name.lower(): value.strip() for name, value in attributes.items()}
        title = values.get("title") or values.get("text", "")
        url = values.get("xmlurl", "")
        if url:
            tags = [*filter(None, self.folders), *_categories(values.get("category", ""))]
            self.feeds.append(_Outline(url, title, tuple(tags)))
        self.folders.append("" if url else title)

    def end(self, element: str) -> None:
        """Note an element that ends."""
        if element.lower() == "outline" and self.folders:
            self.folders.pop()


class _Lenient(HTMLParser):
    """Reads outlines whose attributes have no quotes, or whose markup has another slip: it costs that outline alone."""

    def __init__(self, outlines: _Outlines) -> None:
        super().__init__()
        self._outlines = outlines

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # What stands unquoted at the end of a self-closed element keeps the slash.
        values = {name: (value or "") for name, value in attrs}
        self._outlines.start(tag, values)
        if (self.get_starttag_text() or "").rstrip().endswith("/>"):
            self._outlines.end(tag)

    @override
    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._outlines.start(tag, {name: (value or "") for name, value in attrs})
        self._outlines.end(tag)

    @override
    def handle_endtag(self, tag: str) -> None:
        self._outlines.end(tag)


def _refuse_entity(*_declaration: object) -> None:
    raise OpmlError("this document declares XML entities, which OPML has no use for; it was not read")


def _categories(value: str) -> Iterator[str]:
    """Yield the tags in `tag,/a/place/in/a/tree`: one with a slash at its front is a way of several words (OPML 2.0)."""
    for category in value.split(","):
        words = category.split("/") if category.strip().startswith("/") else [category]
        yield from (word.strip() for word in words if word.strip())


def _http(url: str) -> str:
    """Take off the scheme that some readers put before: feed://host or feed:https://host."""
    return re.sub(r"^feed:(?://|(?=https?:))", lambda match: "http://" if "//" in match[0] else "", url)


def _decoded(data: bytes) -> str:
    """Decode by byte order mark, else as UTF-8 if it is, whatever it says, else by the XML declaration.

    Programs that write a string say `utf-16` of what they then store as UTF-8.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    if data[:4] in (b"<\0?\0", b"\0<\0?"):
        return data.decode("utf-16-le" if data.startswith(b"<") else "utf-16-be", "replace")
    if b"\x1b" not in data:  # the escapes of iso-2022 are valid UTF-8, too
        with suppress(UnicodeDecodeError):
            return data.decode("utf-8-sig")
    declared = re.match(rb"""\s*<\?xml[^>]*encoding=["']([\w.:-]+)["']""", data.removeprefix(codecs.BOM_UTF8))
    try:
        return data.decode(declared[1].decode() if declared else "utf-8-sig", "replace").removeprefix(
            "\ufeff"
        )
    except LookupError:
        return data.decode("utf-8-sig", "replace")


def _repaired(text: str) -> str:
    """Mend what exporters get wrong so often that other readers take it."""

    def escaped(match: re.Match[str]) -> str:
        return html.escape(html.unescape(match[0]))

    return STRAY_REFERENCE.sub(escaped, CONTROLS.sub("", text).lstrip())
