"""What a document's entries mean for the rows that the store already has of the same feed.

Pure: rows and entries in, a plan out. The store fetches the rows and carries the plan out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from aggregator.model import Entry


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
    missing: int = 0  # polls in a row that did not list it although they should have
    withdrawn: bool = False
    pruned: bool = False  # a stub: known so that it does not come back


@dataclass(frozen=True, slots=True)
class Arrival:
    """An entry that has no row yet, and where it will stand in the timeline."""

    entry: Entry
    placed: datetime


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A row that takes over what the document says now."""

    id: int
    entry: Entry
    edited: bool  # a reader would notice; else only keys or noise changed and `changed` stays


@dataclass(frozen=True, slots=True)
class Plan:
    """What a poll changes in the rows of its feed."""

    arrivals: tuple[Arrival, ...] = ()
    rewrites: tuple[Rewrite, ...] = ()
    seen: tuple[int, ...] = ()  # listed and unchanged: `missing` goes back to 0, a withdrawn one returns
    missing: tuple[int, ...] = ()  # `missing` goes up by one
    withdrawn: tuple[int, ...] = ()  # missing for too long: they leave the timeline


def plan(
    entries: Sequence[Entry],
    known: Sequence[Known],
    *,
    now: datetime,
    last_success: datetime | None,
    keep: timedelta | None,
) -> Plan:
    """Say which entry is which row, where the new ones stand, and which rows were withdrawn.

    `last_success` is the feed's last good poll, None at its first import. Entries older than `keep`
    are not taken.
    """
    raise NotImplementedError
