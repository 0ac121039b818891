"""Which links to a page count: those of other publishers, one voice each."""

import math
from collections.abc import Collection, Iterable

from aggregator.model import Mention
from aggregator.rank.publishers import site_of

FEWEST_OF_A_FIND = 3  # publishers that point to a page which no source published
_FEWEST_REPEATS = 3  # posts
_REPEATED = 4  # one of so many posts of a feed


def link_weight(links: int) -> float:
    """Return what one of the links of a post weighs: a post that points to one page means it, a roundup lists it.

    1/√n lies between 1, by which a roundup of forty could lift forty posts at once, and 1/n, by which reading
    forty posts would count for no more than reading one.
    """
    return 1 / math.sqrt(max(links, 1))


def is_repeated(times: int, posts: int) -> bool:
    """Whether a link that stands in so many of a feed's posts belongs to the feed and says nothing of a post.

    Blogrolls, signatures, sponsors: in a quarter of the posts that a document lists, and in three at least.
    """
    return times >= _FEWEST_REPEATS and times * _REPEATED >= posts


def independent(mentions: Iterable[Mention], publishers: Collection[str]) -> tuple[Mention, ...]:
    """Return the mentions by others than these publishers, one a publisher: the one that weighs most, else the first.

    The heaviest are first. `publishers` are the page's own: its source's, and the registrable domain that it is on.
    """
    heaviest: dict[str, Mention] = {}
    for mention in sorted(mentions, key=_rank):
        if mention.publisher not in publishers and site_of(mention.source) not in publishers:
            heaviest.setdefault(mention.publisher, mention)
    return tuple(heaviest.values())


def _rank(mention: Mention) -> tuple[float, float, int]:
    return -mention.weight, mention.placed.timestamp(), mention.post_id
