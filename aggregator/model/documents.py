"""A publisher's response, and the parsed body before it is cleaned."""

from dataclasses import dataclass, field
from datetime import datetime

from aggregator.model.faults import DocumentWarning, Fault
from aggregator.model.feeds import Hints, Validators


def _unless_blank(value: str | None) -> str | None:
    return value if value and value.strip() else None


@dataclass(frozen=True, slots=True)
class FetchResult:
    """The result of one exchange with a publisher's server; if it failed, `fault` says why."""

    address: str  # that was asked
    final_address: str  # that answered, after redirects
    at: datetime  # the end of the exchange
    elapsed: float  # seconds, the whole exchange
    status: int | None = None  # of the last hop; None if no HTTP answer came
    headers: tuple[tuple[str, str], ...] = ()  # of the last hop; names in lower case
    body: bytes | None = None  # decoded; only with status 200
    received: int = 0  # bytes on the wire
    moved_to: str | None = None  # the target of an unbroken chain of 301 and 308
    fault: Fault | None = None

    def header(self, name: str) -> str | None:
        """Return a header's value by its lower-case name; several lines are joined (RFC 9110, 5.2)."""
        values = [value for key, value in self.headers if key == name]
        return ", ".join(values) if values else None

    @property
    def is_not_modified(self) -> bool:
        """Whether the server says that nothing changed."""
        return self.status == 304 and self.fault is None  # noqa: PLR2004 - the status is its own name

    @property
    def is_gone(self) -> bool:
        """Whether the server says that the feed is permanently gone (RFC 9110, section 15.5.11)."""
        return self.status == 410  # noqa: PLR2004 - the status is its own name

    @property
    def validators(self) -> Validators:
        """The validators of this answer, unchanged."""
        # A blank one is ignored (RFC 9110, section 13.1.3 requires a date).
        return Validators(_unless_blank(self.header("etag")), _unless_blank(self.header("last-modified")))


@dataclass(frozen=True, slots=True)
class TextConstruct:
    """A publisher's text with its declared type: `text`, `html` or `xhtml`."""

    value: str
    type: str = "html"
    is_declared: bool = True  # whether the document declares the type; otherwise it is the format's default
    language: str | None = None
    base: str | None = None


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that belongs to an entry."""

    url: str
    type: str | None = None
    length: int | None = None  # bytes
    duration: int | None = None  # seconds


@dataclass(frozen=True, slots=True)
class Origin:
    """The feed that an entry was first in, if its document says so (`atom:source`, RSS `source`)."""

    url: str | None
    title: str = ""
    link: str | None = None


@dataclass(frozen=True, slots=True)
class ParsedEntry:
    """One item of a document as its publisher wrote it: not cleaned, nothing decided."""

    guid: str | None = None
    is_atom: bool = False  # then the guid is an atom:id
    guid_is_link: bool = False
    links: tuple[str, ...] = ()  # best first; relative ones unresolved
    base: str | None = None  # xml:base in force
    title: TextConstruct | None = None
    contents: tuple[TextConstruct, ...] = ()
    summary: TextConstruct | None = None
    published: str | None = None
    updated: str | None = None
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    language: str | None = None
    enclosures: tuple[Enclosure, ...] = ()
    comments: str | None = None
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A parsed body. One that cannot be read has a fault and no posts."""

    format: str = ""  # rss2, rss1, rss09, atom1, atom03, jsonfeed, html or ""
    title: TextConstruct | None = None
    link: str | None = None
    language: str | None = None
    authors: tuple[str, ...] = ()
    hub: str | None = None
    topic: str | None = None  # the document's own address, as stated in it
    hints: Hints = field(default_factory=Hints)
    posts: tuple[ParsedEntry, ...] = ()
    warnings: tuple[DocumentWarning, ...] = ()  # for the publisher and the admin
    feeds: tuple[str, ...] = ()  # addresses of feeds that an HTML page links to
    fault: Fault | None = None
