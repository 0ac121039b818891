"""Runs feedparser's handlers without the parts of it that are not needed.

`feedparser.parse` fetches, opens files, sanitizes, and reads every date by all dialects it knows; none of
that is needed here. Its two parsers are: the strict one on expat, and the loose one for what is not
well-formed. What they would collect without limit, and search in quadratic time, is bounded here.
"""

import io
import re
from itertools import islice
from typing import Any, Self
from xml.sax import SAXException
from xml.sax.expatreader import ExpatParser
from xml.sax.handler import feature_external_ges, feature_namespaces
from xml.sax.xmlreader import InputSource

from feedparser.api import LooseFeedParser, StrictFeedParser
from feedparser.sanitizer import replace_doctype

from aggregator.parse.bounds import (
    ATTRIBUTES,
    AUTHOR,
    BASE,
    LOOSE_SIGNS,
    NAMESPACES,
    POSTS,
    PROLOG,
    TAGS,
)
from aggregator.parse.own_elements import OwnElements

_DECLARATION = re.compile(rb"^\s*<\?xml\b[^>]*>")  # of an encoding that the body is no longer in
_BASES = {"xml:base", "base"}
_C1 = re.compile("[\x80-\x9f]")
_ELEMENT = re.compile(rb"<\w")
_ENTITY = re.compile(rb"<!ENTITY\s+(\w+)\s+'([^'\"&<>]*)'")
_PLAIN_AMPERSAND = re.compile(r"&(?!(?:[a-z][a-z0-9]{1,31}|#[0-9]{1,10}|#x[0-9a-f]{1,8});)", re.IGNORECASE)


class _Parameters(dict[str, Any]):
    """feedparser's context of the current element: read for each piece of text, copied with each element."""

    def __deepcopy__(self, _memo: object) -> Self:
        return type(self)(self)


class _Text(str):
    """A text that is searched in C for the C1 controls that feedparser replaces, not letter by letter."""

    __slots__ = ()

    def translate(self, table: Any) -> str:
        return super().translate(table) if _C1.search(self) else str(self)


