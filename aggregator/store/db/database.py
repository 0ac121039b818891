"""A connection to the store: SQLite or PostgreSQL by its URL, and the two kinds of transactions.

Whatever a driver raises leaves here as a `StoreError` with a sentence, and outages are noted (`availability`).
"""

import os
import re
import shutil
from collections.abc import Hashable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Self, cast
from urllib.parse import quote

from sqlalchemy import Connection, Engine, Table, create_engine, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, DisconnectionError, NoSuchModuleError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from aggregator.store.db import locks
from aggregator.store.db.availability import Access, Availability
from aggregator.store.db.complaints import complaint
from aggregator.store.errors import StoreError
from aggregator.tally import Count, Tally

if TYPE_CHECKING:
    from sqlalchemy.pool import PoolProxiedConnection

BUSY_TIMEOUT = 30_000  # milliseconds that a SQLite connection waits for another's transaction

_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = NORMAL",
    "foreign_keys = ON",
    f"busy_timeout = {BUSY_TIMEOUT}",
)

# Of libpq, unless the address says otherwise: a server that is gone without a word is noticed within some ten
# seconds, while connecting as well as during a statement.
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
# The last one ends a transaction that waits for its next statement. A process that was stopped in the middle of a save, or
# whose machine is gone, holds rows that all pollers need, those who want to take over its feeds included.
_SETTINGS = (
    "enable_seqscan = off",
    "enable_hashjoin = off",
    "enable_mergejoin = off",
    "jit = off",
    "idle_in_transaction_session_timeout = '15s'",
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
        self._watchers = 0
        self._watching = Lock()
        self.availability = Availability()
        self.tally = Tally()

    @classmethod
    def open(cls, url: str) -> Self:
        """Open the store at `sqlite:///FILE` or `postgresql://USER:PASSWORD@HOST/NAME`; connects at first use.

        Raises StoreError for a URL that is none.
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
                " install aggregator[postgres]"
            ) from error
        if address.get_backend_name() == "sqlite":
            _prepare_sqlite(engine)
        else:
            _prepare_postgres(engine)
        return cls(engine)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is SQLite: the few statements that differ ask here."""
        return self._writer.dialect.name == "sqlite"

    def make_file(self) -> None:
        """Make the file of a SQLite store if there is none, for its owner alone; what SQLite puts beside it gets the same mode.

        Nothing else makes one: a store whose file is gone would go on as an empty one. Never opened if it is there:
        to close it again would drop the locks that SQLite has on it.
        """
        file = self._file()
        if file:
            try:
                with suppress(FileExistsError, FileNotFoundError):  # of a missing folder, SQLite says it
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
        """Yield a connection in a transaction: all of it is done, or nothing if it raises."""
        writing = self._writer.execution_options(writes=True, tally=self.tally)
        with self._plainly(Access.WRITE), writing.connect() as connection, connection.begin():
            yield connection

    def check_writable(self) -> None:
        """Raise StoreUnavailable if the store cannot be written to; writes nothing."""
        with self.write() as connection:
            connection.execute(_WRITES_NOTHING)

    def data_version(self) -> Hashable:
        """Return what differs from the last time if anybody committed meanwhile; of SQLite alone.

        Takes some microseconds: https://sqlite.org/pragma.html#pragma_data_version. It counts the commits of other
        connections, so that the one it is asked on does nothing else; each connection counts for itself.
        """
        with self._plainly(Access.READ), self._watching:
            if self._watcher is None or not _is_in_place(self._watcher.info):
                self._stop_watching()
                self._watcher = self._writer.raw_connection()
                self._watcher.detach()  # the pool would take it for one in use
                self._watchers += 1
            return self._watchers, self._watcher.cursor().execute("PRAGMA data_version").fetchone()[0]

    def free_bytes(self) -> int | None:
        """Return how much room the disk of a SQLite store has; None if that is not known here."""
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
        """Say in a sentence what a driver complains about."""
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
    @event.listens_for(engine, "do_connect")
    def open_existing(_dialect: object, _record: object, arguments: Any, options: Any) -> None:
        arguments[0] = f"file:{quote(arguments[0])}?mode=rw"
        options["uri"] = True

    @event.listens_for(engine, "connect")
    def connect(connection: Any, record: Any) -> None:
        record.info.update(file=engine.url.database, identity=_identity(engine.url.database))
        # The driver shall not begin transactions by itself: ours begin below.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in _PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
        # SQLite's own knows ASCII alone: a title in Cyrillic would not be found in another case.
        connection.create_function("lower", 1, _lower, deterministic=True)

    @event.listens_for(engine, "checkout")
    def check_out(_connection: Any, record: Any, _proxy: object) -> None:
        if not _is_in_place(record.info):
            raise DisconnectionError("another file is in its place")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A transaction that reads before it writes would fail at once if another writes meanwhile;
        # one that is announced as writing waits its turn (busy_timeout).
        writes = connection.get_execution_options().get("writes", False)
        if not writes:
            connection.exec_driver_sql("BEGIN")
            return
        with locks.waiting(connection):
            connection.exec_driver_sql("BEGIN IMMEDIATE")


def _identity(file: str | None) -> tuple[int, int] | None:
    """Tell one file from another that has its name later."""
    try:
        found = os.stat(str(file))  # noqa: PTH116 - at each use: a Path would take three times as long
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _is_in_place(info: Any) -> bool:
    """Whether the file that a connection has open is still the one of its name: else what it writes would be lost."""
    return info.get("identity") is not None and _identity(info["file"]) == info["identity"]
