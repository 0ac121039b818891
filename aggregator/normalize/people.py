"""Names of authors, without the addresses that RSS wants in them."""

import re
from collections.abc import Sequence

from aggregator.normalize.bidi import closed
from aggregator.normalize.bounds import AUTHORS, MARKUP, NAME
from aggregator.normalize.text import unescaped

# RSS 2.0 asks for "mail (Name)"; Atom's text constructs and people write "Name <mail>".
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
_NOBODY = {"", "admin", "administrator", "unknown", "none", "null", "author", "noreply", "no-reply", "nobody"}


def people(names: Sequence[str]) -> tuple[str, ...]:
    """Return the names, each once, in their order; a bare mail address is shown to nobody."""
    found = (_name(name) for name in names[: 2 * AUTHORS])
    return tuple(dict.fromkeys(name for name in found if name.casefold() not in _NOBODY))[:AUTHORS]


def _name(value: str) -> str:
    bare = _MAIL.sub(" ", unescaped(value[: min(MARKUP, 4 * NAME)]))
    bare = re.sub(r"\(\s*\)|<\s*>|\bmailto:", " ", bare).strip(" \t\r\n,;|-")
    if bare.startswith("(") and bare.endswith(")"):
        bare = bare[1:-1]
    return closed(" ".join(bare.split())[:NAME])
