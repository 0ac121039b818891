"""Every table of the store. A change here needs a migration; a test compares the two.

The classes describe the tables; statements use the plain tables at the end. Locks are always taken in this
order: `sources_file`, `host`, `feed`, then those of the timeline (see `locks`).
"""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Float, ForeignKey, Index, Integer, MetaData
from sqlmodel import Field, SQLModel

from aggregator.model import (
    DocumentWarning,
    Enclosure,
    Fault,
    FilteredBy,
    Hints,
    HoldEvidence,
    Origin,
    Outlink,
    PollDetails,
    Reason,
    Result,
    State,
    ValidatorDoubt,
    Validators,
)
from aggregator.store.db.types import EnumString, JsonValue, UtcDateTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Texts = tuple[str, ...]

# SQLite numbers rows by itself only if the key is its own INTEGER, which has 64 bits there.
Number = BigInteger().with_variant(Integer(), "sqlite")


def _structured(kind: Any, *, nullable: bool = False) -> Any:
    return Column(JsonValue(kind), nullable=nullable)


def _refers(to: str, *, primary: bool = False, index: bool = False) -> Any:
    return Column(
        Number, ForeignKey(to, ondelete="CASCADE"), primary_key=primary, nullable=False, index=index
    )


def _number() -> Any:
    return Column(Number, primary_key=True)


class _Row(SQLModel):
    metadata = metadata


# --- what is polled, and when -----------------------------------------------------------------------------


class SourcesFileRow(_Row, table=True):
    """One row: the last synced state of the sources file, and what is wrong with the file now."""

    __tablename__ = "sources_file"

    id: int = Field(primary_key=True)
    mirrored: str = ""  # digest of the settings that the feeds were synced with
    path: str = ""
    faults: Texts = Field(default=(), sa_column=_structured(Texts))


class HostRow(_Row, table=True):
    """A host that feeds are polled at. Transactions that change when one of them is due lock this row first."""

    __tablename__ = "host"

    name: str = Field(primary_key=True)
    # When the first of its feeds is due and one of its slots is free; claims use it. Null: nothing to poll.
    ready_at: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)


class HostSlotRow(_Row, table=True):
    """A slot for one request at a host; there are `per_host` of them."""

    __tablename__ = "host_slot"

    host: str = Field(primary_key=True, foreign_key="host.name", ondelete="CASCADE")
    n: int = Field(primary_key=True)
    free_at: datetime = Field(sa_type=UtcDateTime)  # the end of the lease while a poll is under way
    feed_id: int | None = Field(default=None, sa_type=Number)  # of the poller whose poll is under way


