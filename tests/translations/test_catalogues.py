"""The catalogues have every message of the code, and each translation fits its message."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Message

from aggregator.translations import FOLDER, MESSAGES, catalogue
from tests.catalogues import KEYWORDS, ROOT, as_file, locales, messages_in_code, updated

REFRESH = "run `python -m tests.catalogues`, and translate what is empty then"
PLACEHOLDERS = re.compile(r"\{\w*\}|%\(\w+\)s")
MARKUP = re.compile(r"<[^>]*>|&\w+;")
COUNTS = {"{count}", "%(num)s"}


def marked(path: Path) -> Iterator[str]:
    """Yield what a module says through one of the functions that mark messages."""
    for node in ast.walk(ast.parse(path.read_text())):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KEYWORDS):
            continue
        if node.args and isinstance(node.args[0], ast.Constant):
            yield str(node.args[0].value)


def test_every_marked_message_is_found_by_the_extraction() -> None:
    messages = messages_in_code()
    missed = [
        text for path in (ROOT / "aggregator").rglob("*.py") for text in marked(path) if text not in messages
    ]

    assert missed == []


@pytest.mark.parametrize("locale", locales())
def test_a_catalogue_is_up_to_date_with_the_code(locale: str) -> None:
    assert (FOLDER / locale / MESSAGES).read_bytes() == as_file(updated(locale)), REFRESH


@pytest.mark.parametrize("locale", locales())
def test_a_catalogue_has_every_translation(locale: str) -> None:
    missing = [message.id for message in catalogue(locale) if message.id and not all(forms(message))]

    assert missing == [], REFRESH


@pytest.mark.parametrize("locale", locales())
def test_a_translation_has_the_values_and_the_markup_of_its_message(locale: str) -> None:
    wrong = [message.id for message in catalogue(locale) if message.id and not all(fits(message))]

    assert wrong == []


def forms(message: Message) -> tuple[str, ...]:
    """Return the translations of a message: one, or one for each plural form."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def fits(message: Message) -> Iterator[bool]:
    """Whether each form says the same values in the same markup; a plural form may leave out what the singular does."""
    one, many = (message.id, message.id) if isinstance(message.id, str) else message.id
    least, most = (set(PLACEHOLDERS.findall(english)) for english in (one, many))
    if not isinstance(message.id, str):
        least -= COUNTS
    for said in forms(message):
        yield least <= set(PLACEHOLDERS.findall(said)) <= most | least
        yield sorted(MARKUP.findall(said)) == sorted(MARKUP.findall(many))
        yield '"' not in said or '"' in many  # it may stand in an attribute
