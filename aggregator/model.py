"""The values that travel from step to step.

Plain and frozen: a step takes one and returns the next. Their names tell how far the work has come:
*source* (what the admin wrote, in `sources.settings`), *feed* (what the store remembers of it), *answer*
(what the publisher's server said), *document* (what the body means), *entry* (a post, cleaned), *outcome*
(what came of one poll), *item* (a post as the timeline shows it).

Every datetime is aware and in UTC.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

# --- what the store remembers of a feed between two polls -------------------------------------------------


class State(StrEnum):
    """How a feed is doing, as `/sources` says it."""

    NEW = "new"
    OK = "ok"
    FAILING = "failing"
    GONE = "gone"
    ON_HOLD = "on hold"


class FaultKind(StrEnum):
    """What went wrong in a poll, as far as somebody decides by it."""

    DNS = "dns"
    CONNECT = "connect"
    TLS = "tls"
    TIMEOUT = "timeout"
    INTERRUPTED = "interrupted"  # the answer broke off or its framing is wrong
    TOO_LARGE = "too large"
    CODING = "coding"  # a content coding that was not offered or does not decode
    REDIRECT = "redirect"  # loops, too many, nowhere
    BLOCKED = "blocked"  # an address in a private network, or not http(s)
    STATUS = "status"  # an HTTP status that is no feed
    PAGE = "page"  # the document is an HTML page
    UNREADABLE = "unreadable"  # the document is no feed that anybody could read
    PARSER = "parser"  # reading the document took too long or too much memory

    @property
    def is_unreachable(self) -> bool:
        """Whether no server was reached at all: then it may be our own network that is down."""
        return self in (FaultKind.DNS, FaultKind.CONNECT)


# Controls of terminals, and those that turn the direction of text around.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def legible(words: str) -> str:
    r"""Return words that quote a stranger with each control character written out, as in `\x1b`.

    They are shown on terminals, in logs and on pages, where such a character would act instead of being seen.
    """
    return _UNSEEN.sub(lambda sign: ascii(sign[0])[1:-1], words)


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that went wrong, with a sentence for the admin that says what, and what to do."""

    kind: FaultKind
    sentence: str  # always legible, whatever it quotes

    def __post_init__(self) -> None:
        object.__setattr__(self, "sentence", legible(self.sentence))


@dataclass(frozen=True, slots=True)
class Validators:
    """What makes a request conditional, byte for byte as received (RFC 9110, section 13)."""

    etag: str | None = None
    last_modified: str | None = None

    def __bool__(self) -> bool:
        return self.etag is not None or self.last_modified is not None


@dataclass(frozen=True, slots=True)
class Hints:
    """What a document says about how often to ask for it."""

    ttl: timedelta | None = None  # RSS 2.0 <ttl>
    skip_hours: tuple[int, ...] = ()  # RSS 2.0 <skipHours>: 0 to 23, GMT
    skip_days: tuple[int, ...] = ()  # RSS 2.0 <skipDays>: Monday is 0
    update_period: timedelta | None = (
        None  # sy:updatePeriod / sy:updateFrequency (RSS 1.0 syndication module)
    )
    update_base: datetime | None = None  # sy:updateBase


class ReasonCode(StrEnum):
    """Why a feed is polled next when it is; the comments name the fields of `Reason` that go with a code."""

    NEW_SOURCE = "new source"
    NEW_ADDRESS = "new address"
    RELEASED = "released"
    NO_DATES = "no dates"  # its posts have no dates, so nothing is known of its rate
    ONE_POST = "one post"  # span: since its last post, too little to know a rate
    POSTS = "posts"  # rate
    FELL_SILENT = "fell silent"  # rate, span: since its last post
    MIN_INTERVAL = "min interval"  # span
    MAX_INTERVAL = "max interval"  # span
    RETRY_AFTER = "retry after"  # span; this and the next four: what the publisher asks for
    MAX_AGE = "max age"  # span
    EXPIRES = "expires"  # span
    TTL = "ttl"  # span
    UPDATE_PERIOD = "update period"  # span
    CUT = "cut"  # span: the longest wait that a publisher may ask for
    SKIPPED = "skipped"  # skipHours, skipDays
    BACKOFF = "backoff"  # count: failures in a row; text: what failed
    GONE = "gone"
    HOST_PAUSED = "host paused"  # text: the host
    MOVED_BACK = "moved back"  # text: the address that failed
    NETWORK_DOWN = "network down"
    AFTER_OUTAGE = "after outage"
    INTERNAL_ERROR = "internal error"
    NOT_SAVED = "not saved"  # the store could not be written to
    CLOCK_CORRECTED = "clock corrected"
    HUB_PUSHES = "hub pushes"  # span: between polls that only make sure
    PUSH_UNREADABLE = "push unreadable"  # text: what is wrong with it