class FeedRow(_Row, table=True):
    """A source of the file with the state of its polls: each field of FeedState is a column of its name."""

    __tablename__ = "feed"
    __table_args__ = (Index("ix_feed_host_due_at", "host", "due_at"),)

    id: int = Field(sa_column=_number())
    url: str = Field(unique=True)
    slug: str = Field(index=True)
    position: int  # in the file
    in_file: bool
    enabled: bool
    own_title: str  # the admin's; "" means the feed's own
    tags: Texts = Field(sa_column=_structured(Texts))
    gap: float  # seconds from the end of a request to the next at the host
    filters: str  # digest of the filters in force
    filtered: str  # digest of those that were last applied to its entries
    publisher: str = ""  # the admin's; "" means the domain of its site
    repeated: tuple[int, ...] = Field(
        default=(), sa_column=Column(JsonValue(tuple[int, ...]), nullable=False, server_default="[]")
    )  # keys of the pages that many of its posts link to, which are not mentions

    host: str = Field(foreign_key="host.name")
    # When a poller may claim it: `next_poll`, or the end of the current lease. Null: never.
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    lease_owner: str | None = None
    last_read: datetime | None = Field(default=None, sa_type=UtcDateTime)  # when a document was last read
    has_missing: bool = False  # whether an entry is missing and not yet withdrawn: then each poll is counted
    last_post: datetime | None = Field(default=None, sa_type=UtcDateTime, index=True)

    address: str
    next_poll: datetime = Field(sa_type=UtcDateTime)
    why: tuple[Reason, ...] = Field(sa_column=_structured(tuple[Reason, ...]))
    state: State = Field(sa_column=Column(EnumString(State), nullable=False))
    validators: Validators = Field(sa_column=_structured(Validators))
    body_hash: str | None = None
    last_poll: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_success: datetime | None = Field(default=None, sa_type=UtcDateTime)
    failures: int = 0
    fault: Fault | None = Field(default=None, sa_column=_structured(Fault, nullable=True))
    title: str = ""
    link: str | None = None
    language: str | None = None
    hub: str | None = None
    topic: str | None = None
    format: str = ""
    warnings: tuple[DocumentWarning, ...] = Field(sa_column=_structured(tuple[DocumentWarning, ...]))
    validator_doubts: tuple[ValidatorDoubt, ...] = Field(sa_column=_structured(tuple[ValidatorDoubt, ...]))
    hints: Hints = Field(sa_column=_structured(Hints))
    post_times: tuple[datetime, ...] = Field(sa_column=_structured(tuple[datetime, ...]))
    listing: Texts = Field(sa_column=_structured(Texts))
    marks: bytes = b""
    profile: str = ""
    moved_to: str | None = None
    moved_seen: int = 0
    unchanged_polls: int = 0
    churned_validators: int = 0
    last_full: datetime | None = Field(default=None, sa_type=UtcDateTime)
    hold: tuple[HoldEvidence, ...] = Field(sa_column=_structured(tuple[HoldEvidence, ...]))
    rate: float | None = None


class FormerSlugRow(_Row, table=True):
    """A former slug of a feed: addresses with it redirect to the feed, unless another one has the slug now."""

    __tablename__ = "former_slug"

    slug: str = Field(primary_key=True)
    feed_id: int = Field(sa_column=_refers("feed.id", index=True))


class PollRow(_Row, table=True):
    """A poll of a feed's history; the last 50 are kept."""

    __tablename__ = "poll"
    __table_args__ = (Index("ix_poll_feed_id_id", "feed_id", "id"),)

    id: int = Field(sa_column=_number())
    feed_id: int = Field(sa_column=_refers("feed.id"))
    at: datetime = Field(sa_type=UtcDateTime)
    result: Result = Field(sa_column=Column(EnumString(Result), nullable=False))
    status: int | None = None
    elapsed: float
    received: int = Field(sa_type=BigInteger)
    new: int
    updated: int
    details: PollDetails = Field(sa_column=_structured(PollDetails))


class WeekRow(_Row, table=True):
    """The number of a feed's posts in a week, by their positions in the timeline; outlives the entries."""

    __tablename__ = "posts_per_week"

    feed_id: int = Field(sa_column=_refers("feed.id", primary=True))
    week: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})  # see `entries.weeks`
    posts: int


class BeatRow(_Row, table=True):
    """The last heartbeat of a poller."""

    __tablename__ = "poller"

    owner: str = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    cannot_save: bool = False  # its polls; a heartbeat is small, and fits on a full disk


class CounterRow(_Row, table=True):
    """The counters of /metrics."""

    __tablename__ = "counter"

    name: str = Field(primary_key=True)
    count: int = Field(sa_type=BigInteger)


class SubscriptionRow(_Row, table=True):
    """A WebSub subscription to a feed's hub."""

    __tablename__ = "subscription"

    feed_id: int = Field(sa_column=_refers("feed.id", primary=True))
    hub: str
    topic: str
    token: str = Field(unique=True)
    secret: str
    asked: datetime = Field(sa_type=UtcDateTime)
    state: str
    due: datetime = Field(sa_type=UtcDateTime)  # when to send the next request to the hub
    lease_until: datetime | None = Field(default=None, sa_type=UtcDateTime)


class InboxRow(_Row, table=True):
    """A document that a hub pushed and no poller has read yet."""

    __tablename__ = "inbox"

    id: int = Field(sa_column=_number())
    feed_id: int = Field(sa_column=_refers("feed.id", index=True))
    received: datetime = Field(sa_type=UtcDateTime)
    body: bytes
    content_type: str | None = None


