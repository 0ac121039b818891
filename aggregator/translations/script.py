"""The words of the page's script: those of a catalogue that it says, put before it as it looks for them."""

import json
from collections.abc import Iterator
from io import BytesIO

from aggregator.translations import ENGLISH, Language, catalogue

# Babel is imported by what needs it: English is in the script itself.
# ruff: noqa: PLC0415


def with_words(script: bytes, language: Language) -> bytes:
    """Return a script that says its words in a language.

    It finds them as `{texts: {english: text or plural forms}, plural: number => place of its form}`. A plural rule of
    gettext is written as in C, which JavaScript reads alike.
    """
    if language.locale == ENGLISH.locale:
        return script
    messages = catalogue(language.locale)
    texts = {}
    for english in _messages(script):
        found = messages.get(english)
        if found and found.string and all(found.string):
            texts[english if isinstance(english, str) else english[0]] = found.string
    words = json.dumps(texts, ensure_ascii=False)
    before = (
        f"globalThis.timelineWords = {{texts: {words}, plural: (n) => Number({messages.plural_expr})}};\n"
    )
    return before.encode() + script


def _messages(script: bytes) -> Iterator[str | tuple[str, ...]]:
    from babel.messages.extract import DEFAULT_KEYWORDS, extract

    for _line, message, _comments, _context in extract("javascript", BytesIO(script), DEFAULT_KEYWORDS):
        yield message
