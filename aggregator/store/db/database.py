"""A connection to the store: SQLite or PostgreSQL by its URL, and the two kinds of transactions.

Errors of drivers are raised as `StoreError` with a sentence, and outages are noted (`availability`).
"""

import os
import re
import shutil
from collections.abc import Hashable, Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Self, cast
from urllib.parse import quote

from sqlalchemy import Connection, Engine, Table, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, DisconnectionError, NoSuchModuleError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from aggregator.store.db import locks
from aggregator.store.db.availability import Access, Availability
from aggregator.store.db.complaints import complaint
from aggregator.store.errors import StoreError
from aggregator.tally import Count, Tally

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql
    from sqlalchemy.pool import PoolProxiedConnection

BUSY_TIMEOUT = 30_000  # milliseconds that a SQLite connection waits for another's transaction

_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = NORMAL",
    "foreign_keys = ON",
    f"busy_timeout = {BUSY_TIMEOUT}",
)

# For libpq, unless the URL says otherwise: a server that vanished is noticed within about ten seconds, while
# connecting as well as during a statement.
_LIBPQ_DEFAULTS = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,  # milliseconds
}


_WRITES_NOTHING = text("UPDATE revision SET number = number WHERE id = 0")  # no row has this id


# Statements are prepared, and the server keeps the plans that it makes of them. What it plans while a table is nearly
# empty (to read all of it, or to join all of it) would still be done when it holds a million rows. Each of our
# statements has an index for what it looks up, and none runs long enough to be worth compiling.
#
# The last one ends a transaction that waits for its next statement. A process that was stopped in the middle
# of a save, or whose machine is gone, holds locks that all pollers need, also those that would take over its
# feeds.
_SETTINGS = (
    "enable_seqscan = off",
    "enable_hashjoin = off",
    "enable_mergejoin = off",
    "jit = off",
    "idle_in_transaction_session_timeout = '15s'",
)


def insert_into(connection: Connection, table: Table) -> "postgresql.Insert":
    """Return an INSERT with ON CONFLICT, which both databases write alike."""
    dialect = import_module(
        f"sqlalchemy.dialects.{connection.dialect.name}"
    )  # the other's takes a while to import
    return cast("postgresql.Insert", dialect.insert(table))


