"""How long a text takes to read."""

import math

import regex

WORDS_A_MINUTE = 238  # mean silent reading rate of English non-fiction (Brysbaert 2019)
CHARACTERS_A_MINUTE = 500  # for scripts without spaces

_SPACELESS = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")
_WORD = regex.compile(r"\w")


def minutes(text: str) -> int:
    """Return the minutes that the whole text takes, rounded up, at least 1."""
    characters = len(_SPACELESS.findall(text))
    words = sum(1 for word in _SPACELESS.sub(" ", text).split() if _WORD.search(word))
    return max(1, math.ceil(words / WORDS_A_MINUTE + characters / CHARACTERS_A_MINUTE))
