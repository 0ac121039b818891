"""How alike two texts are."""

import re
from collections import Counter

LOOKED_AT = 4000  # characters of a text; enough to tell, and bounded
ALIKE = 0.8  # share of words in common, from which texts are versions of one
FEW = 5  # words
MARGINAL = 0.1  # of the words

_DIGITS = re.compile(r"\d+")


def words(text: str) -> list[str]:
    """Return the words of a text's beginning, without case and punctuation."""
    return re.findall(r"\w+", text[:LOOKED_AT].casefold())


def same_words(one: str, other: str) -> bool:
    """Whether the texts differ at most in case, spaces and punctuation."""
    return words(one) == words(other)


def are_alike(one: str, other: str) -> bool:
    """Whether most words of both are the same."""
    return share(words(one), words(other)) >= ALIKE


def share(one: list[str], other: list[str]) -> float:
    """Return how many words two texts have in common, of 0 to 1."""
    if not one or not other:
        return 0.0
    common = sum((Counter(one) & Counter(other)).values())
    return 2 * common / (len(one) + len(other))


def is_noise(one: str, other: str) -> bool:
    """Whether texts differ in no more than a clock, a counter or a rotating word: digits, and few words of many."""
    before, after = (Counter(re.findall(r"\w+", _DIGITS.sub("0", text).casefold())) for text in (one, other))
    apart = max((before - after).total(), (after - before).total())
    return apart <= min(FEW, MARGINAL * max(before.total(), after.total()))