class Database:
    """The open store. Thread-safe; each process opens its own."""

    def __init__(self, engine: Engine) -> None:
        self._writer = engine
        # A page takes several statements: they must see one state of the store. SQLite does so by itself.
        self._reader = (
            engine if self.is_sqlite else engine.execution_options(isolation_level="REPEATABLE READ")
        )
        self._watcher: PoolProxiedConnection | None = None
        self._watchers = 0
        self._watching = Lock()
        self.availability = Availability()
        self.tally = Tally()

    @classmethod
    def open(cls, url: str) -> Self:
        """Open the store at `sqlite:///FILE` or `postgresql://USER:PASSWORD@HOST/NAME`; connects at first use.

        Raises StoreError for an invalid URL.
        """
        try:
            address = _with_driver(make_url(url))
            engine = create_engine(address, **_engine_options(address))
        except (ArgumentError, NoSuchModuleError) as error:
            raise StoreError(
                f"`{re.sub('//[^/]*@', '//***@', url)}` is no address of a database; write sqlite:///FILE or postgresql://USER@HOST/NAME"
            ) from error
        except ModuleNotFoundError as error:
            raise StoreError(
                f"the driver for `{address.get_backend_name()}` is not installed ({error.name});"
                " install its extra `postgres`, as with pip install '.[postgres]' in a checkout"
            ) from error
        if address.get_backend_name() == "sqlite":
            _prepare_sqlite(engine)
        else:
            _prepare_postgres(engine)
        return cls(engine)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is SQLite, for the few statements that differ."""
        return self._writer.dialect.name == "sqlite"

    def make_file(self) -> None:
        """Create the file of a SQLite store if it is missing, for its owner only; SQLite gives its companion files the same mode.

        Nothing else creates it: a store whose file is gone would continue as an empty one. An existing file
        is never opened: closing it again would drop SQLite's locks on it.
        """
        file = self._file()
        if file:
            try:
                with suppress(FileExistsError, FileNotFoundError):  # a missing folder is reported by SQLite
                    os.close(os.open(file, os.O_CREAT | os.O_EXCL, 0o600))
            except OSError as error:
                raise complaint(error, self._writer.url) from error

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Yield a connection that sees one state of the store."""
        with self._plainly(Access.READ), self._reader.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Yield a connection in a transaction, which is rolled back if the block raises."""
        writing = self._writer.execution_options(writes=True, tally=self.tally)
        with self._plainly(Access.WRITE), writing.connect() as connection, connection.begin():
            yield connection

    def check_writable(self) -> None:
        """Raise StoreUnavailable if the store cannot be written to; writes nothing."""
        with self.write() as connection:
            connection.execute(_WRITES_NOTHING)

    def data_version(self) -> Hashable:
        """Return a value that changes when another connection commits; SQLite only.

        Takes some microseconds: https://sqlite.org/pragma.html#pragma_data_version. It counts the commits of
        other connections, so the connection used here is used for nothing else; each connection has its own
        count.
        """
        with self._plainly(Access.READ), self._watching:
            if self._watcher is None or not _is_in_place(self._watcher.info):
                self._stop_watching()
                self._watcher = self._writer.raw_connection()
                self._watcher.detach()  # else the pool would consider it in use
                self._watchers += 1
            return self._watchers, self._watcher.cursor().execute("PRAGMA data_version").fetchone()[0]

    def free_bytes(self) -> int | None:
        """Return the free bytes on the disk of a SQLite store; None if unknown."""
        file = self._file()
        if file is None:
            return None
        try:
            return shutil.disk_usage(Path(file).resolve().parent).free
        except OSError:
            return None

    def close(self) -> None:
        """Close all connections."""
        with self._watching:
            self._stop_watching()
        self._writer.dispose()

    def _file(self) -> str | None:
        return self._writer.url.database if self.is_sqlite else None

    def _stop_watching(self) -> None:
        if self._watcher is not None:
            self._watcher.close()
            self._watcher = None

    @contextmanager
    def _plainly(self, access: Access) -> Iterator[None]:
        """Convert the errors of a driver to StoreError."""
        with self.availability.attempt(access):
            try:
                yield
            except (DBAPIError, PoolTimeoutError, self._writer.dialect.loaded_dbapi.Error) as error:
                self.tally.add(Count.STORE_ERRORS)
                raise complaint(error, self._writer.url) from error


def _engine_options(address: URL) -> dict[str, Any]:
    if address.get_backend_name() == "sqlite":
        return {}
    defaults = {name: value for name, value in _LIBPQ_DEFAULTS.items() if name not in address.query}
    return {"pool_pre_ping": True, "connect_args": defaults}


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


def _lower(value: str | None) -> str | None:
    return None if value is None else value.lower()


def _prepare_postgres(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def connect(connection: Any, _: object) -> None:
        with connection.cursor() as cursor:
            for setting in _SETTINGS:
                cursor.execute(f"SET {setting}")
        connection.commit()


def _prepare_sqlite(engine: Engine) -> None:
    existing = f"file:{quote(str(Path(str(engine.url.database)).absolute()))}?mode=rw"

    @event.listens_for(engine, "do_connect")
    def open_existing(_dialect: object, _record: object, arguments: Any, options: Any) -> None:
        # Not made from `arguments`: SQLAlchemy 2.0 hands the same list to every connection.
        arguments[0] = existing
        options["uri"] = True

    @event.listens_for(engine, "connect")
    def connect(connection: Any, record: Any) -> None:
        record.info.update(file=engine.url.database, identity=_identity(engine.url.database))
        # The driver must not begin transactions by itself: ours begin below.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in _PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
        # SQLite's own handles only ASCII: a title in Cyrillic would not be found in another case.
        connection.create_function("lower", 1, _lower, deterministic=True)

    @event.listens_for(engine, "checkout")
    def check_out(_connection: Any, record: Any, _proxy: object) -> None:
        if not _is_in_place(record.info):
            raise DisconnectionError("another file is in its place")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A transaction that reads before it writes would fail at once if another writes meanwhile; BEGIN
        # IMMEDIATE waits for the other (busy_timeout).
        writes = connection.get_execution_options().get("writes", False)
        if not writes:
            connection.exec_driver_sql("BEGIN")
            return
        with locks.waiting(connection):
            connection.exec_driver_sql("BEGIN IMMEDIATE")


def _identity(file: str | None) -> tuple[int, int] | None:
    """Return an identity of a file that another one under its name does not share."""
    try:
        found = os.stat(str(file))  # noqa: PTH116 - called at each use: a Path would take three times as long
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _is_in_place(info: Any) -> bool:
    """Whether the file that a connection has open still has its name: otherwise its writes would be lost."""
    return info.get("identity") is not None and _identity(info["file"]) == info["identity"]