class _Frugal:
    """Handlers of both parsers: dates stay as they are written, and collections are bounded."""

    resolve_relative_uris = sanitize_html = False

    def track_namespace(self: Any, prefix: str | None, uri: str) -> None:
        """Remember a namespace: each element of an unknown one is looked for among all of them."""
        if len(self.namespaces_in_use) < NAMESPACES:
            super().track_namespace(prefix, uri)  # type: ignore[misc]

    def unknown_starttag(self: Any, tag: str, attributes: list[tuple[str, str]]) -> None:
        """Leave out a base that is longer than any address: each address in it would be joined to all of that."""
        room = BASE - len(self.baseuri or "")
        kept = [(name, value) for name, value in attributes if name not in _BASES or len(value) <= room]
        super().unknown_starttag(tag, kept)  # type: ignore[misc]

    def _end_published(self: Any) -> None:
        self.pop("published")

    _end_issued = _end_pubdate = _end_published

    def _end_updated(self: Any) -> None:
        self.pop("updated")

    _end_modified = _end_lastbuilddate = _end_updated

    def _end_created(self: Any) -> None:
        self.pop("created")

    def _end_expirationdate(self: Any) -> None:
        self.pop("expired")

    def _start_item(self: Any, attributes: dict[str, str]) -> None:
        """Keep the first and the last ones: the newest are at one end or the other."""
        super()._start_item(attributes)  # type: ignore[misc]
        if len(self.entries) > POSTS:
            self.property_depth_map.pop(self.entries.pop(POSTS // 2), None)

    _start_entry = _start_item

    def push_content(self: Any, tag: str, attributes: dict[str, str], *rest: Any) -> None:
        """Record whether the type is declared by the document: feedparser fills in missing ones."""
        super().push_content(tag, attributes, *rest)  # type: ignore[misc]
        self.contentparams["is_declared"] = "type" in attributes

    def _add_tag(self: Any, *tag: str | None) -> None:
        """Compare a tag with those before it, up to a bound."""
        if len(self._get_context().get("tags") or ()) < TAGS:
            super()._add_tag(*tag)  # type: ignore[misc]

    def _sync_author_detail(self: Any, key: str = "author") -> None:
        """Look for an address in a name, up to a bound: the pattern for it takes quadratic time."""
        if len(self._get_context().get(key) or "") <= AUTHOR:
            super()._sync_author_detail(key)  # type: ignore[misc]


class _Strict(OwnElements, _Frugal, StrictFeedParser):  # type: ignore[misc]  # feedparser has no types
    def __init__(self) -> None:
        super().__init__("", None, "utf-8")
        self.contentparams = _Parameters()

    def _start_item(self, attributes: dict[str, str]) -> None:
        super()._start_item(attributes)
        self.hasContent = 0  # else the feed's own summary and description would change its first item

    _start_entry = _start_item

    def push_content(self, *args: Any) -> None:
        super().push_content(*args)
        self.contentparams = _Parameters(self.contentparams)

    def decode_entities(self, _element: str, data: str) -> str:
        return _Text(data)


class _Loose(OwnElements, _Frugal, LooseFeedParser):  # type: ignore[misc]
    is_balanced = False

    def __init__(self, entities: dict[str, str]) -> None:
        super().__init__("", None, "utf-8", entities)


class _Expat(ExpatParser):
    """Passes text in large pieces, and most elements directly.

    Otherwise each line and each entity would be a piece, and each element would be wrapped and unwrapped.
    """

    def start_element_ns(self, name: str, attributes: dict[str, str]) -> None:  # type: ignore[override]
        parser: Any = self.getContentHandler()
        if not attributes and not parser.decls and (known := self._known_name(name)):
            parser.unknown_starttag(known, [])
        else:
            # feedparser looks for each attribute among all others.
            super().start_element_ns(name, dict(islice(attributes.items(), ATTRIBUTES)))

    def end_element_ns(self, name: str) -> None:
        if known := self._known_name(name):
            parser: Any = self.getContentHandler()
            parser.unknown_endtag(known)
        else:
            super().end_element_ns(name)

    def _known_name(self, name: str) -> str:
        """Return what feedparser calls an element of no namespace or of one that it knows; empty for others."""
        if name not in self._names:
            *namespace, local = name.split(" ")[:2]
            prefix = StrictFeedParser._matchnamespaces.get(namespace[0].lower()) if namespace else ""  # noqa: SLF001
            self._names[name] = "" if prefix is None else f"{prefix}:{local}".lower().lstrip(":")
        return self._names[name]

    def reset(self) -> None:
        super().reset()
        self._names: dict[str, str] = {}
        self._parser.buffer_text = True  # type: ignore[attr-defined]  # private, and in none of the stubs


def parse(body: bytes) -> dict[str, Any]:
    """Return feedparser's result for a document in UTF-8: `feed`, `entries`, `version`, and `bozo_exception` if it is broken."""
    result: dict[str, Any] = {"bozo_exception": None}
    doctype, data, entities = replace_doctype(_with_plain_prolog(_DECLARATION.sub(b"", body, count=1)))
    parser = _strictly(data, result) or _loosely(_readable_part(data), entities)
    return result | {
        "feed": parser.feeddata,
        "entries": parser.entries,
        "version": doctype or parser.version,
    }


def _strictly(data: bytes, result: dict[str, Any]) -> Any | None:
    """Return a parser that has read well-formed XML; None for other documents, with the reason in `result`."""
    parser = _Strict()
    expat = _Expat()
    expat.setFeature(feature_namespaces, state=True)
    expat.setFeature(feature_external_ges, state=False)
    expat.setContentHandler(parser)
    expat.setErrorHandler(parser)
    source = InputSource()
    source.setByteStream(io.BytesIO(data))
    try:
        expat.parse(source)
    except SAXException as trouble:
        result["bozo_exception"] = parser.exc or trouble
        return None
    return parser


def _loosely(data: bytes, entities: dict[str, str]) -> Any:
    parser = _Loose(entities)
    parser.feed(_with_plain_ampersands(data.decode("utf-8", "replace")))
    return parser


def _with_plain_ampersands(text: str) -> str:
    """Escape each `&` that begins no reference: feedparser would end it with a `;` of its own, as in `AT&T;`."""
    parts = []
    while text:
        words, begin, rest = text.partition("<![CDATA[")
        inside, end, text = rest.partition("]]>")
        parts += [_PLAIN_AMPERSAND.sub("&amp;", words), begin, inside, end]
    return "".join(parts)


def _with_plain_prolog(body: bytes) -> bytes:
    """Write what stands before the first element as the patterns for a DOCTYPE in it want it.

    Each declaration begins a line, with double quotes. What is longer than anybody writes is dropped.
    """
    root = _ELEMENT.search(body)
    if root is None or root.start() > PROLOG:
        return body[root.start() :] if root else body
    prolog = _ENTITY.sub(rb'<!ENTITY \1 "\2"', body[: root.start()])
    return prolog.replace(b"<!", b"\n<!") + body[root.start() :]


def _readable_part(data: bytes) -> bytes:
    """Return the beginning of a document that is not well-formed, up to a number of characters that may need guessing."""
    for sign, most in LOOSE_SIGNS.items():
        data = sign.join(data.split(sign, most)[:most])
    return data
