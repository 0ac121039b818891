"""The encoding of a body, where what is said about it is wrong."""

import re

_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]+)")
_ESCAPE = b"\x1b"  # ISO-2022 is ASCII to its bytes, and switches by escape sequences
_FEW = 0.02  # of the characters beyond ASCII: an item was cut within a character, or one was pasted


def as_utf8(body: bytes) -> bytes | None:
    """Return a body as valid UTF-8 where that is what it is written in, None where it is not.

    Valid UTF-8 beats whatever is said about it: by chance it is rare, servers and declarations that claim
    ISO-8859-1 are many (RFC 7303, section 3.1 would have us believe them). A few bytes that are no UTF-8
    are dropped: they do not make the rest another encoding.
    """
    if b"\0" in body or _ESCAPE in body:
        return None  # UTF-16, UTF-32 or ISO-2022
    try:
        body.decode()
    except UnicodeDecodeError:
        return _without_few_bad_bytes(body)
    return body


def declared(body: bytes) -> str:
    """Return the encoding that an XML declaration names, in lower case; XML's own where it names none."""
    found = _DECLARED.match(body)
    return found[1].decode("ascii", "replace").lower() if found else "utf-8"


def _without_few_bad_bytes(body: bytes) -> bytes | None:
    text = body.decode(errors="replace")
    bad = text.count("\ufffd") - body.count("\ufffd".encode())
    good = sum(not character.isascii() for character in text) - bad
    return body.decode(errors="ignore").encode() if bad <= _FEW * good else None
