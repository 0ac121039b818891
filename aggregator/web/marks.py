"""Marks what a search looked for in the texts that it found."""

from collections.abc import Sequence

import regex
from markupsafe import Markup

from aggregator import store


def marked(text: str, query: str) -> Markup:
    """Return a text, escaped, with the words and phrases of a query in `<mark>`."""
    pattern = _pattern(store.words(query))
    if pattern is None:
        return Markup.escape(text)
    # Every second part is one that was found.
    parts = pattern.split(text)
    return Markup().join(
        Markup("<mark>{}</mark>").format(part) if number % 2 else part for number, part in enumerate(parts)
    )


def _pattern(terms: Sequence[str]) -> regex.Pattern[str] | None:
    """Return what finds any of the terms as whole words in any case, the longest first."""
    phrases = [_phrase(term) for term in sorted(terms, key=len, reverse=True)]
    return regex.compile(f"({'|'.join(phrases)})", regex.IGNORECASE) if phrases else None


def _phrase(term: str) -> str:
    words = regex.findall(r"[\p{L}\p{M}\p{N}]+", term)
    phrase = r"[^\p{L}\p{N}]+".join(map(regex.escape, words))
    # Scripts without spaces have no whole words: their characters are found anywhere, as the index has them.
    starts, ends = (r"(?<![\p{L}\p{N}])", r"(?![\p{L}\p{N}])")
    has_spaces = not regex.search(
        r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]", term
    )
    return f"{starts}{phrase}{ends}" if has_spaces else phrase
