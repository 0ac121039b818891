"""feedparser as we need it: the same handlers, driven without what we do not use.

`feedparser.parse` fetches, opens files, sanitizes, and reads every date by all dialects it knows; none of that is
wanted here. Its two parsers are: the strict one on expat, and the loose one for what is not well-formed.
"""

import io
import re
from typing import Any, Self
from xml.sax import SAXException
from xml.sax.expatreader import ExpatParser
from xml.sax.handler import feature_external_ges, feature_namespaces
from xml.sax.xmlreader import InputSource

import feedparser
from feedparser.api import LooseFeedParser, StrictFeedParser
from feedparser.sanitizer import replace_doctype

_DECLARATION = re.compile(rb"^\s*<\?xml\b[^>]*>")  # of an encoding that the body is no longer in
_C1 = re.compile("[\x80-\x9f]")
_NO_DATE = (0,) * 9
# Dates are read in `normalize`. The handler that is registered last is asked first, and the others no more.
feedparser.registerDateHandler(lambda _text: _NO_DATE)


class _Parameters(dict[str, Any]):
    """What feedparser remembers of the element it is in: asked at each piece of text, copied with each element."""

    def __deepcopy__(self, _memo: object) -> Self:
        return type(self)(self)


class _Text(str):
    """A text that is looked through in C for the C1 controls that feedparser replaces, not letter by letter."""

    __slots__ = ()

    def translate(self, table: Any) -> str:
        return super().translate(table) if _C1.search(self) else str(self)


class _Strict(StrictFeedParser):  # type: ignore[misc]  # feedparser has no types
    def __init__(self) -> None:
        super().__init__("", None, "utf-8")
        self.resolve_relative_uris = self.sanitize_html = False
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


class _Expat(ExpatParser):
    """Gives text in large pieces: without it, each line and each entity would be one."""

    def reset(self) -> None:
        super().reset()
        self._parser.buffer_text = True  # type: ignore[attr-defined]  # private, and in none of the stubs


def parse(body: bytes) -> dict[str, Any]:
    """Return what feedparser makes of a document in UTF-8: `feed`, `entries`, `version`, and `bozo_exception` if it is broken."""
    result: dict[str, Any] = {"bozo_exception": None}
    doctype, data, entities = replace_doctype(_DECLARATION.sub(b"", body, count=1))
    parser = _strictly(data, result) or _loosely(data, entities)
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
    parser = LooseFeedParser("", None, "utf-8", entities)
    parser.resolve_relative_uris = parser.sanitize_html = False
    parser.feed(data.decode("utf-8", "replace"))
    return parser
