"""A connection to the store: SQLite or PostgreSQL by its URL, and the two kinds of transactions.

Whatever a driver raises leaves here as a `StoreError` with a sentence.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Self, cast

from sqlalchemy import Connection, Engine, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from aggregator.store.errors import StoreError

if TYPE_CHECKING:
    from sqlalchemy.pool import PoolProxiedConnection

BUSY_TIMEOUT = 30_000  # milliseconds that a SQLite connection waits for another's transaction

_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = NORMAL",
    "foreign_keys = ON",
    f"busy_timeout = {BUSY_TIMEOUT}",
)


def insert_into(connection: Connection, table: Table) -> postgresql.Insert:
    """Return an INSERT that can say what to do on a conflict; both databases say it in the same words."""
    if connection.dialect.name == "sqlite":
        return cast("postgresql.Insert", sqlite.insert(table))
    return postgresql.insert(table)


class Database:
    """The store, open. Safe to share between threads; each process opens its own."""

    def __init__(self, engine: Engine) -> None:
        self._writer = engine
        # A page takes several statements: they must see one state of the store. SQLite does so by itself.
        self._reader = (
            engine if self.is_sqlite else engine.execution_options(isolation_level="REPEATABLE READ")
        )
        self._watcher: PoolProxiedConnection | None = None
        self._watching = Lock()

    @classmethod
    def open(cls, url: str) -> Self:
        """Open the store at `sqlite:///FILE` or `postgresql://USER:PASSWORD@HOST/NAME`; connects at first use.

        Raises StoreError for a URL that is none.
        """
        try:
            address = _with_driver(make_url(url))
            engine = create_engine(address, pool_pre_ping=address.get_backend_name() != "sqlite")
        except (ArgumentError, NoSuchModuleError) as error:
            raise StoreError(
                f"`{url}` is no address of a database; write sqlite:///FILE or postgresql://USER@HOST/NAME"
            ) from error
        except ModuleNotFoundError as error:
            raise StoreError(
                f"the driver for `{address.get_backend_name()}` is not installed ({error.name});"
                " install aggregator[postgres]"
            ) from error
        if address.get_backend_name() == "sqlite":
            _prepare_sqlite(engine)
        return cls(engine)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is SQLite: the few statements that differ ask here."""
        return self._writer.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Yield a connection that sees one state of the store."""
        with self._plainly(), self._reader.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Yield a connection in a transaction: all of it is done, or nothing where it raises."""
        writing = self._writer.execution_options(writes=True)
        with self._plainly(), writing.connect() as connection, connection.begin():
            yield connection

    def data_version(self) -> int:
        """Return a number that differs from the last one if anybody committed meanwhile; of SQLite alone.

        Takes some microseconds: https://sqlite.org/pragma.html#pragma_data_version. It counts the commits of other
        connections, so that the one it is asked on does nothing else.
        """
        with self._plainly(), self._watching:
            if self._watcher is None:
                self._watcher = self._writer.raw_connection()
                self._watcher.detach()  # the pool would take it for one in use
            return int(self._watcher.cursor().execute("PRAGMA data_version").fetchone()[0])

    def free_bytes(self) -> int | None:
        """Return how much room the disk of a SQLite store has; None if that is not known here."""
        file = self._writer.url.database
        if not self.is_sqlite or not file:
            return None
        try:
            return shutil.disk_usage(Path(file).resolve().parent).free
        except OSError:
            return None

    def close(self) -> None:
        """Close all connections."""
        with self._watching:
            if self._watcher is not None:
                self._watcher.close()
                self._watcher = None
        self._writer.dispose()

    @contextmanager
    def _plainly(self) -> Iterator[None]:
        """Say in a sentence what a driver complains about."""
        try:
            yield
        except (DBAPIError, PoolTimeoutError, self._writer.dialect.loaded_dbapi.Error) as error:
            reason = str(error.orig if isinstance(error, DBAPIError) else error).strip().splitlines()
            raise StoreError(
                f"cannot use the database {self._writer.url.render_as_string()}:"
                f" {reason[0] if reason else error}; {_advice(str(error))}"
            ) from error


def _with_driver(address: URL) -> URL:
    backend = address.get_backend_name()
    if backend == "postgres":  # as many platforms still write it
        return address.set(drivername="postgresql+psycopg")
    if backend == "postgresql" and "+" not in address.drivername:
        return address.set(drivername="postgresql+psycopg")
    if backend not in ("sqlite", "postgresql"):
        raise ArgumentError(f"{backend} is not supported")
    if backend == "sqlite" and address.database in (None, "", ":memory:"):
        raise ArgumentError("a store in memory is lost between two connections")
    return address


def _advice(reason: str) -> str:
    if "no such table" in reason or "does not exist" in reason:
        return "run `aggregator migrate`, or check --database"
    return "check --database"


def _lower(value: str | None) -> str | None:
    return None if value is None else value.lower()


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "do_connect")
    def make_file(_dialect: object, _record: object, arguments: Any, _options: object) -> None:
        # For its owner alone: SQLite would let everybody read it. What SQLite puts beside it gets the same mode.
        # Never opened if it is there: to close it again would drop the locks that SQLite has on it.
        with suppress(OSError):  # SQLite says what is wrong
            os.close(os.open(arguments[0], os.O_CREAT | os.O_EXCL, 0o600))

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _: object) -> None:
        # The driver shall not begin transactions by itself: ours begin below.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in _PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
        # SQLite's own knows ASCII alone: a title in Cyrillic would not be found in another case.
        connection.create_function("lower", 1, _lower, deterministic=True)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A transaction that reads before it writes would fail at once where another writes meanwhile;
        # one that is announced as writing waits its turn (busy_timeout).
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