@dataclass(frozen=True, slots=True)
class Reason:
    """One part of the answer to "why is the next poll then?"."""

    code: ReasonCode
    span: timedelta | None = None
    rate: float | None = None  # posts a day
    count: int | None = None
    text: str | None = None


class DoubtKind(StrEnum):
    """What makes the validators of a server unreliable."""

    MISSED_CHANGE = "missed change"  # proven: it answered 304 although the feed had changed
    FUTURE_DATE = "future date"  # a Last-Modified in the future, answered with 304
    LONG_SILENCE = "long silence"  # only 304s for unusually long
    NEW_EACH_TIME = "new each time"  # another validator with every answer, though the feed is unchanged


@dataclass(frozen=True, slots=True)
class ValidatorDoubt:
    """Why a server's validators are not trusted, with the value that shows it."""

    kind: DoubtKind
    modified: datetime | None = None  # of FUTURE_DATE
    silence: timedelta | None = None  # of LONG_SILENCE


class HoldSign(StrEnum):
    """What says that a document is another site's."""

    TITLE = "title"  # the feed's title became another
    SITE = "site"  # the host of its site became another
    SERVER = "server"  # another host serves it


@dataclass(frozen=True, slots=True)
class HoldEvidence:
    """One sign that another site answers at a feed's address, with the values that differ."""

    sign: HoldSign
    now: str
    before: str = ""  # not known for SERVER: only a digest of the host is kept


@dataclass(frozen=True, slots=True)
class FeedState:
    """All that one poll of a feed leaves for the next; each field is a column of the store."""

    address: str  # where the next poll asks; the admin's, or the one a remembered redirect led to
    next_poll: datetime
    why: tuple[Reason, ...] = (Reason(ReasonCode.NEW_SOURCE),)  # why the next poll is then
    state: State = State.NEW
    validators: Validators = field(default_factory=Validators)
    body_hash: str | None = None  # of the last document that was read
    last_poll: datetime | None = None
    last_success: datetime | None = None
    failures: int = 0  # in a row
    fault: Fault | None = None  # of the last poll
    title: str = ""  # the feed's own words about itself, from its last good document
    link: str | None = None
    language: str | None = None
    hub: str | None = None  # WebSub hub and topic that the feed names
    topic: str | None = None
    format: str = ""
    warnings: tuple[str, ...] = ()  # of the last document, in plain words
    validator_doubts: tuple[ValidatorDoubt, ...] = ()
    hints: Hints = field(default_factory=Hints)
    post_times: tuple[datetime, ...] = ()  # newest first, at most 200: when this feed posted
    listing: tuple[str, ...] = ()  # keys of the last good document's entries; see `lifecycle.takeover`
    marks: bytes = b""  # of the same entries' bytes; see `reading.marks`. Empty if they cannot be told apart
    moved_to: str | None = None  # a permanent redirect that is being watched
    moved_seen: int = 0  # polls in which it led to a real feed
    unchanged_polls: int = 0  # 304s in a row
    churned_validators: int = 0  # unchanged bodies in a row that came with a new validator
    last_full: datetime | None = None  # when a whole body last came, or was last asked for in vain
    hold: tuple[HoldEvidence, ...] = ()  # why the feed is on hold; empty if it is not
    rate: float | None = None  # posts a day that count in the mean over all feeds; see `lifecycle.interval`


@dataclass(frozen=True, slots=True)
class Feed:
    """A source as it is handed to a poll: who it is, and the state that the last poll left."""

    id: int
    slug: str
    url: str  # as the admin wrote it
    poll_state: FeedState


# --- what a poll finds ------------------------------------------------------------------------------------


def _unless_blank(value: str | None) -> str | None:
    return value if value and value.strip() else None


@dataclass(frozen=True, slots=True)
class FetchResult:
    """What came of one exchange with a publisher's server; never raises, a `fault` says what went wrong."""

    address: str  # that was asked
    final_address: str  # that answered, after redirects
    at: datetime  # the end of the exchange
    elapsed: float  # seconds, the whole exchange
    status: int | None = None  # of the last hop; None where no HTTP answer came
    headers: tuple[tuple[str, str], ...] = ()  # of the last hop; names in lower case
    body: bytes | None = None  # decoded; only with status 200
    received: int = 0  # bytes on the wire
    moved_to: str | None = None  # where an unbroken chain of 301 and 308 led
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
        """Whether the server says that there is nothing here for good (RFC 9110, section 15.5.11)."""
        return self.status == 410  # noqa: PLR2004 - the status is its own name

    @property
    def validators(self) -> Validators:
        """The validators that this answer carries, untouched."""
        # A blank one is none (RFC 9110, section 13.1.3 wants a date).
        return Validators(_unless_blank(self.header("etag")), _unless_blank(self.header("last-modified")))


