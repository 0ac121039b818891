"""What the store remembers of a feed between two polls."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from aggregator.model.faults import DocumentWarning, Fault


class State(StrEnum):
    """The state of a feed, as `/sources` shows it."""

    NEW = "new"
    OK = "ok"
    FAILING = "failing"
    GONE = "gone"
    ON_HOLD = "on hold"

    @property
    def is_polled(self) -> bool:
        """Whether a feed in this state is polled at all. One on hold is: it may turn out to be itself again."""
        return self is not State.GONE


@dataclass(frozen=True, slots=True)
class Validators:
    """What makes a request conditional, byte for byte as received (RFC 9110, section 13)."""

    etag: str | None = None
    last_modified: str | None = None

    def __bool__(self) -> bool:
        return self.etag is not None or self.last_modified is not None


@dataclass(frozen=True, slots=True)
class Hints:
    """What a document says about how often to poll it."""

    ttl: timedelta | None = None  # RSS 2.0 <ttl>
    skip_hours: tuple[int, ...] = ()  # RSS 2.0 <skipHours>: 0 to 23, GMT
    skip_days: tuple[int, ...] = ()  # RSS 2.0 <skipDays>: Monday is 0
    update_period: timedelta | None = (
        None  # sy:updatePeriod / sy:updateFrequency (RSS 1.0 syndication module)
    )
    update_base: datetime | None = None  # sy:updateBase


class ReasonCode(StrEnum):
    """The codes of reasons for the time of the next poll; the comments name the fields of `Reason` that a code has."""

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
    BACKOFF = "backoff"  # count: failures in a row; fault
    GONE = "gone"
    HOST_PAUSED = "host paused"  # text: the host
    MOVED_BACK = "moved back"  # text: the address that failed
    NETWORK_DOWN = "network down"
    AFTER_OUTAGE = "after outage"
    INTERNAL_ERROR = "internal error"
    NO_ROOM = "no room"  # too many other large documents were in memory
    NOT_SAVED = "not saved"  # the store could not be written to
    CLOCK_CORRECTED = "clock corrected"
    HUB_PUSHES = "hub pushes"  # span: between polls of a feed whose hub pushes
    PUSH_UNREADABLE = "push unreadable"  # fault: what is wrong with it


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason for the time of the next poll."""

    code: ReasonCode
    span: timedelta | None = None
    rate: float | None = None  # posts a day
    count: int | None = None
    text: str | None = None
    fault: Fault | None = None


class DoubtKind(StrEnum):
    """What makes the validators of a server unreliable."""

    MISSED_CHANGE = "missed change"  # proven: it answered 304 although the feed had changed
    FUTURE_DATE = "future date"  # a Last-Modified in the future, answered with 304
    LONG_SILENCE = "long silence"  # only 304s for unusually long
    NEW_EACH_TIME = "new each time"  # a new validator with every answer, though the feed is unchanged


@dataclass(frozen=True, slots=True)
class ValidatorDoubt:
    """Why a server's validators are not trusted, with the value that shows it."""

    kind: DoubtKind
    modified: datetime | None = None  # of FUTURE_DATE
    silence: timedelta | None = None  # of LONG_SILENCE


class HoldSign(StrEnum):
    """The signs that a document belongs to another site."""

    TITLE = "title"  # the feed's title changed
    SITE = "site"  # the host of its site changed
    SERVER = "server"  # another host serves it
    RATE = "rate"  # it posts ten times as much as it did
    LANGUAGE = "language"  # its new posts are in another language
    SUBJECT = "subject"  # they have hardly a word in common with earlier ones
    TEMPLATE = "template"  # they follow one template
    SPAM = "spam"  # they are about gambling or pharmacies, or link to such hosts


@dataclass(frozen=True, slots=True)
class HoldEvidence:
    """One sign that a feed's address now belongs to another site, with the values that differ."""

    sign: HoldSign
    now: str
    before: str = ""  # not known for SERVER: only a digest of the host is kept


@dataclass(frozen=True, slots=True)
class FeedState:
    """The state of a feed between two polls; each field is a column of the store."""

    address: str  # the address of the next poll: the admin's, or the target of a remembered redirect
    next_poll: datetime
    why: tuple[Reason, ...] = (Reason(ReasonCode.NEW_SOURCE),)  # why the next poll is then
    state: State = State.NEW
    validators: Validators = field(default_factory=Validators)
    body_hash: str | None = None  # of the last document that was read
    last_poll: datetime | None = None
    last_success: datetime | None = None
    failures: int = 0  # in a row
    fault: Fault | None = None  # of the last poll
    title: str = ""  # the feed's own description, from its last good document
    link: str | None = None
    language: str | None = None
    hub: str | None = None  # WebSub hub and topic that the feed names
    topic: str | None = None
    format: str = ""
    warnings: tuple[DocumentWarning, ...] = ()  # of the last document
    validator_doubts: tuple[ValidatorDoubt, ...] = ()
    hints: Hints = field(default_factory=Hints)
    post_times: tuple[datetime, ...] = ()  # newest first, at most 200: when this feed posted
    listing: tuple[str, ...] = ()  # keys of the last good document's entries; see `lifecycle.takeover`
    marks: bytes = b""  # of the same entries' bytes; see `reading.marks`. Empty if they cannot be told apart
    moved_to: str | None = None  # a permanent redirect that is being watched
    moved_seen: int = 0  # polls in which it led to a real feed
    unchanged_polls: int = 0  # 304s in a row
    churned_validators: int = 0  # unchanged bodies in a row that came with a new validator
    last_full: datetime | None = None  # when a whole body was last received or requested
    profile: str = ""  # a profile of its posts; see `lifecycle.profile`
    hold: tuple[HoldEvidence, ...] = ()  # why the feed is on hold; empty if it is not
    rate: float | None = None  # posts a day, as it counts in the average; see `interval`


@dataclass(frozen=True, slots=True)
class Feed:
    """A source as it is passed to a poll: its identity, and the state after the last poll."""

    id: int
    slug: str
    url: str  # as the admin wrote it
    poll_state: FeedState
