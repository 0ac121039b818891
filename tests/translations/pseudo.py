"""A language for tests: every message of the catalogues stands in ⟦brackets⟧, so that what is outside is in no catalogue.

It is kept as Greek, and what the tests publish is Greek, too. So a Latin letter outside of brackets is one of
our own words that nobody can translate, such as a month that was not written by CLDR.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from babel.messages import Catalog

from aggregator import translations
from tests.catalogues import as_file, messages_in_code

LOCALE = "el"
# Names that are the same in every language.
NAMES = re.compile(
    r"\b(RSS|Atom|JSON Feed|OPML|UTC|Feedly|Inoreader|NewsBlur|The Old Reader|NetNewsWire|FreshRSS|Miniflux|Thunderbird"
    r"|kB|MB|\d+-W\d+|[a-z]+\.test)\b|https?://\S+"
)
_INNERMOST = re.compile(r"⟦[^⟦⟧]*⟧")
_LATIN = re.compile(r"[A-Za-z]+")


@contextmanager
def installed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the pseudo-language be the only one."""
    path = folder / LOCALE / translations.MESSAGES
    path.parent.mkdir(parents=True)
    path.write_bytes(as_file(_bracketed()))
    with monkeypatch.context() as patch:
        patch.setattr(translations, "FOLDER", folder)
        translations.language_for.cache_clear()
        yield
    translations.language_for.cache_clear()


def _bracketed() -> Catalog:
    messages = messages_in_code(LOCALE)
    for message in messages:
        if isinstance(message.id, str):
            message.string = f"⟦{message.id}⟧" if message.id else message.string
        else:
            message.string = tuple(f"⟦{form}⟧" for form in message.id)
    return messages


def untranslated(text: str) -> str:
    """Return the words of a text that are in no catalogue."""
    outside = NAMES.sub(" ", text)
    while (within := _INNERMOST.sub(" ", outside)) != outside:
        outside = within
    return " ".join(_LATIN.findall(outside))
