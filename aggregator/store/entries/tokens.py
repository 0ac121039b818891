"""Tokenizes texts and queries for the search index."""

import re
import unicodedata

import regex

from aggregator.normalize.scripts import SPACELESS, may_be_spaceless, with_plain_signs

MOST_CHARACTERS = 200_000  # of one entry; PostgreSQL indexes a megabyte at most
_LONGEST_TOKEN = 100  # characters; PostgreSQL allows 2046 bytes

_TOKEN = regex.compile(rf"[{SPACELESS}]|[\p{{L}}\p{{N}}--[{SPACELESS}]]+", regex.VERSION1)
_SPACED_TOKEN = re.compile(r"[^\W_]+")
_ASCII = {code: chr(code).lower() if chr(code).isalnum() else " " for code in range(128)}
# The diacritics of Latin, Greek and Cyrillic as NFKD has them, and the blocks that have others.
_DIACRITICS = re.compile("[\u0300-\u034e\u0350-\u036f]+")
_OTHER_MARKS = re.compile("[^\0-\u0482\u048a-\u0590\u2000-\u20cf\u2100-\u2cee\u3100-\ua66e\uabee-\ufb1d]")


class _WithoutMarks(dict[int, int | None]):
    """For `str.translate`: removes combining characters, keeps all others. Filled as characters occur."""

    def __missing__(self, code: int) -> int | None:
        kept = self[code] = None if unicodedata.combining(chr(code)) else code
        return kept


_WITHOUT_MARKS = _WithoutMarks()


def tokens_of(text: str) -> tuple[str, ...]:
    """Return the words of a text as they are indexed."""
    text = with_plain_signs(text, " ")
    if text.isascii():
        found = text[:MOST_CHARACTERS].translate(_ASCII).split()
    else:
        bare = fold_text(text)
        found = (_TOKEN if may_be_spaceless(bare) else _SPACED_TOKEN).findall(bare)
    if max(map(len, found), default=0) > _LONGEST_TOKEN:
        return tuple(token[:_LONGEST_TOKEN] for token in found)
    return tuple(found)


def fold_text(text: str) -> str:
    """Return a text without case and diacritics, as it is indexed."""
    if text.isascii():
        return text[:MOST_CHARACTERS].lower()
    # One ligature of Arabic decomposes into eighteen letters.
    apart = unicodedata.normalize("NFKD", text[:MOST_CHARACTERS])[:MOST_CHARACTERS]
    bare = _DIACRITICS.sub("", apart.casefold())
    if _OTHER_MARKS.search(bare):
        bare = bare.translate(_WITHOUT_MARKS)
    return unicodedata.normalize("NFC", bare)
