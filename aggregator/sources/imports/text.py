"""Decodes a list that does not declare its encoding."""

import codecs

from aggregator.sources.imports.found import ImportFault, Note


def decoded(data: bytes) -> tuple[str, tuple[Note, ...]]:
    """Decode by byte order mark, else as UTF-8 if valid, else as Windows-1252 with a note."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace"), ()
    if b"\0" in data:
        raise ImportFault("this is no text; OPML, .ini, .csv and plain text can be read")
    try:
        return data.decode("utf-8-sig"), ()
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        return data.decode("cp1252", "replace"), (
            Note(
                line, "is not UTF-8; the file was read as Windows-1252, so look at the letters with accents"
            ),
        )
