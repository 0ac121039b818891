"""The input and output values of reconciling."""

from dataclasses import dataclass
from datetime import datetime

from aggregator.model import Entry, Outlink


@dataclass(frozen=True, slots=True)
class Known:
    """A row of this feed that may be one of the document's entries, or that the document should still list."""

    id: int
    guid: str | None
    link: str | None
    fingerprint: str
    title: str
    text: str
    published: datetime | None
    updated: datetime | None
    placed: datetime
    changed: datetime | None = None  # when it was last rewritten, or inserted
    former: str | None = None  # its fingerprint before that
    lead_length: int = 0  # characters that are kept for its excerpts
    missing: int = 0  # polls in a row that did not list it although they should have
    missing_since: datetime | None = None  # the first of them
    withdrawn: bool = False
    pruned: bool = False  # a stub: kept so that it is not inserted again
    span: int | None = None  # digest of the bytes that it was last read from
    links: tuple[Outlink, ...] | None = ()  # None if it was last read by a version that did not store them
    is_fixed_page: bool = False

    @property
    def date(self) -> datetime | None:
        """When it was published, else updated."""
        return self.published or self.updated


@dataclass(frozen=True, slots=True)
class Arrival:
    """An entry that has no row yet, and its position in the timeline."""

    entry: Entry
    placed: datetime
    is_fixed_page: bool = False  # of the site, and no post


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A row that is updated from the document."""

    id: int
    entry: Entry
    edited: bool  # by the publisher; otherwise keys, noise or our own rules changed, and `changed` stays
    is_fixed_page: bool = False


@dataclass(frozen=True, slots=True)
class EntryChanges:
    """What a poll changes in the rows of its feed."""

    arrivals: tuple[Arrival, ...] = ()  # in the order of their ids, oldest first
    rewrites: tuple[Rewrite, ...] = ()
    seen: tuple[int, ...] = ()  # listed and unchanged: `missing` goes back to 0, a withdrawn one returns
    missing: tuple[int, ...] = ()  # `missing` goes up by one
    withdrawn: tuple[int, ...] = ()  # missing for too long: they leave the timeline
    spans: tuple[tuple[int, int | None], ...] = ()  # of rows that were found with other bytes
    unsettled: tuple[int, ...] = ()  # spans of entries that differ from their rows