@dataclass(frozen=True, slots=True)
class TextConstruct:
    """Words of a publisher with the type that was claimed for them: `text`, `html` or `xhtml`."""

    value: str
    type: str = "html"
    language: str | None = None
    base: str | None = None


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that belongs to an entry."""

    url: str
    type: str | None = None
    length: int | None = None  # bytes


@dataclass(frozen=True, slots=True)
class Origin:
    """The feed that an entry was first in, where its document says so (`atom:source`, RSS `source`)."""

    url: str | None
    title: str = ""
    link: str | None = None


@dataclass(frozen=True, slots=True)
class ParsedEntry:
    """One item of a document as its publisher wrote it: nothing cleaned, nothing decided."""

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
    """What a body means. One that nobody can read has a fault and no posts."""

    format: str = ""  # rss2, rss1, rss09, atom1, atom03, jsonfeed, html or ""
    title: TextConstruct | None = None
    link: str | None = None
    language: str | None = None
    authors: tuple[str, ...] = ()
    hub: str | None = None
    topic: str | None = None  # the document's own address as it tells it
    hints: Hints = field(default_factory=Hints)
    posts: tuple[ParsedEntry, ...] = ()
    warnings: tuple[str, ...] = ()  # plain words for the publisher and the admin
    feeds: tuple[str, ...] = ()  # addresses of feeds that an HTML page names
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A post as we keep it: clean plain text, bounded, canonical. Knows nothing of other polls or feeds."""

    guid: str | None  # as the publisher wrote it; None where missing or worthless within its document
    link: str | None  # canonical, http or https
    fingerprint: str  # of its words: recognises an entry that has neither guid nor link
    title: str  # "" where the publisher gave none
    text: str  # the whole text
    minutes: int  # reading time, at least 1
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    language: str | None = None
    enclosures: tuple[Enclosure, ...] = ()
    comments: str | None = None
    published: datetime | None = None  # as the publisher says; None where missing or absurd
    updated: datetime | None = None
    origin: Origin | None = None
    atom_id: str | None = None  # where the publisher gave a valid one
    span: int | None = None  # digest of its bytes in the document; None if they cannot be told apart

    @property
    def date(self) -> datetime | None:
        """When it was published, else updated."""
        return self.published or self.updated


@dataclass(frozen=True, slots=True)
class LastDocument:
    """What a reading may compare a document with: marks and listing as in `FeedState`."""

    marks: bytes = b""
    listing: tuple[str, ...] = ()
    keep: timedelta | None = (
        None  # entries older than this have no row; with a longer one they are read again
    )


NO_DOCUMENT = LastDocument()


@dataclass(frozen=True, slots=True)
class Delta:
    """What a poll did not read, since it is in the document as it was in the last one; and what left it.

    Digests are those of `Entry.span`.
    """

    repeated: tuple[int, ...]
    gone: tuple[int, ...]
    dates: tuple[datetime | None, ...]  # of all entries that are listed, in the document's order
    has_identifiers: bool = True  # whether one of the repeated has a guid or a link


@dataclass(frozen=True, slots=True)
class FeedContent:
    """What a body means, cleaned: the feed's facts and its entries. Unreadable ones have a fault and no entries."""

    format: str = ""
    title: str = ""
    link: str | None = None
    language: str | None = None
    hub: str | None = None
    topic: str | None = None
    hints: Hints = field(default_factory=Hints)
    warnings: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()  # absolute addresses of feeds that an HTML page names
    entries: tuple[Entry, ...] = ()  # in the document's order; the newest 500 at most
    fault: Fault | None = None
    marks: bytes = b""  # for the next reading
    # For each entry of the document its place in the last one, -1 for those in `entries`; () if all are in `entries`.
    places: tuple[int, ...] = ()

    @property
    def listed(self) -> int:
        """How many entries the document has."""
        return len(self.places) or len(self.entries)


class Result(StrEnum):
    """What came of a poll, in a word."""

    READ = "read"  # a document was read
    UNCHANGED = "unchanged"  # a body came that is the one we know
    NOT_MODIFIED = "not modified"  # 304
    FAILED = "failed"
    GONE = "gone"  # 410
    HELD = "held"  # a document was read that is another site's; its entries are not taken


