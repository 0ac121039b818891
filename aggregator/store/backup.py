"""Backups: a copy of the whole store in one SQLite file, and an empty store filled from such a file.

Both are the same copy, row by row through the types of the columns, so that the database on either side may be SQLite
or PostgreSQL. The reader sees one state of the store while others continue to write; the writer writes all or
nothing. A backup is a store itself: `aggregator migrate` brings an old one up to date.
"""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, Integer, TableClause, bindparam, create_engine, func, select

from aggregator.store.db import schema
from aggregator.store.db.bulk import insert_rows
from aggregator.store.db.database import Database
from aggregator.store.db.tables import entry, entry_text, feed, metadata, poll, post
from aggregator.store.entries import search
from aggregator.store.errors import StoreError

_BATCH = 1000  # rows that are in memory at one time
_DATA = (feed, post, entry, poll)  # a store without rows in these is empty

Progress = Callable[[int, int], None]  # called with the rows copied so far, and their total


def backup(db: Database, file: Path, progress: Progress) -> int:
    """Write a copy of the store into a new file, while others use the store; return the number of rows.

    The file appears once it is complete. Raises StoreError if it exists already, or the store is of another
    version.
    """
    if file.exists():
        raise StoreError(f"{file} exists already; give another name, or remove it first")
    unfinished = file.with_name(f"{file.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    try:
        with closing(Database.open(f"sqlite:///{unfinished}")) as copy, db.read() as source:
            _check_version(source, "the store", "run `aggregator migrate`")
            schema.migrate(copy)
            with copy.write() as target:
                count = _copy(source, target, progress)
        _in_one_file(unfinished)
        unfinished.replace(file)
    finally:
        for name in (unfinished.name, f"{unfinished.name}-wal", f"{unfinished.name}-shm"):
            unfinished.with_name(name).unlink(missing_ok=True)
    return count


def restore(db: Database, file: Path, progress: Progress) -> int:
    """Fill an empty store from a backup, creating its schema if needed; return the number of rows.

    Raises StoreError if the store is not empty, or if the file is not a backup or of another version.
    """
    with closing(_opened(file)) as saved, saved.read() as source:
        _check_version(
            source, str(file), "make a copy of it and run `aggregator migrate --database sqlite:///COPY`"
        )
        schema.migrate(db)
        with db.write() as target:
            if not _is_empty(target):
                raise StoreError(
                    "the store is not empty, and a restore would mix it with the backup;"
                    " give the --database of a new one"
                )
            count = _copy(source, target, progress)
            if not db.is_sqlite:
                _set_sequences(target)
    return count


def _opened(file: Path) -> Database:
    """Open a backup read-only. Raises StoreError if it is not one."""
    if not file.is_file():
        raise StoreError(f"there is no file {file}")
    address = f"file:{quote(str(file.absolute()))}?mode=ro"
    engine = create_engine(
        "sqlite://", creator=lambda: sqlite3.connect(address, uri=True, isolation_level=None)
    )
    saved = Database(engine)
    try:
        with saved.read() as connection:
            connection.execute(select(feed.c.id).limit(1))
    except StoreError as error:
        saved.close()
        raise StoreError(f"{file} is no backup of aggregator, or it is damaged") from error
    return saved


def _check_version(connection: Connection, name: str, advice: str) -> None:
    if not schema.is_current(connection):
        raise StoreError(f"{name} is empty or was made by an older version of aggregator; {advice} first")


def _is_empty(connection: Connection) -> bool:
    return all(connection.execute(select(table.c.id).limit(1)).first() is None for table in _DATA)


def _copy(source: Connection, target: Connection, progress: Progress) -> int:
    """Copy all rows of all tables, in the order of their foreign keys; rows inserted by migrations are replaced."""
    tables: list[TableClause] = list(metadata.sorted_tables)
    copies_index = source.dialect.name == target.dialect.name == "sqlite"
    if copies_index:
        tables.append(search.sqlite_index)
    for table in reversed(metadata.sorted_tables):
        target.execute(table.delete())
    total = sum(source.execute(select(func.count()).select_from(table)).scalar_one() for table in tables)
    copied = 0
    for table in tables:
        for rows in source.execute(select(table), execution_options={"yield_per": _BATCH}).partitions():
            insert_rows(target, table, [dict(row._mapping) for row in rows])  # noqa: SLF001 - SQLAlchemy's public name
            copied += len(rows)
            progress(copied, total)
    if not copies_index:
        _index(target)
    return copied


def _index(target: Connection) -> None:
    """Rebuild the index of words: each database has its own form of it."""
    after = -1
    while rows := target.execute(_INDEXED, {"after": after}).all():
        search.index(target, {row.id: (row.title, row.text, *row.tags) for row in rows})
        after = rows[-1].id


_INDEXED = (
    select(entry.c.id, entry.c.title, entry.c.tags, entry_text.c.text)
    .join(entry_text, entry_text.c.entry_id == entry.c.id)
    .where(~entry.c.pruned, entry.c.id > bindparam("after", type_=Integer))
    .order_by(entry.c.id)
    .limit(_BATCH)
)


def _set_sequences(connection: Connection) -> None:
    """Let PostgreSQL number new rows after the copied ones."""
    for table in metadata.sorted_tables:
        if "id" in table.c:
            last = func.max(table.c.id)
            sequence = func.pg_get_serial_sequence(table.name, "id")  # null if the table has none
            connection.execute(select(func.setval(sequence, func.coalesce(last, 1), last.is_not(None))))


def _in_one_file(file: Path) -> None:
    """Make a closed store a single file without companions, and flush it to disk."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    with file.open("rb") as written:
        os.fsync(written.fileno())
