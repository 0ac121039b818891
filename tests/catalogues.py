"""Brings the catalogues of the interface up to date with the code: `python -m tests.catalogues [NEW LANGUAGES]`.

Messages that are new have no translation yet: fill them in, in `aggregator/translations/LANGUAGE/LC_MESSAGES/messages.po`.
A language is named as CLDR names its locale: `nl`, `zh_Hant`.
"""

import sys
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import write_po

from aggregator.translations import FOLDER, MESSAGES, catalogue

ROOT = Path(__file__).parents[1]
METHODS = [("**.py", "python"), ("**.html", "jinja2"), ("**.js", "javascript")]
OPTIONS = {"**.html": {"trimmed": "true"}}
HEADER = ("msg", '"Language:', '"Plural-Forms', '"MIME', '"Content-')
KEYWORDS = {**DEFAULT_KEYWORDS, "ngettext_noop": (1, 2)}


def locales() -> list[str]:
    """Return the names of the catalogues that there are."""
    return sorted(path.parents[1].name for path in FOLDER.glob(f"*/{MESSAGES}"))


def messages_in_code(locale: str | None = None) -> Catalog:
    """Return all messages that the code marks, without translations."""
    found = Catalog(locale=locale, project="aggregator", charset="utf-8", fuzzy=False)
    for file, _line, message, comments, context in extract_from_dir(
        ROOT / "aggregator",
        METHODS,
        OPTIONS,
        KEYWORDS,
        comment_tags=("Translators:",),
        strip_comment_tags=True,
    ):
        found.add(message, locations=[(file, 0)], auto_comments=comments, context=context)
    return found


def updated(locale: str) -> Catalog:
    """Return a catalogue with the messages that the code marks now: what it had of them, and nothing else."""
    fresh = messages_in_code(locale)
    kept = catalogue(locale) if locale in locales() else Catalog(locale=locale)
    for message in fresh:
        before = kept.get(message.id, message.context) if message.id else None
        if before:
            message.string = before.string
            message.user_comments = before.user_comments
    return fresh


def as_file(messages: Catalog) -> bytes:
    """Return a catalogue as its file has it: without dates and lines, which would differ each time."""
    body = BytesIO()
    write_po(body, messages, include_lineno=False, sort_output=True, width=0)
    header, _blank, rest = body.getvalue().decode().partition("\n\n")
    kept = [line for line in header.splitlines() if line.startswith(HEADER)]
    return "\n".join([*kept, "", rest]).encode()


def main() -> None:
    """Write all catalogues."""
    for locale in sorted({*locales(), *sys.argv[1:]}):
        messages = updated(locale)
        path = FOLDER / locale / MESSAGES
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(as_file(messages))
        missing = sum(not message.string or not all(message.string) for message in messages if message.id)
        sys.stdout.write(f"{locale}: {len(messages)} messages, {missing} without a translation\n")


if __name__ == "__main__":
    main()