class FilterRule(StrEnum):
    """Which key of the sources file keeps an entry out of the timeline."""

    HIDE_ID = "hide id"
    HIDE_PATTERN = "hide pattern"
    EXCLUDE = "exclude"
    INCLUDE = "include"  # none of the patterns matches


@dataclass(frozen=True, slots=True)
class FilteredBy:
    """Why a filter keeps an entry out of the timeline."""

    rule: FilterRule
    patterns: tuple[str, ...]  # the one that decided; for `include` all of them


@dataclass(frozen=True, slots=True)
class HostPause:
    """A host that wants to be left alone by all of its feeds (429)."""

    host: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one poll of one feed; the store saves it in one transaction."""

    feed: Feed
    at: datetime  # the end of the exchange, as in Answer: what a host's gap and the next poll are counted from
    result: Result
    after: FeedState  # what the next poll starts from
    entries: tuple[Entry, ...] = ()  # of the document, in its order; only with READ
    delta: Delta | None = None  # what `entries` leaves out; None if it is all of the document
    status: int | None = None
    elapsed: float = 0.0  # seconds
    received: int = 0  # bytes on the wire
    sentence: str = ""  # what happened, in plain words, for the log, the history and `poll --once`
    host_pause: HostPause | None = None


@dataclass(frozen=True, slots=True)
class SaveSummary:
    """What an outcome changed in the store, in numbers of entries."""

    new: int = 0
    updated: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    left_out: int = 0  # of the new ones, by include, exclude and hide


# --- what the web side reads ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in the timeline: just after the item that sorts by these two, newest first."""

    placed: datetime
    id: int


@dataclass(frozen=True, slots=True)
class TimelineQuery:
    """Which part of the timeline; the same for the page and for every feed.

    Several sources or several tags mean any of them; sources, tags and words together mean all of these.
    """

    sources: tuple[str, ...] = ()  # slugs
    tags: tuple[str, ...] = ()  # case-folded
    words: str = ""  # a search as the reader typed it
    before: Cursor | None = None


@dataclass(frozen=True, slots=True)
class SourceRef:
    """What the timeline needs to name a source."""

    slug: str
    title: str
    url: str  # of the feed
    link: str | None = None  # of the site


@dataclass(frozen=True, slots=True)
class Duplicate:
    """The same post in another feed."""

    source: SourceRef
    link: str | None


@dataclass(frozen=True, slots=True)
class Item:
    """A post as the timeline shows it: one of its copies, and where else it ran."""

    id: int  # the second half of the cursor
    public_id: str  # a urn:uuid: IRI, the same for ever, in every view and format
    placed: datetime  # where it stands in the timeline
    source: SourceRef
    title: str
    text: str  # long enough for every excerpt that the settings allow
    minutes: int
    link: str | None
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()  # the entry's own and its source's
    language: str | None = None
    enclosures: tuple[Enclosure, ...] = ()
    comments: str | None = None
    published: datetime | None = None
    updated: datetime | None = None
    changed: datetime | None = None  # when the store last saw a change in it
    atom_id: str | None = None  # only where no other post here has it
    also_in: tuple[Duplicate, ...] = ()

    @property
    def cursor(self) -> Cursor:
        """The place just after this item."""
        return Cursor(self.placed, self.id)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a view, newest first."""

    items: Sequence[Item]
    older: Cursor | None = None  # None where this is the end
    newer: Cursor | None = None  # the page before this one; None where nothing newer is known
    is_first: bool = True  # no newer items: the top of the view


@dataclass(frozen=True, slots=True)
class PollRecord:
    """One poll of a feed's history."""

    at: datetime
    result: Result
    status: int | None
    elapsed: float  # seconds
    received: int  # bytes on the wire
    new: int
    updated: int
    sentence: str


@dataclass(frozen=True, slots=True)
class HiddenEntry:
    """An entry that the timeline does not show, and why: the answer to "why is my post not there?"."""

    title: str
    link: str | None
    seen: datetime
    filtered: FilteredBy | None = None
    withdrawn: bool = False
    shown_in: str | None = None  # the title of the source whose copy the timeline shows


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """How a source is doing."""

    name: SourceRef
    tags: tuple[str, ...]
    enabled: bool
    poll_state: FeedState
    polls: tuple[PollRecord, ...] = ()  # newest first
    weekly: tuple[int, ...] = ()  # posts in each of the last 26 weeks, oldest first
    last_post: datetime | None = None
    left_out: tuple[HiddenEntry, ...] = ()  # only where one source is asked for
