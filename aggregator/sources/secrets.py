"""The values of `${NAME}` in the sources file: inserted just before a request, and removed from everything that comes back.

An address has the name wherever it is stored, logged or shown, and is one feed whatever the variable's value.
"""

import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import quote, quote_plus, unquote

VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")

SHORTEST = 4  # characters; shorter values cannot be distinguished from other text

_ADDRESS_TEXT = re.compile(r"[!-~]+")
_ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be")


@dataclass(frozen=True, slots=True)
class Secrets:
    """The values of one source's variables, by their names."""

    values: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __bool__(self) -> bool:
        return bool(self.values)

    def reveal(self, address: str) -> str:
        """Return an address with the values of its variables."""
        return VARIABLE.sub(lambda match: self.values.get(match[1], match[0]), address)

    def conceal(self, text: str) -> str:
        """Return a text with values replaced by their names, also escaped ones."""
        return self.conceal_in(text.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")

    def conceal_in(self, document: bytes) -> bytes:
        """Return a document of any encoding with values replaced by their names."""
        forms, pattern = _forms(tuple(self.values.items()))
        if pattern is None:
            return document
        return pattern.sub(lambda match: forms[match[0]], document)


NO_SECRETS = Secrets()


def secrets_in(texts: Iterator[str], environ: Mapping[str, str] | None) -> Secrets:
    """Return the values of the variables in some texts, all of which are set; nothing without an environment."""
    names = {name for text in texts for name in VARIABLE.findall(text)} if environ is not None else set()
    if environ is None or not names:
        return NO_SECRETS
    return Secrets({name: environ[name].strip() for name in sorted(names)})


def check_for_address(name: str, value: str) -> None:
    """Raise ValueError, with a message without the value, if a variable's value is not usable in an address."""
    if len(value) < SHORTEST:
        raise ValueError(
            f"the environment variable {name} holds fewer than {SHORTEST} characters, too few to be kept out of"
            " pages and logs; write them into the address itself"
        )
    if not _ADDRESS_TEXT.fullmatch(value) or "#" in value:
        raise ValueError(
            f"what the environment variable {name} holds cannot stand in an address; percent-encode it"
        )


@lru_cache(maxsize=1024)
def _forms(values: tuple[tuple[str, str], ...]) -> tuple[dict[bytes, bytes], re.Pattern[bytes] | None]:
    """Return each form in which a value may be written with the name that replaces it, and a pattern that finds them."""
    forms = {
        form.encode(encoding): f"${{{name}}}".encode(encoding)
        for name, value in values
        for form in _spellings(value)
        if len(form) >= SHORTEST
        for encoding in _ENCODINGS
    }
    if not forms:
        return {}, None
    longest_first = sorted(forms, key=len, reverse=True)
    return forms, re.compile(b"|".join(map(re.escape, longest_first)))


def _spellings(value: str) -> Iterator[str]:
    """Yield a value unchanged, percent-encoded (RFC 3986) once and twice, and each escaped for HTML, XML and JSON."""
    for plain in {value, unquote(value)}:
        once = quote(plain, safe="")
        for text in (
            plain,
            once,
            quote(once, safe=""),
            quote_plus(plain),
            quote(plain, safe="/:@!$&'()*+,;="),
        ):
            for spelling in {text, re.sub("%[0-9A-F]{2}", lambda match: match[0].lower(), text)}:
                yield spelling
                yield html.escape(spelling)
                yield spelling.replace("&", "&#038;")
                yield spelling.replace("&", "&#38;")
                yield json.dumps(spelling)[1:-1]
                yield json.dumps(spelling)[1:-1].replace("/", r"\/")
