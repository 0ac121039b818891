"""What stands above what among the posts that others point to."""

import math
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from aggregator.model import Mention

_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
_DOUBLING = timedelta(hours=36)  # a post of twice the weight stands as high as one that came so much later


def weight(mentions: Iterable[Mention]) -> float:
    """Return the sum of the weights of independent mentions (see `rank.mentions`)."""
    return sum(mention.weight for mention in mentions)


def score(mentions: Iterable[Mention], first_sight: datetime) -> float:
    """Return what posts are sorted by, the highest first.

    log2(weight) + age of the epoch in units of 36 hours: the form of Reddit's and Lobsters' rankings. Time raises new
    posts in place of lowering old ones, so that a score never changes but by a new link, and the order of two posts
    is the same whenever it is asked for. By the logarithm, the second voice says as much as the next two do.

    What it withstands, of which `tests/rank/test_gaming.py` plays each: a publisher who links to a post a hundred times,
    or from ten sites of one name, has one voice; two who praise each other gain one voice each, which the first
    stranger equals; a roundup that links to forty posts gives each a sixth of what a post about it alone gives;
    nothing that is written into a page moves its date, since first sight is ours.
    """
    return math.log2(weight(mentions)) + (first_sight - _EPOCH) / _DOUBLING
