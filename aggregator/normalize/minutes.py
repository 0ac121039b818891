"""How long a text takes to read."""

import math
import re
from itertools import filterfalse

import regex

WORDS_A_MINUTE = 238  # mean silent reading rate of English non-fiction (Brysbaert 2019)
CHARACTERS_A_MINUTE = 500  # for scripts without spaces

_SPACELESS = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")
# The blocks that have none of these scripts, which `re` passes over ten times as fast as `regex` does.
_OTHER_BLOCKS = re.compile("[^\0-\u0e00\u2000-\u2e7f]")
_WORD = regex.compile(r"\w")
_ASCII_SIGNS = {code: None for code in range(33, 127) if not _WORD.match(chr(code))}


def minutes(text: str) -> int:
    """Return the minutes that the whole text takes, rounded up, at least 1."""
    if len(text) < 2 * WORDS_A_MINUTE:  # a word has a letter and a space at least
        return 1
    if text.isascii():
        words, characters = len(text.translate(_ASCII_SIGNS).split()), 0
    else:
        spaced, characters = _SPACELESS.subn(" ", text) if _OTHER_BLOCKS.search(text) else (text, 0)
        words = _count(spaced.split())
    return max(1, math.ceil(words / WORDS_A_MINUTE + characters / CHARACTERS_A_MINUTE))


def _count(words: list[str]) -> int:
    """Count what has a letter or a digit; dashes and other signs are no words."""
    return len(words) - sum(not _WORD.search(word) for word in filterfalse(str.isalpha, words))
