"""The reading time of a text."""

import math
from itertools import filterfalse

import regex

from aggregator.normalize.scripts import SPACELESS, may_be_spaceless, with_plain_signs

WORDS_A_MINUTE = 238  # mean silent reading rate of English non-fiction (Brysbaert 2019)
CHARACTERS_A_MINUTE = 500  # for scripts without spaces

_SPACELESS = regex.compile(f"[{SPACELESS}]")
_WORD = regex.compile(r"\w")
_ASCII_SIGNS = {code: None for code in range(33, 127) if not _WORD.match(chr(code))}


def minutes(text: str) -> int:
    """Return the reading time of the whole text in minutes, rounded up, at least 1."""
    if len(text) < 2 * WORDS_A_MINUTE:  # a word has a letter and a space at least
        return 1
    text = with_plain_signs(text, "")
    if text.isascii():
        words, characters = len(text.translate(_ASCII_SIGNS).split()), 0
    else:
        spaced, characters = _SPACELESS.subn(" ", text) if may_be_spaceless(text) else (text, 0)
        words = _count(spaced.split())
    return max(1, math.ceil(words / WORDS_A_MINUTE + characters / CHARACTERS_A_MINUTE))


def _count(words: list[str]) -> int:
    """Count the words that have a letter or a digit; dashes and other signs do not count."""
    return len(words) - sum(not _WORD.search(word) for word in filterfalse(str.isalpha, words))
