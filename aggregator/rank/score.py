"""The score by which mentioned posts are sorted."""

import math
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from aggregator.model import Mention

_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
_DOUBLING = timedelta(hours=36)  # a post of twice the weight ranks like one this much newer


def weight(mentions: Iterable[Mention]) -> float:
    """Return the sum of the weights of independent mentions (see `rank.mentions`)."""
    return sum(mention.weight for mention in mentions)


def score(mentions: Iterable[Mention], first_sight: datetime) -> float:
    """Return the score that posts are sorted by, the highest first.

    log2(weight) + age of the epoch in units of 36 hours: the form of Reddit's and Lobsters' rankings. Time
    raises new posts instead of lowering old ones, so that a score only changes with a new link, and the order
    of two posts is the same at any time. With the logarithm, the second mention adds as much as the next two
    together.

    It withstands the following, each tested in `tests/rank/test_gaming.py`: a publisher who links to a post a
    hundred times, or from ten sites of one domain, counts once; two publishers who link to each other gain
    one mention each; a roundup that links to forty posts gives each a sixth of what a post about it alone
    gives; nothing on a page can change its date, since the date is our first sight of it.
    """
    return math.log2(weight(mentions)) + (first_sight - _EPOCH) / _DOUBLING
