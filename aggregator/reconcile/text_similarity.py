"""The similarity of texts, at a cost that no document can increase."""

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

LOOKED_AT = 4000  # characters of a text; enough to decide, and bounded
MOST_COMPARISONS = 2000  # of one document's texts with those of the store
ALIKE = 0.8  # share of words in common, from which texts are versions of one
FEW = 5  # words
MARGINAL = 0.1  # of the words

_DIGITS = re.compile(r"\d+")


def words(text: str) -> list[str]:
    """Return the first words of a text, without case and punctuation."""
    return re.findall(r"\w+", text[:LOOKED_AT].casefold())


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text, in order and as a set in which repeated ones are numbered."""

    listed: tuple[str, ...]
    numbered: frozenset[str]

    def __len__(self) -> int:
        return len(self.listed)

    def beginning(self, length: int) -> "Words":
        """Return the first words of the text."""
        return _counted(self.listed[:length])

    def share(self, other: "Words") -> float:
        """Return the share of words that two texts have in common, from 0 to 1."""
        if not self or not other:
            return 0.0
        return 2 * self.common(other) / (len(self) + len(other))

    def common(self, other: "Words") -> int:
        """Return how many of the words another text also has, counting repetitions."""
        return len(self.numbered & other.numbered)

    def runs_within(self, longer: "Words") -> float:
        """Return the share of this text, in runs of two words, that another text also has, from 0 to 1."""
        runs = set(pairwise(self.listed))
        return len(runs & set(pairwise(longer.listed))) / len(runs) if runs else 0.0


def _counted(listed: tuple[str, ...]) -> Words:
    times: Counter[str] = Counter()
    numbered = set()
    for word in listed:
        times[word] += 1
        numbered.add(word if times[word] == 1 else f"{word} {times[word]}")
    return Words(listed, frozenset(numbered))


class Comparer:
    """Compares the texts of one document with others; splits each into words once, and compares a bounded number of pairs.

    A feed with hundreds of posts that might all be each other must not keep the store busy: beyond
    `MOST_COMPARISONS` no two texts count as similar.
    """

    def __init__(self) -> None:
        self._words: dict[str, Words] = {}
        self._remaining = MOST_COMPARISONS

    def words(self, text: str) -> Words:
        """Return a text's words."""
        text = text[:LOOKED_AT]
        if text not in self._words:
            self._words[text] = _counted(tuple(words(text)))
        return self._words[text]

    def may_compare(self) -> bool:
        """Count one more pair; return whether the limit allows it."""
        self._remaining -= 1
        return self._remaining >= 0

    def share(self, one: str, other: str) -> float:
        """Return the share of words that two texts have in common, from 0 to 1; 0 if too many pairs were compared."""
        return self.words(one).share(self.words(other)) if self.may_compare() else 0.0

    def are_alike(self, one: str, other: str) -> bool:
        """Whether most words of both are the same."""
        return self.share(one, other) >= ALIKE


def is_noise(one: str, other: str) -> bool:
    """Whether texts differ only in a clock, a counter or a rotating word: digits, and a few words of many."""
    before, after = (Counter(re.findall(r"\w+", _DIGITS.sub("0", text).casefold())) for text in (one, other))
    apart = max((before - after).total(), (after - before).total())
    return apart <= min(FEW, MARGINAL * max(before.total(), after.total()))
