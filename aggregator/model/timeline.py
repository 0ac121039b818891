"""The values that the web side shows of the timeline."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Self

from aggregator.model.documents import Enclosure
from aggregator.model.feeds import Validators


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in the timeline: just after the item that sorts by these two, newest first."""

    placed: datetime
    id: int


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month, in UTC."""

    year: int
    number: int  # 1 to 12

    @classmethod
    def of(cls, moment: datetime) -> Self:
        """Return the month of a moment in UTC."""
        return cls(moment.year, moment.month)

    @property
    def start(self) -> datetime:
        """Its first moment."""
        return datetime(self.year, self.number, 1, tzinfo=UTC)

    @property
    def end(self) -> datetime:
        """The first moment of the next one."""
        return (self.start + timedelta(days=31)).replace(day=1)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"


@dataclass(frozen=True, slots=True, order=True)
class Week:
    """A week of ISO 8601, from Monday to Sunday, in UTC."""

    year: int  # that most of its days are in
    number: int  # 1 to 53

    @classmethod
    def of(cls, moment: datetime) -> "Week":
        """Return the week that a moment is in."""
        return cls(*moment.astimezone(UTC).isocalendar()[:2])

    @classmethod
    def parse(cls, text: str) -> "Week":
        """Return the week that is written like `2026-W47`. Raises ValueError for anything else."""
        match = _WEEK.fullmatch(text)
        if match is None or int(match[1]) not in _YEARS:
            raise ValueError(text)
        week = cls(int(match[1]), int(match[2]))
        date.fromisocalendar(week.year, week.number, 1)
        return week

    @property
    def start(self) -> datetime:
        """Its first moment."""
        return datetime.combine(date.fromisocalendar(self.year, self.number, 1), time(), UTC)

    @property
    def end(self) -> datetime:
        """The first moment of the next one."""
        return self.start + timedelta(weeks=1)

    def __str__(self) -> str:
        return f"{self.year:04}-W{self.number:02}"


_WEEK = re.compile(r"(\d{4})-W(\d{2})", re.ASCII)
_YEARS = range(1970, 3000)


@dataclass(frozen=True, slots=True)
class TimelineQuery:
    """A part of the timeline; the same for the page and for every feed.

    Several sources, tags, languages or authors mean any of them; sources, tags, words and so on together mean all of these.
    """

    sources: tuple[str, ...] = ()  # slugs
    tags: tuple[str, ...] = ()  # case-folded
    words: str = ""  # a search as the reader typed it
    without: tuple[str, ...] = ()  # slugs; posts that another source has, too, stay
    languages: tuple[str, ...] = ()  # BCP 47 in lower case; one without a region means all regions
    authors: tuple[str, ...] = ()  # case-folded
    month: Month | None = None
    by_mentions: bool = False  # mentioned posts, the highest score first; otherwise the newest first
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
class Mention:
    """A post of another publisher that links to an item."""

    source: SourceRef
    publisher: str  # sources of one publisher have one voice
    title: str
    link: str | None
    placed: datetime  # where it stands in the timeline
    weight: float  # 1 for a post with one link, less for one with many; see `rank.mentions`
    post_id: int = 0  # the mentioning post's; it is `Item.id` of it


@dataclass(frozen=True, slots=True)
class Item:
    """A post as the timeline shows it: one of its copies, and the other feeds that have it."""

    id: int  # the second half of the cursor
    public_id: str  # a urn:uuid: IRI, permanently the same, in every view and format
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
    atom_id: str | None = None  # only if no other post here has it
    guid: str | None = None  # as the publisher of the shown copy wrote it
    also_in: tuple[Duplicate, ...] = ()
    mentions: tuple[Mention, ...] = ()  # one a publisher, those that weigh most first
    is_find: bool = False  # a page that no source published; its source is its site
    html: str = ""  # HTML that we made from plain text; no publisher's markup

    @property
    def cursor(self) -> Cursor:
        """The place just after this item."""
        return Cursor(self.placed, self.id)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a view, newest first."""

    items: Sequence[Item]
    older: Cursor | None = None  # None if this is the end
    newer: Cursor | None = None  # the page before this one; None if nothing newer is known
    is_first: bool = True  # no newer items: the top of the view


@dataclass(frozen=True, slots=True)
class PostLine:
    """A post that is shown as one line; nothing else of it is read."""

    id: int
    source: SourceRef
    title: str  # its first words if it has none
    link: str | None
    tags: tuple[str, ...]  # the admin's, of its source
    words: str = ""  # what an editor says of it


@dataclass(frozen=True, slots=True)
class WeekPosts:
    """The posts of a week."""

    week: Week
    posts: Sequence[
        PostLine
    ] = ()  # all of them, in the order of the sources file, the newest of a source first
    pointed_to: Sequence[Item] = ()  # posts and finds
    new_sources: frozenset[str] = frozenset()  # the slugs of those that were first read in it


@dataclass(frozen=True, slots=True)
class PublishedIssues:
    """What the last issues of a newsletter link to, as its feed had them when it was asked."""

    url: str
    asked: datetime
    validators: Validators
    links: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LinkedPost:
    """A post by its name and place alone."""

    title: str
    link: str | None
    placed: datetime


@dataclass(frozen=True, slots=True)
class Tie:
    """Another source that mentions posts of one, or that is mentioned by it."""

    source: SourceRef
    times: int
    latest: Sequence[LinkedPost]  # of the other source, the newest first


@dataclass(frozen=True, slots=True)
class Ties:
    """Which sources mention posts of a source, and which it mentions, those that do most first."""

    mentioned_by: Sequence[Tie] = ()
    mentions: Sequence[Tie] = ()


@dataclass(frozen=True, slots=True)
class Leader:
    """A source whose posts others mention."""

    source: SourceRef
    posts: int  # that are mentioned
    mentions: int


@dataclass(frozen=True, slots=True)
class Leaders:
    """The sources that others mention most."""

    by_mentions: Sequence[Leader] = ()
    by_posts: Sequence[Leader] = ()