# --- what is shown ----------------------------------------------------------------------------------------


class RevisionRow(_Row, table=True):
    """One row: incremented when something visible in the timeline changes, at the end of the transaction."""

    __tablename__ = "revision"

    id: int = Field(primary_key=True)
    number: int = Field(sa_type=BigInteger)
    changed: datetime = Field(sa_type=UtcDateTime)


class PostRow(_Row, table=True):
    """An item of the timeline: one entry, or several feeds' copies of it."""

    __tablename__ = "post"

    id: int = Field(sa_column=_number())
    public_id: str = Field(unique=True)
    placed: datetime = Field(sa_type=UtcDateTime)
    entry_id: int | None = Field(default=None, sa_type=Number)  # the copy to show
    atom_id: str | None = None  # of its first entry, unless another post has it
    atom_key: int | None = Field(default=None, sa_type=BigInteger, index=True)


class EntryRow(_Row, table=True):
    """One feed's entry. The keys are digests of its identifying properties."""

    __tablename__ = "entry"
    __table_args__ = (
        Index("ix_entry_feed_id_placed", "feed_id", "placed"),
        # Of rows that are not `unlisted` alone. It is the migration that says so: to say it here as well would import
        # SQLAlchemy's dialect of the database that is not in use.
        Index("ix_entry_listed", "feed_id"),
    )

    id: int = Field(sa_column=_number())
    feed_id: int = Field(sa_column=_refers("feed.id"))
    post_id: int = Field(sa_column=_refers("post.id", index=True))
    guid_key: int | None = Field(default=None, sa_type=BigInteger, index=True)  # guid within this feed
    words_key: int = Field(sa_type=BigInteger, index=True)  # fingerprint within this feed
    link_key: int | None = Field(default=None, sa_type=BigInteger, index=True)  # across feeds, as the next
    title_key: int | None = Field(default=None, sa_type=BigInteger, index=True)
    first_seen: datetime = Field(sa_type=UtcDateTime)
    placed: datetime = Field(sa_type=UtcDateTime, index=True)
    changed: datetime = Field(sa_type=UtcDateTime)
    missing: int = 0  # documents in a row that did not list it although they should have
    missing_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    withdrawn: bool = False
    # Since when its feed's documents no longer list it. A row that is still listed is not written at all.
    unlisted: datetime | None = Field(default=None, sa_type=UtcDateTime)
    pruned: bool = False  # a stub: kept so that it is not inserted again
    left_out: FilteredBy | None = Field(default=None, sa_column=_structured(FilteredBy, nullable=True))
    is_fixed_page: bool = False  # of the site, and no post: listed under its feed alone

    guid: str | None = None
    link: str | None = None
    fingerprint: str
    former: str | None = None  # its fingerprint before the last edit
    title: str
    lead: str  # the first part of the text
    minutes: int
    authors: Texts = Field(sa_column=_structured(Texts))
    tags: Texts = Field(sa_column=_structured(Texts))
    language: str | None = None
    enclosures: tuple[Enclosure, ...] = Field(sa_column=_structured(tuple[Enclosure, ...]))
    comments: str | None = None
    published: datetime | None = Field(default=None, sa_type=UtcDateTime)
    updated: datetime | None = Field(default=None, sa_type=UtcDateTime)
    origin: Origin | None = Field(default=None, sa_column=_structured(Origin, nullable=True))
    atom_id: str | None = None
    span: int | None = Field(default=None, sa_type=BigInteger, index=True)
    page_key: int | None = Field(default=None, sa_type=BigInteger, index=True)  # the page that it publishes
    # Null until it is read by a version that keeps links.
    links: tuple[Outlink, ...] | None = Field(
        default=None, sa_column=_structured(tuple[Outlink, ...], nullable=True)
    )


