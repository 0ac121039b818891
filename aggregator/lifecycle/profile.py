"""A profile of a feed's posts, as a line of text: their language, their words, whether they follow one template.

Kept from poll to poll to recognise posts that are unlike it (`takeover`). Digests of words are enough for
that, so no text of a publisher is kept.
"""

import re
from base64 import urlsafe_b64encode
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b

from aggregator.language_guess import guess_language
from aggregator.lifecycle.spam import is_spam
from aggregator.model import Entry

MIXED = "mul"  # several languages (ISO 639-2)

_MOST_ENTRIES = 20  # of a document that are looked at
_MOST_TEXT = 1500  # characters of each
_MOST_WORDS = 250  # that are kept
_WORDS_AT_A_TIME = 120
_ENOUGH_GUESSES = 3
_CLEARLY = 0.8  # share of posts in one language, or of titles of one form
_ENOUGH_TITLES = 6
_FRAME = 3  # words that titles of one form have in common at least
_WORD = re.compile(r"[^\W\d_]{5,}")
_DIGEST = 4  # letters


@dataclass(frozen=True, slots=True)
class Profile:
    """What a feed's posts are like."""

    language: str = ""  # "" if it is not known
    alike: bool = False  # whether their titles have one form
    spam: bool = False  # whether some are about gambling or pharmacies
    words: tuple[str, ...] = ()  # digests, the newest first

    def __str__(self) -> str:
        return f"{self.language}|{'a' * self.alike}{'s' * self.spam}|{''.join(self.words)}"

    @classmethod
    def read(cls, written: str) -> "Profile":
        """Parse what `str` returned; an empty text is a feed of which nothing is known."""
        language, flags, words = [*written.split("|", 2), "", "", ""][:3]
        digests = tuple(words[start : start + _DIGEST] for start in range(0, len(words), _DIGEST))
        return cls(language, "a" in flags, "s" in flags, digests)


def profile_of(entries: Sequence[Entry]) -> Profile:
    """Return what these posts are like."""
    some = entries[:_MOST_ENTRIES]
    texts = [f"{entry.title}. {entry.text[:_MOST_TEXT]}" for entry in some]
    counts = Counter(word for text in texts for word in set(_WORD.findall(text.casefold())))
    words = [word for word, _ in counts.most_common(_WORDS_AT_A_TIME)]
    return Profile(
        _language(texts),
        are_alike([entry.title for entry in some]),
        any(map(is_spam, some)),
        tuple(map(_digest, words)),
    )


def merged(known: str, entries: Sequence[Entry]) -> str:
    """Return a feed's profile with these posts included."""
    if not entries:
        return known
    old, new = Profile.read(known), profile_of(entries)
    language = old.language or new.language
    if new.language and new.language != language:
        language = MIXED
    words = tuple(dict.fromkeys((*new.words, *old.words)))[:_MOST_WORDS]
    return str(
        replace(new, language=language, alike=old.alike or new.alike, spam=old.spam or new.spam, words=words)
    )


def are_alike(titles: Iterable[str]) -> bool:
    """Whether most of these titles are one template with other words filled in."""
    words = [set(re.findall(r"[^\W\d_]{3,}", title.casefold())) for title in titles if title]
    if len(words) < _ENOUGH_TITLES:
        return False
    counts = Counter(word for title in words for word in title)
    frame = {word for word, count in counts.items() if count >= _CLEARLY * len(words)}
    return len(frame) >= _FRAME


def _language(texts: Sequence[str]) -> str:
    """Return the language of nearly all of these; `MIXED` if they are in several."""
    guesses = Counter(guess for text in texts if (guess := guess_language(text)))
    if guesses.total() < _ENOUGH_GUESSES:
        return ""
    language, count = guesses.most_common(1)[0]
    return language if count >= _CLEARLY * guesses.total() else MIXED


def _digest(word: str) -> str:
    return urlsafe_b64encode(blake2b(word.encode(), digest_size=3).digest()).decode()
