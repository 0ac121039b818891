"""The title of a find: a page that no source published and several point to."""

import re
from collections import Counter
from collections.abc import Iterable

_FEWEST_WORDS = 3  # fewer ("this post", "here") name nothing
_SIGNS = re.compile(r"^\W+|\W+$")


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
