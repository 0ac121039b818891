"""Highlights the terms of a search in the texts that it found."""

import unicodedata
from collections.abc import Sequence
from functools import lru_cache

import regex
from markupsafe import Markup

from aggregator import store
from aggregator.normalize.scripts import SPACELESS

Span = tuple[int, int]


def highlighted(text: str, query: str) -> Markup:
    """Return a text, escaped, with the words and phrases of a query in `<mark>`."""
    parts, done = [], 0
    for start, end in spans(text, query):
        parts += [Markup.escape(text[done:start]), Markup("<mark>{}</mark>").format(text[start:end])]
        done = end
    return Markup().join([*parts, Markup.escape(text[done:])])


def spans(text: str, query: str) -> list[Span]:
    """Return the positions of a query's words and phrases in a text, ignoring case and accents like the search."""
    pattern = _pattern(store.words(query))
    if pattern is None:
        return []
    folded, places = _with_places(text)
    return [
        (places[match.start()], _end(text, places[match.end() - 1]))
        for match in pattern.finditer(folded)
        if match.end() > match.start()
    ]


def _with_places(text: str) -> tuple[str, Sequence[int]]:
    """Return a text's characters as indexed, with the original position of each."""
    if text.isascii():
        return text.lower(), range(len(text))
    folded: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        for bare in _bare(char):
            folded.append(bare)
            places.append(place)
    return "".join(folded), places


@lru_cache(maxsize=8192)
def _bare(char: str) -> str:
    return store.fold_text(char)


def _end(text: str, last: int) -> int:
    """Return the end of a character with its combining accents."""
    end = last + 1
    while end < len(text) and unicodedata.combining(text[end]):
        end += 1
    return end


def _pattern(terms: Sequence[str]) -> regex.Pattern[str] | None:
    """Return a pattern for any of the folded terms as whole words, the longest first."""
    folded = ["".join(map(_bare, term)) for term in terms]
    phrases = [_phrase(term) for term in sorted(folded, key=len, reverse=True)]
    return regex.compile("|".join(phrases)) if phrases else None


def _phrase(term: str) -> str:
    words = regex.findall(r"[\p{L}\p{M}\p{N}]+", term)
    phrase = r"[^\p{L}\p{N}]+".join(map(regex.escape, words))
    # Scripts without spaces have no whole words: their characters match anywhere, as in the index.
    starts, ends = (r"(?<![\p{L}\p{N}])", r"(?![\p{L}\p{N}])")
    has_spaces = not regex.search(f"[{SPACELESS}]", term)
    return f"{starts}{phrase}{ends}" if has_spaces else phrase
