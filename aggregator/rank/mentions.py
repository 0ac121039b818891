"""Which links to a page count: those of other publishers, one voice each."""

import math
from collections.abc import Collection, Iterable

from aggregator.model import Mention
from aggregator.rank.publishers import site_of

FEWEST_OF_A_LEADER = 2  # publishers that mention a post, for it to count: one may be a friend's
_FEWEST_REPEATS = 3  # posts
_REPEATED = 4  # one of so many posts of a feed


def link_weight(links: int) -> float:
    """Return the weight of one link of a post: a link counts for less the more links the post has.

    1/√n is between 1, by which a roundup of forty could lift forty posts at once, and 1/n, by which a roundup
    of forty would count for no more than a single link.
    """
    return 1 / math.sqrt(max(links, 1))


def is_repeated(times: int, posts: int) -> bool:
    """Whether a link that occurs in this many of a feed's posts belongs to the feed rather than to a post.

    True for blogrolls, signatures and sponsors: in a quarter of the posts that a document lists, and in at
    least three.
    """
    return times >= _FEWEST_REPEATS and times * _REPEATED >= posts


def independent(mentions: Iterable[Mention], publishers: Collection[str]) -> tuple[Mention, ...]:
    """Return the mentions by other publishers than these, one per publisher: the heaviest, else the first.

    The heaviest are first. `publishers` are the page's own: its source's, and the registrable domain that it is on.
    """
    heaviest: dict[str, Mention] = {}
    for mention in sorted(mentions, key=_rank):
        if mention.publisher not in publishers and site_of(mention.source) not in publishers:
            heaviest.setdefault(mention.publisher, mention)
    return tuple(heaviest.values())


def _rank(mention: Mention) -> tuple[float, float, int]:
    return -mention.weight, mention.placed.timestamp(), mention.post_id
