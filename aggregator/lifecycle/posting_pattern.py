"""A feed's posting pattern: at which hours and weekdays it posts, and how long after its last post.

A factor on the feed's rate, near 1 if little is known. Numbers were chosen by the simulation in
`tests/benchmarks/schedule_simulation.py`; around them little changes.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

SLOT = timedelta(minutes=30)
_SLOTS = 48  # of a day
_REACH = 5  # slots: a post says something about the two and a half hours before and after it
_SHARES = tuple((away, (_REACH - abs(away)) / _REACH**2) for away in range(-_REACH + 1, _REACH))
_DAY = timedelta(days=1)
_FEWEST_POSTS = 10  # a pattern of fewer is chance
_FEWEST_DAYS = 14  # that the posts must span to tell weekdays apart
_PRIOR_POSTS = 20  # spread evenly, so that few posts make a flat profile
_PRIOR_GAPS = 3
# Ages at which liveliness may change, in days: from half an hour on, each twice the one before.
_AGES = tuple(2**step / 48 for step in range(16))


@dataclass(frozen=True, slots=True)
class PostingPattern:
    """Factors on a feed's rate, 1 on average; an empty one means 1 throughout."""

    slots: tuple[float, ...] = ()  # of the day, UTC
    weekdays: tuple[float, ...] = ()
    ages: tuple[float, ...] = ()  # days since the last post, by `_AGES`
    last_post: datetime | None = None

    def liveliness(self, at: datetime) -> float:
        """Return the factor at a moment, for as long as nothing new was posted."""
        factor = 1.0
        if self.slots:
            factor *= self.slots[_slot(at)]
        if self.weekdays:
            factor *= self.weekdays[at.weekday()]
        if self.ages and self.last_post:
            factor *= self.ages[bisect_right(_AGES, (at - self.last_post) / _DAY)]
        return factor


def posting_pattern(post_times: Sequence[datetime]) -> PostingPattern:
    """Return the pattern of a feed's posts, whose times are given newest first."""
    if len(post_times) < _FEWEST_POSTS:
        return PostingPattern()
    has_weeks = (post_times[0] - post_times[-1]) / _DAY >= _FEWEST_DAYS
    return PostingPattern(
        slots=_by_slot(post_times),
        weekdays=_by_weekday(post_times) if has_weeks else (),
        ages=_by_age(post_times),
        last_post=post_times[0],
    )


def _slot(at: datetime) -> int:
    return at.hour * 2 + at.minute // 30


def _by_slot(post_times: Sequence[datetime]) -> tuple[float, ...]:
    """Return the share of posts around each half-hour; a post counts less the further it is from there."""
    posts = [0.0] * _SLOTS
    for slot, count in Counter(map(_slot, post_times)).items():
        for away, share in _SHARES:
            posts[(slot + away) % _SLOTS] += count * share
    return _factors(posts)


def _by_weekday(post_times: Sequence[datetime]) -> tuple[float, ...]:
    posts = [0.0] * 7
    for time in post_times:
        posts[time.weekday()] += 1
    return _factors(posts)


def _factors(posts: Sequence[float]) -> tuple[float, ...]:
    even = 1 / len(posts)
    total = sum(posts) + _PRIOR_POSTS
    return tuple((count + _PRIOR_POSTS * even) / (total * even) for count in posts)


def _by_age(post_times: Sequence[datetime]) -> tuple[float, ...]:
    """Return how likely the next post is after each age, against the mean: the hazard of the gaps between posts."""
    gaps = [(later - earlier) / _DAY for later, earlier in pairwise(post_times)]
    mean = sum(gaps) / len(gaps)
    if mean == 0:
        return ()
    ended, waited = [0] * (len(_AGES) + 1), [0.0] * (len(_AGES) + 1)
    for gap in gaps:
        begin = 0.0
        for step, age in enumerate((*_AGES, float("inf"))):
            waited[step] += min(gap, age) - begin
            if gap < age:
                ended[step] += 1
                break
            begin = age
    return tuple(
        (end + _PRIOR_GAPS) / (wait / mean + _PRIOR_GAPS) for end, wait in zip(ended, waited, strict=True)
    )
