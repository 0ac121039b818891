"""Column types that store our values alike on SQLite and PostgreSQL."""

from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property
from hashlib import blake2b
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import JSON, DateTime, Dialect, Row, String
from sqlalchemy.types import TypeDecorator, UserDefinedType
from typing_extensions import override

_WITHOUT_ZONE = 26  # characters of a time in UTC

# A row of any columns.
AnyRow = Row[*tuple[Any, ...]]


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime in UTC. SQLite stores it as text of fixed width, which sorts like the time."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @override
    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any] | None:
        return _text_of if dialect.name == "sqlite" else None

    @override
    def result_processor(self, dialect: Dialect, coltype: Any) -> Callable[[Any], Any] | None:
        return _instant_of if dialect.name == "sqlite" else _in_utc


def _text_of(value: datetime | None) -> str | None:
    return None if value is None else value.astimezone(UTC).isoformat(" ", "microseconds")[:_WITHOUT_ZONE]


def _instant_of(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(f"{text}+00:00")


def _in_utc(value: datetime | None) -> datetime | None:
    return None if value is None else value.astimezone(UTC)


class EnumString(TypeDecorator[StrEnum]):
    """A member of an enumeration by its value; a plain string in the database, so that new members need no migration."""

    impl = String
    cache_ok = True

    def __init__(self, members: type[StrEnum]) -> None:
        super().__init__()
        self.members = members

    @override
    def process_bind_param(self, value: StrEnum | None, dialect: Dialect) -> str | None:
        return None if value is None else str(value)

    @override
    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:
        return None if value is None else self.members(value)


class JsonValue(TypeDecorator[Any]):
    """A value of the model with parts of its own (a dataclass, a tuple), as JSON."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def __init__(self, kind: Any) -> None:
        super().__init__()
        self.kind = kind

    @cached_property
    def _adapter(self) -> TypeAdapter[Any]:
        return TypeAdapter(
            self.kind
        )  # at first use: to make all of them takes a while, and few are needed at once

    @override
    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any]:
        # Straight to JSON: SQLAlchemy's own way converts it to Python's lists and dicts first.
        dump = self._adapter.dump_json
        return lambda value: None if value is None else dump(value, ensure_ascii=True).decode()

    @override
    def result_processor(self, dialect: Dialect, coltype: Any) -> Callable[[Any], Any]:
        # psycopg has parsed it already.
        load = self._adapter.validate_json if dialect.name == "sqlite" else self._adapter.validate_python
        return lambda value: None if value is None else load(value)


class SearchVector(UserDefinedType[str]):
    """PostgreSQL's `tsvector`. SQLAlchemy's own comes with the whole of that dialect, which a start on SQLite need not import."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """Return its name in SQL."""
        return "TSVECTOR"


class SearchQuery(UserDefinedType[str]):
    """PostgreSQL's `tsquery`."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """Return its name in SQL."""
        return "TSQUERY"


def digest(*parts: str) -> int:
    """Return a digest of texts of any length for an index: 64 bits, which fit both databases' integers.

    Two texts may share a digest by chance: callers compare the texts themselves.
    """
    data = "\0".join(parts).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(data, digest_size=8).digest(), signed=True)
