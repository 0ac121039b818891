"""What a find is: a page that no source published, and that several publishers point to within two weeks."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from aggregator.model import Mention
from aggregator.rank.mentions import independent

FEWEST_PUBLISHERS = 3
_WITHIN = timedelta(weeks=2)
_FEWEST_WORDS = 3  # fewer ("this post", "here") name nothing
_SIGNS = re.compile(r"^\W+|\W+$")


def find_mentions(mentions: Iterable[Mention]) -> tuple[Mention, ...]:
    """Return the independent mentions that make a page a find, the heaviest first; none if it is no find.

    These are those of the first two weeks in which three publishers point to it. What is referred to again and again
    over the years, like an encyclopedia, is known and not found; and a find stays where it stood, whatever comes later.
    """
    in_time = sorted(mentions, key=lambda mention: (mention.placed, mention.post_id))
    voices: Counter[str] = Counter()
    first = 0
    for last, mention in enumerate(in_time):
        voices[mention.publisher] += 1
        while mention.placed - in_time[first].placed > _WITHIN:
            voices -= Counter((in_time[first].publisher,))
            first += 1
        if len(voices) >= FEWEST_PUBLISHERS:
            return independent(_two_weeks(in_time[first : last + 1], in_time[last + 1 :]), ())
    return ()


def _two_weeks(found: Sequence[Mention], later: Sequence[Mention]) -> list[Mention]:
    end = found[0].placed + _WITHIN
    return [*found, *(mention for mention in later if mention.placed <= end)]


def found_at(mentions: Iterable[Mention]) -> datetime:
    """Return when a page became a find: when the third of the publishers pointed to it."""
    return sorted(mention.placed for mention in mentions)[FEWEST_PUBLISHERS - 1]


def find_title(texts: Iterable[str], url: str) -> str:
    """Return the commonest text of at least three words by which posts link to a page, else its address.

    Of equally common texts the longest; case and punctuation at the ends do not matter.
    """
    named = [text for text in texts if len(text.split()) >= _FEWEST_WORDS]
    if not named:
        return url.partition("://")[2].rstrip("/")
    times = Counter(map(_folded, named))
    return max(named, key=lambda text: (times[_folded(text)], len(text), text))


def _folded(text: str) -> str:
    return _SIGNS.sub("", text).casefold()
