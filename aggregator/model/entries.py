"""A document, cleaned: its entries, all of them or the new ones."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from aggregator.model.documents import Enclosure, Origin
from aggregator.model.faults import DocumentWarning, Fault
from aggregator.model.feeds import Hints


@dataclass(frozen=True, slots=True)
class Outlink:
    """A link of an entry to a page of another site."""

    url: str  # canonical; without a fragment that names a place in the page
    text: str  # the link's text


@dataclass(frozen=True, slots=True)
class Entry:
    """A post as it is stored: clean plain text, bounded, canonical. Independent of other polls and feeds."""

    guid: str | None  # as the publisher wrote it; None if missing or worthless within its document
    link: str | None  # canonical, http or https
    fingerprint: str  # of its words: identifies an entry that has neither guid nor link
    title: str  # "" if the publisher gave none
    text: str  # the whole text
    minutes: int  # reading time, at least 1
    prose: str = ""  # beginning of the text without code, tables and captions; "" if that is the text's own
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    language: str | None = None
    enclosures: tuple[Enclosure, ...] = ()
    comments: str | None = None
    published: datetime | None = None  # as the publisher says; None if missing or absurd
    updated: datetime | None = None
    origin: Origin | None = None
    atom_id: str | None = None  # if the publisher gave a valid one
    links: tuple[Outlink, ...] = ()  # what it points to
    hosts: tuple[str, ...] = ()  # that the links of its text name; not kept
    span: int | None = None  # digest of its bytes in the document; None if they cannot be told apart

    @property
    def date(self) -> datetime | None:
        """When it was published, else updated."""
        return self.published or self.updated

    @property
    def excerpt_source(self) -> str:
        """The text that its excerpts are made from."""
        return self.prose or self.text


@dataclass(frozen=True, slots=True)
class LastDocument:
    """What a document is compared with when it is read: marks and listing as in `FeedState`."""

    marks: bytes = b""
    listing: tuple[str, ...] = ()
    keep: timedelta | None = (
        None  # entries older than this have no row; with a longer one they are read again
    )


NO_DOCUMENT = LastDocument()


@dataclass(frozen=True, slots=True)
class Delta:
    """The entries that a poll did not read, since they are unchanged in the document, and those that are gone.

    Digests are those of `Entry.span`.
    """

    repeated: tuple[int, ...]
    gone: tuple[int, ...]
    dates: tuple[datetime | None, ...]  # of all entries that are listed, in the document's order
    has_identifiers: bool = True  # whether one of the repeated has a guid or a link


@dataclass(frozen=True, slots=True)
class FeedContent:
    """The content of a body, cleaned: the feed's facts and its entries. An unreadable one has a fault and no entries."""

    format: str = ""
    title: str = ""
    link: str | None = None
    language: str | None = None
    hub: str | None = None
    topic: str | None = None
    hints: Hints = field(default_factory=Hints)
    warnings: tuple[DocumentWarning, ...] = ()
    feeds: tuple[str, ...] = ()  # absolute addresses of feeds that an HTML page links to
    entries: tuple[Entry, ...] = ()  # in the document's order; the newest 500 at most
    fault: Fault | None = None
    marks: bytes = b""  # for the next reading
    # For each entry of the document its index in the last one, -1 for those in `entries`; () if all are in
    # `entries`.
    places: tuple[int, ...] = ()

    @property
    def listed(self) -> int:
        """How many entries the document has."""
        return len(self.places) or len(self.entries)
