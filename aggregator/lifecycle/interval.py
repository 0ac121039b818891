"""When a feed that answers is polled next: often if it posts often, and never against the publisher's hints.

For independent rates λ and a fixed number of polls, posts wait least on average when a feed's interval is
proportional to 1/√λ (minimise Σ λT/2 while Σ 1/T is fixed). The same holds from hour to hour, so the polls of
a
feed are denser when it is lively.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt

from aggregator.lifecycle.planned import NextPoll
from aggregator.lifecycle.posting_pattern import SLOT, PostingPattern, posting_pattern
from aggregator.lifecycle.publisher_hints import LONGEST, RequestedDelay, after_skipped
from aggregator.lifecycle.rate import pace, posts_a_day
from aggregator.model import Hints, Reason, ReasonCode
from aggregator.sources.settings import Polling

# Each wait is varied by up to this share, so that the feeds of one host do not stay in step.
_JITTER = 0.1
_QUEUE = timedelta(hours=1)  # the stretch behind a moment that is shared, of which the same share is used
# The rate that a feed is counted with stays this close to its own: settings that cannot be met at all (a
# `max_interval` below `interval` for every feed) must not make the mean drift forever.
_FURTHEST = 10_000.0


@dataclass(frozen=True, slots=True)
class PlannedPoll:
    """The next poll of a feed, and the rate by which the feed counts in the average over all feeds."""

    plan: NextPoll
    rate: float  # posts a day


def next_poll(
    at: datetime,
    *,
    post_times: Sequence[datetime],
    mean_root_rate: float | None,
    polling: Polling,
    wish: RequestedDelay | None,
    hints: Hints,
    chance: float,
    is_first: bool,
) -> PlannedPoll:
    """Return the poll after a good one at `at`: a feed's share of the polls, within the bounds and the publisher's hints.

    `post_times` newest first. `mean_root_rate` is the mean of √rate over all feeds, None if none is known: then
    this one is the average. Never sooner than `min_interval`; later than `max_interval` only if the publisher
    asks for it, by a week at most. `chance`, from 0 up to 1, spreads the polls; the first wait of a new feed is
    anything from `min_interval` to the whole, since sources are added in crowds.

    Bounds and hints move the mean: a feed that may be polled only twice a day leaves polls to the others. So
    the returned rate is the one for which the feed would have got the wait that it gets. With it the mean
    settles where all feeds together are polled once in `interval`.
    """
    rate = posts_a_day(post_times, at)
    mean = mean_root_rate or sqrt(rate)
    share = polling.interval * (mean / sqrt(rate))
    wait = _lively_wait(at, share, posting_pattern(post_times), polling.max_interval)
    limits = _Limits(at, pace(post_times, at), polling, wish, hints)
    counted = (mean * (polling.interval / (limits.plan(wait).at - at))) ** 2
    counted = min(max(counted, rate / _FURTHEST), rate * _FURTHEST)
    return PlannedPoll(limits.plan(_spread(wait, polling, chance, is_first=is_first), chance), counted)


def _lively_wait(at: datetime, budget: timedelta, habits: PostingPattern, longest: timedelta) -> timedelta:
    """Return the wait after which the integral of √liveliness over time reaches the budget; at most `longest`."""
    wait = timedelta(0)
    while wait < longest:
        density = sqrt(habits.liveliness(at + wait))
        if budget <= SLOT * density:
            return min(wait + budget / density, longest)
        budget -= SLOT * density
        wait += SLOT
    return longest


def _spread(wait: timedelta, polling: Polling, chance: float, *, is_first: bool) -> timedelta:
    if is_first:
        return polling.min_interval + chance * max(wait - polling.min_interval, timedelta(0))
    return wait * (1 + _JITTER * (2 * chance - 1))


@dataclass(frozen=True, slots=True)
class _Limits:
    """What bounds the wait of a feed after a poll."""

    at: datetime
    pace: Reason
    polling: Polling
    wish: RequestedDelay | None
    hints: Hints

    def plan(self, wait: timedelta, chance: float = 0.0) -> NextPoll:
        """Return the allowed time of the next poll that is closest to the wanted wait, with its reason."""
        own = self._within_bounds(wait)
        latest = max(self.at + LONGEST, own.at)
        # Feeds that wait for the same moment are spread out after it.
        later = chance * _JITTER * _QUEUE
        if self.wish and self.wish.until > own.at:
            own = NextPoll(self.wish.until + later, self.wish.why)
        free = after_skipped(own.at, self.hints)
        if free > own.at:
            own = NextPoll(free + later, (*own.why, Reason(ReasonCode.SKIPPED)))
        return NextPoll(min(own.at, latest), own.why)

    def _within_bounds(self, wait: timedelta) -> NextPoll:
        least, most = self.polling.min_interval, self.polling.max_interval
        if wait <= least:
            return NextPoll(self.at + least, (self.pace, Reason(ReasonCode.MIN_INTERVAL, span=least)))
        if wait >= most:
            return NextPoll(
                self.at + max(most, least), (self.pace, Reason(ReasonCode.MAX_INTERVAL, span=most))
            )
        return NextPoll(self.at + wait, (self.pace,))