class EntryTextRow(_Row, table=True):
    """The whole text of an entry, separate from the columns that a page reads."""

    __tablename__ = "entry_text"

    entry_id: int = Field(sa_column=_refers("entry.id", primary=True))
    text: str


class ListingRow(_Row, table=True):
    """The posts of each part of the timeline: a page of any part is one range of this key.

    Facets: "" is everything, `s7` the feed 7, `tlambda` the tag lambda.
    """

    __tablename__ = "listing"
    __table_args__ = {"sqlite_with_rowid": False}  # the key is the table

    facet: str = Field(primary_key=True)
    placed: datetime = Field(primary_key=True, sa_type=UtcDateTime)
    post_id: int = Field(sa_column=_refers("post.id", primary=True, index=True))


class OutlinkRow(_Row, table=True):
    """A link of an entry to a page, unless its feed repeats it; indexed by page."""

    __tablename__ = "outlink"
    __table_args__ = {"sqlite_with_rowid": False}  # the key is the table

    page_key: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    feed_id: int = Field(sa_column=Column(Number, primary_key=True, autoincrement=False))
    entry_id: int = Field(sa_column=Column(Number, primary_key=True, autoincrement=False))
    weight: float  # see `rank.mentions.link_weight`


class TopRow(_Row, table=True):
    """The mentioned posts of each part of the timeline: the top of any part is one range of this key.

    Facets as in `listing`. `item_id` is that of a post, or the negated one of a find.
    """

    __tablename__ = "top"
    __table_args__ = {"sqlite_with_rowid": False}  # the key is the table

    facet: str = Field(primary_key=True)
    score: float = Field(sa_column=Column(Float, primary_key=True))
    item_id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False, index=True))
    placed: datetime = Field(sa_type=UtcDateTime)
    voices: int  # publishers that mention it


class MentionedPostsRow(_Row, table=True):
    """How many posts that are credited to a feed came in a week and are mentioned by so many publishers."""

    __tablename__ = "mentioned_posts"

    # The week first: a ranking of feeds reads a span of weeks.
    week: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})  # see `entries.weeks`
    feed_id: int = Field(sa_column=_refers("feed.id", primary=True, index=True))
    voices: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    posts: int


class FindRow(_Row, table=True):
    """A page that no source published and several publishers link to."""

    __tablename__ = "find"

    id: int = Field(sa_column=_number())
    page_key: int = Field(sa_column=Column(BigInteger, unique=True, nullable=False))
    url: str
    title: str
    placed: datetime = Field(sa_type=UtcDateTime)  # when the third publisher pointed to it


class PublishedIssuesRow(_Row, table=True):
    """What the last issues of a newsletter link to, which drafts leave out; each field of PublishedIssues is a column."""

    __tablename__ = "published_issues"

    url: str = Field(primary_key=True)
    asked: datetime = Field(sa_type=UtcDateTime)
    validators: Validators = Field(sa_column=_structured(Validators))
    links: Texts = Field(sa_column=_structured(Texts))


class TagRow(_Row, table=True):
    """The number of posts of a tag."""

    __tablename__ = "tag_count"

    tag: str = Field(primary_key=True)
    posts: int


sources_file = metadata.tables["sources_file"]
host = metadata.tables["host"]
host_slot = metadata.tables["host_slot"]
feed = metadata.tables["feed"]
former_slug = metadata.tables["former_slug"]
poll = metadata.tables["poll"]
posts_per_week = metadata.tables["posts_per_week"]
poller = metadata.tables["poller"]
counter = metadata.tables["counter"]
subscription = metadata.tables["subscription"]
inbox = metadata.tables["inbox"]
revision = metadata.tables["revision"]
post = metadata.tables["post"]
entry = metadata.tables["entry"]
entry_text = metadata.tables["entry_text"]
listing = metadata.tables["listing"]
outlink = metadata.tables["outlink"]
top = metadata.tables["top"]
mentioned_posts = metadata.tables["mentioned_posts"]
find = metadata.tables["find"]
published_issues = metadata.tables["published_issues"]
tag_count = metadata.tables["tag_count"]
