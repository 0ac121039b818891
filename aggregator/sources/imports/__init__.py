"""Reads other programs' lists of feeds: OPML, the `.ini` and `.yml` files of planets, plain lists of addresses."""

import re
from collections.abc import Callable
from pathlib import PurePath

from aggregator.sources.imports.address_lists import read_csv, read_lines
from aggregator.sources.imports.found import Import, ImportFault, Note
from aggregator.sources.imports.opml import read_opml
from aggregator.sources.imports.planet import read_ini, read_yml
from aggregator.sources.imports.text import decoded

__all__ = ["Import", "ImportFault", "Note", "read_list"]

READERS = {
    ".ini": read_ini,
    ".cfg": read_ini,
    ".conf": read_ini,
    ".yml": read_yml,
    ".yaml": read_yml,
    ".csv": read_csv,
    ".tsv": read_csv,
    ".txt": read_lines,
}


def read_list(data: bytes, name: str = "") -> Import:
    """Read a list of feeds, whose format is recognised by its first bytes and its suffix.

    Each address is returned once. What cannot be used or has no counterpart here is reported in `notes`, by
    line. Raises ImportFault if it has no feed, or must not be read.
    """
    if data.lstrip(b"\xef\xbb\xbf\xff\xfe\0\t\r\n ").startswith(b"<"):
        return read_opml(data)
    text, notes = decoded(data)
    reader = READERS.get(PurePath(name).suffix.lower()) or _reader(text)
    found = reader(text)
    if not found.sources:
        told = "\n".join(f"{note.line}: {note.sentence}" for note in found.notes[:3])
        raise ImportFault(
            "no feed is listed in it; OPML, the .ini or .yml of a planet, and lists of addresses as text or .csv can be read"
            + (f"\n{told}" if told else "")
        )
    return Import(found.sources, (*notes, *found.notes))


def _reader(text: str) -> Callable[[str], Import]:
    """Return the format of a text, by its first line that is not a comment."""
    first = next((line for line in text.splitlines() if line.strip() and line.lstrip()[0] not in "#;"), "")
    if re.match(r"\s*\[.+\]", first) or re.match(r"\w+\s*=\s", first):
        return read_ini
    return read_csv if re.search(r"[,;\t]", first) else read_lines
