"""The status of a source, and of its polls."""

from dataclasses import dataclass
from datetime import datetime

from aggregator.model.feeds import FeedState
from aggregator.model.outcomes import FilteredBy, PollDetails, Result
from aggregator.model.timeline import SourceRef


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
    details: PollDetails


@dataclass(frozen=True, slots=True)
class HiddenEntry:
    """An entry that the timeline does not show, and the reason."""

    title: str
    link: str | None
    seen: datetime
    filtered: FilteredBy | None = None
    withdrawn: bool = False
    is_fixed_page: bool = False  # of the site, and no post
    shown_in: str | None = None  # the title of the source whose copy the timeline shows


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """The status of a source."""

    name: SourceRef
    tags: tuple[str, ...]
    enabled: bool
    poll_state: FeedState
    polls: tuple[PollRecord, ...] = ()  # newest first
    weekly: tuple[int, ...] = ()  # posts in each of the last 26 weeks, oldest first
    last_post: datetime | None = None
    left_out: tuple[HiddenEntry, ...] = ()  # only if one source is asked for

    @property
    def is_polled(self) -> bool:
        """Whether this source is asked at all."""
        return self.enabled and self.poll_state.state.is_polled
