"""The words of the interface in the language of `[site] language`: gettext, with English as it stands in the code.

A catalogue is `LANGUAGE/LC_MESSAGES/messages.po` beside this module. It is read as it is when its language is first
needed, so there is no step that compiles it. `speaking` sets the language for what is made within it; everywhere else,
as in the log and on the command line, it is English.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from babel.messages import Catalog

# Babel is imported by what needs it: a process that only uses English starts without it.
# ruff: noqa: PLC0415

FOLDER = Path(__file__).parent
MESSAGES = Path("LC_MESSAGES", "messages.po")


@dataclass(frozen=True, slots=True)
class Language:
    """A language of the interface, with what CLDR says of it."""

    tag: str  # BCP 47, for the attribute `lang`
    locale: str  # the name of its catalogue's folder and of its locale in CLDR
    words: NullTranslations
    direction: str = "ltr"
    group: str = ","  # between thousands
    decimal: str = "."


ENGLISH = Language("en", "en", NullTranslations())

_current: ContextVar[Language] = ContextVar("language", default=ENGLISH)


def current() -> Language:
    """Return the language in which words are said now."""
    return _current.get()


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Say words in a language until the block ends."""
    token = _current.set(language)
    try:
        yield
    finally:
        _current.reset(token)


@lru_cache(maxsize=32)
def language_for(tag: str) -> Language:
    """Return the interface's language for a site in the language `tag` (BCP 47): the nearest that there is, else English."""
    parts = tag.casefold().split("-")
    if parts[0] == ENGLISH.locale:
        return Language(tag, ENGLISH.locale, ENGLISH.words)
    locale = _nearest(parts)
    if locale is None:
        return ENGLISH
    own = locale.replace("_", "-")
    is_more_exact = f"{tag}-".casefold().startswith(f"{own}-".casefold())
    return _load(tag if is_more_exact else own, locale)


def _nearest(parts: list[str]) -> str | None:
    """Return the catalogue that has the most of a tag's parts, and their first part in any case.

    So `pt-BR` is said in `pt`, and `zh-TW` in `zh_Hans`: its readers know that script better than English.
    """
    folders = {path.parents[1].name for path in FOLDER.glob(f"*/{MESSAGES}")}
    near = [name for name in sorted(folders) if name.casefold().split("_")[0] == parts[0]]
    return max(near, key=lambda name: len({*parts} & {*name.casefold().split("_")}), default=None)


def _load(tag: str, locale: str) -> Language:
    from babel import Locale
    from babel.messages.mofile import write_mo

    compiled = BytesIO()
    write_mo(compiled, catalogue(locale))
    compiled.seek(0)
    cldr = Locale.parse(locale)
    symbols = cldr.number_symbols["latn"]
    return Language(
        tag, locale, GNUTranslations(compiled), cldr.text_direction, symbols["group"], symbols["decimal"]
    )


def catalogue(locale: str) -> "Catalog":
    """Return the messages of a catalogue as its file has them."""
    from babel.messages.pofile import read_po

    return read_po(BytesIO((FOLDER / locale / MESSAGES).read_bytes()), locale=locale)


# --- saying -----------------------------------------------------------------------------------------------


def gettext(message: str, **values: Any) -> str:
    """Return a message in the current language, its `{names}` replaced by `values`."""
    said = _current.get().words.gettext(message)
    return said.format(**values) if values else said


def ngettext(one: str, many: str, count: int, **values: Any) -> str:
    """Return a message in the form that a number takes; `{count}` is the number."""
    said = _current.get().words.ngettext(one, many, count)
    return said.format(count=number(count), **values)


def N_(message: str) -> str:  # the name that tools look for
    """Mark a message that `gettext` says later."""
    return message


def ngettext_noop(one: str, many: str) -> tuple[str, str]:
    """Mark a message that `ngettext` says later."""
    return one, many


def number(count: int) -> str:
    """Return a whole number with its thousands apart."""
    return str(count) if abs(count) < 1000 else digits(f"{count:,}")  # noqa: PLR2004 - one thousand


def digits(number: str) -> str:
    """Return a number that is written as in English with the marks of the current language."""
    here = _current.get()
    return number.translate({ord(","): here.group, ord("."): here.decimal})


def listed(names: Iterable[str]) -> str:
    """Return names one after the other, parted by commas."""
    return gettext(", ").join(names)
