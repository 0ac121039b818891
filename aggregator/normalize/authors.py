"""Names of authors, without the mail addresses that RSS has in them."""

import re
from collections.abc import Sequence

from aggregator.normalize.bidi import closed
from aggregator.normalize.limits import AUTHORS, LABEL, NAME
from aggregator.normalize.text import name

# RSS 2.0 asks for "mail (Name)"; Atom's text constructs and people write "Name <mail>".
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
_ADDRESS = re.compile(r"\(?https?://[^\s()]{1,500}\)?")
_BY = re.compile(r"by\s+", re.IGNORECASE)
_NOBODY = {"", "admin", "administrator", "unknown", "none", "null", "author", "noreply", "no-reply", "nobody"}


def author_names(names: Sequence[str]) -> tuple[str, ...]:
    """Return the names, each once, in order; a bare mail address is dropped."""
    found = (_person(written) for written in names[: 2 * AUTHORS])
    return tuple(dict.fromkeys(person for person in found if person.casefold() not in _NOBODY))[:AUTHORS]


def _person(written: str) -> str:
    said = name(written[:LABEL])
    bare = _MAIL.sub(" ", _ADDRESS.sub(" ", said) if not _ADDRESS.fullmatch(said) else _last_part(said))
    bare = re.sub(r"\(\s*\)|<\s*>|\bmailto:", " ", bare).strip(' ,;|-"“”')
    bare = _BY.sub("", bare, count=1) if _BY.match(bare) else bare
    if bare.startswith("(") and bare.endswith(")"):
        bare = bare[1:-1]
    return closed(" ".join(bare.split())[:NAME])


def _last_part(address: str) -> str:
    """Return what the address of a profile calls a person: `https://forum.example/u/ann`."""
    return address.rstrip("/").rpartition("/")[2]
