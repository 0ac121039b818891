"""Bulk statements of a fixed form, which are prepared once and cost little per row.

SQLAlchemy spends more time on a row than either database does. Here the values go through the types of their
columns and then straight to the driver: `executemany` on SQLite, COPY and arrays on PostgreSQL. Only names of
our own tables and columns are formatted into statements.
"""
# ruff: noqa: S608

import json
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    BindParameter,
    Boolean,
    ColumnClause,
    ColumnElement,
    Connection,
    Dialect,
    String,
    TableClause,
    TableValuedAlias,
    Text,
    bindparam,
    func,
    select,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine
from typing_extensions import override

if TYPE_CHECKING:
    import psycopg

Row = Mapping[str, Any]
_Processor = Callable[[Any], Any]


# --- a list as one parameter ------------------------------------------------------------------------------


class _ListOf(TypeDecorator[Sequence[Any]]):
    """A list as one parameter: an array on PostgreSQL, JSON on SQLite."""

    impl = ARRAY(BigInteger)
    cache_ok = True

    def __init__(self, item: TypeEngine[Any]) -> None:
        super().__init__()
        self.item = item

    @override
    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else ARRAY(self.item))

    @override
    def process_bind_param(self, value: Sequence[Any] | None, dialect: Dialect) -> Any:
        listed = list(value or ())
        return json.dumps(listed) if dialect.name == "sqlite" else listed


def numbers(name: str) -> BindParameter[Sequence[int]]:
    """Return a parameter that is a list of integers."""
    return bindparam(name, type_=_ListOf(BigInteger()))


def texts(name: str) -> BindParameter[Sequence[str]]:
    """Return a parameter that is a list of strings."""
    return bindparam(name, type_=_ListOf(String()))


class _Among(FunctionElement[bool]):
    type = Boolean()
    name = "among"
    inherit_cache = True

    @override
    def self_group(self, against: Any = None) -> Any:
        return self  # else `... = 1` on SQLite, which no index serves


@compiles(_Among)
def _among_array(element: _Among, compiler: Any, **options: Any) -> str:
    column, values = element.clauses
    return f"{compiler.process(column, **options)} = ANY ({compiler.process(values, **options)})"


@compiles(_Among, "sqlite")
def _among_json(element: _Among, compiler: Any, **options: Any) -> str:
    column, values = element.clauses
    listed = f"SELECT value FROM json_each({compiler.process(values, **options)})"
    return f"{compiler.process(column, **options)} IN ({listed})"


def among(column: ColumnElement[Any], values: BindParameter[Any]) -> ColumnElement[bool]:
    """Return the condition that a column is one of `numbers` or `texts`: the same statement for any number of them."""
    return _Among(column, values)


class _Pairs(FunctionElement[Any]):
    """Pairs of integers, given as JSON, as a table."""

    name = "pairs"
    inherit_cache = True


@compiles(_Pairs)
def _pairs_array(element: _Pairs, compiler: Any, **options: Any) -> str:
    listed = f"json_array_elements(CAST({compiler.process(element.clauses, **options)} AS JSON)) AS item"
    return f"(SELECT CAST(item ->> 0 AS BIGINT) AS one, CAST(item ->> 1 AS BIGINT) AS other FROM {listed})"


@compiles(_Pairs, "sqlite")
def _pairs_json(element: _Pairs, compiler: Any, **options: Any) -> str:
    listed = f"json_each({compiler.process(element.clauses, **options)})"
    return f"(SELECT json_extract(value, '$[0]') AS one, json_extract(value, '$[1]') AS other FROM {listed})"


def pairs(name: str) -> TableValuedAlias:
    """Return a table with the columns `one` and `other` from a parameter that is a list of pairs, as `json.dumps` has it."""
    return _Pairs(bindparam(name, type_=String())).table_valued("one", "other")


# --- rows -------------------------------------------------------------------------------------------------


def insert_rows(connection: Connection, table: TableClause, rows: Sequence[Row]) -> None:
    """Insert rows that all have the same columns."""
    if not rows:
        return
    columns = _columns(table, tuple(rows[0]))
    values = _values(connection.dialect, columns, rows)
    names = _names(connection.dialect, columns)
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(columns))
        connection.exec_driver_sql(f"INSERT INTO {table.name} ({names}) VALUES ({marks})", values)
        return
    driver: psycopg.Cursor[Any] = connection.connection.cursor()  # type: ignore[assignment]
    with driver as cursor, cursor.copy(f"COPY {table.name} ({names}) FROM STDIN".encode()) as copy:
        for row in values:
            copy.write_row(row)


