"""How often a feed posts, estimated from the times of its posts.

Works from the first poll on, since a document has the dates of its entries.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from math import exp

from aggregator.model import Reason, ReasonCode

KEPT = 200  # times of posts
_DAY = timedelta(days=1)
# The weight of a post falls to 1/e within so many days; several, since some feeds change their pace within days
# and others post four times a year.
_MEMORIES = (3.0, 30.0, 300.0)
# The prior, and its weight: a third of a post in three days.
_PRIOR_POSTS = 0.3
_PRIOR_DAYS = 3.0
# A post that appears this late is from an archive, and no sign of activity.
_BACKDATED = timedelta(weeks=1)
_RECENT = 20  # posts that `pace` looks at
# A silence is mentioned if it is this much longer than usual, and a month at least.
_LONG_SILENCE = 5
_MONTH = timedelta(days=30)


def posts_a_day(post_times: Sequence[datetime], at: datetime) -> float:
    """Return the estimated rate at `at`, above zero; `post_times` newest first, none after `at`.

    The mean over all memories of: the posts, weighted by exp(-age/memory), divided by the time that the
    document covers, weighted alike, with a prior. Silence lowers it, through the short memories first.
    """
    ages = [(at - time) / _DAY for time in post_times]
    return sum(_decayed(ages, memory) for memory in _MEMORIES) / len(_MEMORIES)


def pace(post_times: Sequence[datetime], at: datetime) -> Reason:
    """Return how often a feed posts, as a reason for the time of its next poll."""
    recent = post_times[:_RECENT]
    if not recent:
        return Reason(ReasonCode.NO_DATES)
    silence = at - recent[0]
    if len(recent) == 1 or recent[0] == recent[-1]:
        return Reason(ReasonCode.ONE_POST, span=silence)
    gap = (recent[0] - recent[-1]) / (len(recent) - 1)
    rate = _DAY / gap
    if silence > max(_LONG_SILENCE * gap, _MONTH):
        return Reason(ReasonCode.FELL_SILENT, rate=rate, span=silence)
    return Reason(ReasonCode.POSTS, rate=rate)


def merged_times(
    known: Sequence[datetime], seen: Iterable[datetime | None], *, at: datetime, last_success: datetime | None
) -> tuple[datetime, ...]:
    """Return the known times and those of the entries that are new at this poll, newest first, 200 at most.

    An undated entry counts as posted now, and one that turns up back-dated (a date without a time, a draft of
    last week) as posted right after the last good poll, which did not have it yet. At the first poll
    (`last_success` is None) entries count at their own dates, and undated ones are ignored.
    """
    old = set(known)
    new = [time for time in seen if time not in old]
    if last_success is None:
        times = [min(time, at) for time in new if time]
    else:
        oldest = last_success - _BACKDATED
        times = [min(max(time or at, last_success), at) for time in new if time is None or time >= oldest]
    return tuple(sorted((*known, *times), reverse=True)[:KEPT])


def _decayed(ages: Sequence[float], memory: float) -> float:
    """Return posts a day; times are newest first, and the oldest only marks the beginning of the time covered."""
    told = ages[-1] if ages else 0.0
    posts = sum(exp(-age / memory) for age in ages[:-1])
    days = memory * (1 - exp(-told / memory))
    return (posts + _PRIOR_POSTS) / (days + _PRIOR_DAYS)
