"""The outcome of a poll, and what it changed."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from aggregator.model.entries import Delta, Entry
from aggregator.model.faults import Fault
from aggregator.model.feeds import Feed, FeedState, HoldEvidence


class Result(StrEnum):
    """The result of a poll."""

    READ = "read"  # a document was read
    UNCHANGED = "unchanged"  # the body was the same as the last
    NOT_MODIFIED = "not modified"  # 304
    FAILED = "failed"
    GONE = "gone"  # 410
    HELD = "held"  # a document was read that belongs to another site; its entries are not stored


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
    """A pause that a host asked for, for all of its feeds (429)."""

    host: str
    until: datetime


@dataclass(frozen=True, slots=True)
class PollDetails:
    """Details of a poll besides its result, worded by `explain.poll` for the log and the history."""

    entries: int | None = None  # that its document lists
    fault: Fault | None = None
    hold: tuple[HoldEvidence, ...] = ()
    moved_to: str | None = None  # the address that is polled from now on


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of one poll of one feed; the store saves it in one transaction."""

    feed: Feed
    at: datetime  # the end of the exchange, as in Answer: a host's gap and the next poll are counted from it
    result: Result
    after: FeedState  # the feed's state for the next poll
    entries: tuple[Entry, ...] = ()  # of the document, in its order; only with READ
    delta: Delta | None = None  # what `entries` leaves out; None if it is all of the document
    status: int | None = None
    elapsed: float = 0.0  # seconds
    received: int = 0  # bytes on the wire
    details: PollDetails = PollDetails()
    host_pause: HostPause | None = None
    answered_by: str = ""  # the last host that was requested, after redirects; "" if it is not known


@dataclass(frozen=True, slots=True)
class SaveSummary:
    """What an outcome changed in the store, in numbers of entries."""

    new: int = 0
    updated: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    left_out: int = 0  # of the new ones, by include, exclude and hide