def update_rows(connection: Connection, table: TableClause, rows: Sequence[Row], *, key: str = "id") -> None:
    """Update rows by their key; all have the same columns."""
    if not rows:
        return
    columns = _columns(table, (*(name for name in rows[0] if name != key), key))
    values = _values(connection.dialect, columns, rows)
    names = [_name(connection.dialect, column) for column in columns]
    if connection.dialect.name == "sqlite":
        changes = ", ".join(f"{name} = ?" for name in names[:-1])
        connection.exec_driver_sql(f"UPDATE {table.name} SET {changes} WHERE {key} = ?", values)
        return
    changes = ", ".join(f"{name} = new.{name}" for name in names[:-1])
    arrays = f"{_arrays(connection.dialect, columns)} AS new ({', '.join(names)})"
    connection.exec_driver_sql(
        f"UPDATE {table.name} SET {changes} FROM {arrays} WHERE {table.name}.{key} = new.{key}",
        _transposed(values),
    )


def add_to_rows(connection: Connection, table: TableClause, rows: Sequence[Row]) -> None:
    """Add to the one column that is not in the primary key; missing rows are inserted.

    In the order of the rows: all callers must use the same order, or they may deadlock.
    """
    if not rows:
        return
    columns = _columns(table, tuple(rows[0]))
    values = _values(connection.dialect, columns, rows)
    key = _names(connection.dialect, [column for column in columns if column.primary_key])
    (sum_of,) = (_names(connection.dialect, [column]) for column in columns if not column.primary_key)
    into = f"INSERT INTO {table.name} ({_names(connection.dialect, columns)})"
    adds = f"ON CONFLICT ({key}) DO UPDATE SET {sum_of} = {table.name}.{sum_of} + excluded.{sum_of}"
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"{into} VALUES ({', '.join('?' * len(columns))}) {adds}", values)
        return
    arrays = _arrays(connection.dialect, columns)
    connection.exec_driver_sql(f"{into} SELECT * FROM {arrays} AS new {adds}", _transposed(values))


def new_ids(connection: Connection, table: TableClause, number: int) -> list[int]:
    """Return this many ids for new rows, ascending."""
    if not number:
        return []
    if connection.dialect.name == "sqlite":  # SQLite has one writer
        last = connection.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one()
        return list(range(last + 1, last + 1 + number))
    ids = connection.exec_driver_sql(
        f"SELECT nextval('{table.name}_id_seq') FROM generate_series(1, %s)", (number,)
    )
    return list(ids.scalars())


def _columns(table: TableClause, names: tuple[str, ...]) -> list[ColumnClause[Any]]:
    return [table.c[name] for name in names]


@lru_cache(maxsize=512)
def _name(dialect: Dialect, column: ColumnClause[Any]) -> str:
    return dialect.identifier_preparer.format_column(column)


def _names(dialect: Dialect, columns: Sequence[ColumnClause[Any]]) -> str:
    return ", ".join(_name(dialect, column) for column in columns)


@lru_cache(maxsize=512)
def _processor(dialect: Dialect, column: ColumnClause[Any]) -> _Processor | None:
    return column.type.dialect_impl(dialect).bind_processor(dialect)


def _values(
    dialect: Dialect, columns: Sequence[ColumnClause[Any]], rows: Sequence[Row]
) -> list[tuple[Any, ...]]:
    """Return the rows as the driver expects them."""
    made = []
    for column in columns:
        name, process = column.name, _processor(dialect, column)
        made.append([process(row[name]) for row in rows] if process else [row[name] for row in rows])
    return list(zip(*made, strict=True))


def _transposed(rows: Sequence[tuple[Any, ...]]) -> tuple[list[Any], ...]:
    return tuple(list(column) for column in zip(*rows, strict=True))


def _arrays(dialect: Dialect, columns: Sequence[ColumnClause[Any]]) -> str:
    types = ", ".join(f"%s::{column.type.compile(dialect)}[]" for column in columns)
    return f"unnest({types})"
