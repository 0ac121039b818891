"""Whether entries of different feeds are copies of one post, and whose post it is.

Pure: the store finds candidates by canonical link and by `title_key`, this decides.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from aggregator.model import Origin


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
    raise NotImplementedError


def is_copy(one: CopyOf, other: CopyOf) -> bool:
    """Whether both are the same post. A false yes is worse than a missed one."""
    raise NotImplementedError


def credited(copies: Sequence[CopyOf]) -> int:
    """Return the entry id of the copy to show: the author's own feed, whichever was polled last."""
    raise NotImplementedError
