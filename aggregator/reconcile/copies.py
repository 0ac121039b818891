"""Whether entries of different feeds are copies of one post, and whose post it is.

Pure: the store finds candidates by canonical link and by `title_key`, this decides.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from aggregator.model import Origin
from aggregator.reconcile.likeness import share, words

DAYS_APART = timedelta(days=4)  # that a post takes to run in all feeds of a house
SHORTEST_TITLE = 12  # letters and digits: shorter ones ("Release 1.2") stand over many posts
FEWEST_WORDS = 25  # of a text that tells posts apart
NEARLY_ALL = 0.9  # of the words


@dataclass(frozen=True, slots=True)
class CopyOf:
    """What deciding needs to know of one feed's entry."""

    entry_id: int
    feed_address: str
    feed_link: str | None  # the site
    link: str | None
    title: str
    text: str
    published: datetime | None
    first_seen: datetime
    origin: Origin | None


def title_key(title: str) -> str | None:
    """Return what equal titles have in common, None for one too short or common to tell anything."""
    key = " ".join(re.findall(r"\w+", title.casefold()))
    return key if len(key.replace(" ", "")) >= SHORTEST_TITLE else None


def is_copy(one: CopyOf, other: CopyOf) -> bool:
    """Whether both are the same post. A false yes is worse than a missed one."""
    if one.link and other.link and _page(one.link) == _page(other.link):
        # Comments on one page and a front page's news share a link, but neither title nor words.
        return _same_title(one, other) or _same_words(one, other) or not (one.title and other.title)
    return _same_title(one, other) and _are_near(one, other) and _same_words(one, other)


def credited(copies: Sequence[CopyOf]) -> int:
    """Return the entry id of the copy to show: the author's own feed, whichever was polled last."""
    return max(copies, key=lambda copy: (_is_origin(copy, copies), _is_at_home(copy), *_age(copy))).entry_id


def _page(link: str) -> str:
    parts = urlsplit(link)
    return f"{(parts.hostname or '').removeprefix('www.')}{parts.path.rstrip('/')}?{parts.query}#{parts.fragment}"


def _same_title(one: CopyOf, other: CopyOf) -> bool:
    key = title_key(one.title)
    return key is not None and key == title_key(other.title)


def _same_words(one: CopyOf, other: CopyOf) -> bool:
    """Nearly the same words, or one is the beginning of the other: an excerpt beside the whole post."""
    shorter, longer = sorted((words(one.text), words(other.text)), key=len)
    if len(shorter) < FEWEST_WORDS:
        return False
    return share(shorter, longer) >= NEARLY_ALL or share(shorter, longer[: len(shorter)]) >= NEARLY_ALL


def _are_near(one: CopyOf, other: CopyOf) -> bool:
    return abs((one.published or one.first_seen) - (other.published or other.first_seen)) <= DAYS_APART


def _host(address: str | None) -> str:
    return (urlsplit(address or "").hostname or "").removeprefix("www.")


def _is_origin(copy: CopyOf, copies: Sequence[CopyOf]) -> bool:
    """Whether another copy names this one's feed as its `atom:source`."""
    named = {
        address
        for other in copies
        if other is not copy and other.origin
        for address in _origins(other.origin)
    }
    return not copy.origin and bool(named & {copy.feed_address, copy.feed_link})


def _origins(origin: Origin) -> set[str]:
    return {address for address in (origin.url, origin.link) if address}


def _is_at_home(copy: CopyOf) -> int:
    """How well link and site agree: the longest path of a site that the link lies under, else its host."""
    if not copy.link or _host(copy.link) not in {_host(copy.feed_link), _host(copy.feed_address)}:
        return 0
    path = urlsplit(copy.feed_link or "").path.rstrip("/")
    return 1 + (len(path) if urlsplit(copy.link).path.startswith(f"{path}/") else 0)


def _age(copy: CopyOf) -> tuple[float, float, int]:
    """Who had it first; of equals the first row, so that the order of polls does not matter."""
    published = copy.published or copy.first_seen
    return (-published.timestamp(), -copy.first_seen.timestamp(), -copy.entry_id)
