"""Removes characters that neither a store nor a document can carry."""

import re
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

T = TypeVar("T")

# NUL, which PostgreSQL rejects, and lone surrogates, which UTF-8 cannot encode: JSON escapes and character
# references can produce both.
_IMPOSSIBLE = re.compile(r"[\x00\ud800-\udfff]")


def may_be_impossible(body: bytes) -> bool:
    """Whether a body may have them: as itself (also in UTF-16), or as an escape of JSON."""
    return b"\0" in body or b"\\u" in body


def possible(value: T) -> T:
    """Return a value without these characters in its texts, at any depth."""
    return _possible(value)  # type: ignore[no-any-return]  # the same type comes back


def _possible(value: Any) -> Any:
    if isinstance(value, str):
        # An enumeration's texts are ours.
        return _IMPOSSIBLE.sub("", value) if type(value) is str else value
    if isinstance(value, tuple):
        return tuple(_possible(item) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(
            value, **{field.name: _possible(getattr(value, field.name)) for field in fields(value)}
        )
    return value
