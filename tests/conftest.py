"""The fixtures that all tests share; `tests/README.md` says which one to take.

Each imports what it needs when it is first asked for, so that a part of the tests runs without loading the whole.
"""

import asyncio
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.clock import ManualClock
from tests.support.corpus import MISSING, Sample, samples

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from aggregator.reading.reader import Reader
    from aggregator.store import Database
    from tests.support.browser import Live, Open
    from tests.support.commands import Command
    from tests.support.databases import Postgres
    from tests.support.publisher import Certificates, Publisher
    from tests.support.site import Site
    from tests.support.world import World

    OpenWorld = Callable[[Database], AbstractContextManager[World]]

# ruff: noqa: PLC0415 - see above


@pytest.fixture
def clock() -> ManualClock:
    """A clock that stands until a test moves it."""
    return ManualClock()


@pytest.fixture
def corpus() -> list[Sample]:
    """All documents of the feed corpus; the test is skipped if it is missing."""
    return samples() or pytest.skip(MISSING)


@pytest.fixture
def command(tmp_path: Path) -> Iterator["Command"]:
    """The real command in an empty folder; its processes end with the test."""
    from tests.support.commands import Command

    made = Command(tmp_path)
    yield made
    made.end_all()


# --- publishers -----------------------------------------------------------------------------------------------


@pytest.fixture
def publisher() -> Iterator["Publisher"]:
    """A real web server on loopback that serves feeds, and misbehaves as told."""
    from tests.support.publisher import Publisher

    with Publisher() as server:
        yield server


@pytest.fixture(scope="session")
def certificates() -> "Certificates":
    """TLS certificates, good and bad, of an authority made for this run."""
    from tests.support.publisher import Certificates

    return Certificates()


# --- stores ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def postgres() -> Iterator["Postgres"]:
    """A real PostgreSQL server, started for the first test that asks for it."""
    from tests.support.databases import running_postgres

    with running_postgres() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty, migrated store; a test runs once on each database."""
    from tests.support.databases import migrated_sqlite

    if request.param == "sqlite":
        return migrated_sqlite(tmp_path / "store.db")
    server: Postgres = request.getfixturevalue("postgres")
    return server.migrated()


@pytest.fixture
def database(database_url: str) -> Iterator["Database"]:
    """An empty, migrated store, opened; a test runs once on each database."""
    from aggregator.store import Database

    with closing(Database.open(database_url)) as opened:
        yield opened


# --- polls ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def poll_runner() -> Iterator[asyncio.Runner]:
    """The event loop that all worlds share."""
    with asyncio.Runner() as loop:
        yield loop


@pytest.fixture(scope="session")
def poll_reader(poll_runner: asyncio.Runner) -> Iterator["Reader"]:
    """A reader with one worker process, shared by all worlds."""
    from aggregator.reading.reader import Reader

    reader = Reader(1)
    poll_runner.run(reader.__aenter__())
    yield reader
    poll_runner.run(reader.__aexit__(None, None, None))


@pytest.fixture
def open_world(
    *,
    poll_runner: asyncio.Runner,
    poll_reader: "Reader",
    clock: ManualClock,
    publisher: "Publisher",
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> "OpenWorld":
    """Make a world on a store."""
    from aggregator.sources import watch
    from tests.support.world import World

    # A file that lost sources counts at once: what it waits for by the real clock is tested with `SourcesFile`.
    monkeypatch.setattr(watch, "SETTLES", 0.0)

    return lambda database: closing(
        World(
            runner=poll_runner,
            reader=poll_reader,
            database=database,
            clock=clock,
            publisher=publisher,
            path=tmp_path / "sources.toml",
        )
    )


@pytest.fixture
def world(open_world: "OpenWorld", database: "Database") -> Iterator["World"]:
    """The real poller over simulated days; a test runs once on each database."""
    with open_world(database) as made:
        yield made


@pytest.fixture
def sqlite_world(open_world: "OpenWorld", tmp_path: Path) -> Iterator["World"]:
    """A world on SQLite alone, for what takes long and does not depend on the database."""
    from aggregator.store import Database
    from tests.support.databases import migrated_sqlite

    with (
        closing(Database.open(migrated_sqlite(tmp_path / "world.db"))) as database,
        open_world(database) as made,
    ):
        yield made


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder that is a file system of eight megabytes; skipped if the machine lets nobody mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("mounting a small file system takes root")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


# --- pages ----------------------------------------------------------------------------------------------------


@pytest.fixture
def site(tmp_path: Path, clock: ManualClock) -> Iterator["Site"]:
    """An empty site on SQLite, asked without a server."""
    from aggregator.store import Database
    from tests.support.databases import migrated_sqlite
    from tests.support.site import Site

    with closing(Database.open(migrated_sqlite(tmp_path / "site.db"))) as database:
        yield Site(database, clock)


@pytest.fixture
def any_site(database: "Database", clock: ManualClock) -> "Site":
    """An empty site; a test runs once on each database."""
    from tests.support.site import Site

    return Site(database, clock)


@pytest.fixture
def live(tmp_path: Path) -> Iterator["Live"]:
    """A filled site that answers on loopback, for this test alone."""
    from tests.support.browser import filled_site

    with filled_site(tmp_path / "live.db") as served:
        yield served


@pytest.fixture(scope="module")
def shared_live(tmp_path_factory: pytest.TempPathFactory) -> Iterator["Live"]:
    """A filled site that the tests of a module only read."""
    from tests.support.browser import filled_site

    with filled_site(tmp_path_factory.mktemp("live") / "live.db") as served:
        yield served


@pytest.fixture(scope="module")  # Playwright's event loop is in the way of those that other tests run
def browser() -> Iterator["Browser"]:
    """The machine's Chromium; without one the test is skipped, in CI it fails."""
    from tests.support.browser import NO_BROWSER, chromium
    from tests.support.programs import missing

    with chromium() as found:
        if found is None:
            missing(NO_BROWSER)
        assert found is not None
        yield found


@pytest.fixture(scope="session")
def axe() -> str:
    """The script of axe-core, which finds what stands in the way of people; without it as for the browser."""
    from tests.support.browser import AXE, NO_AXE
    from tests.support.programs import missing

    if not AXE.exists():
        missing(NO_AXE)
    return AXE.read_text(encoding="utf-8")


@pytest.fixture
def open_page(browser: "Browser") -> Iterator["Open"]:
    """Open an address in a new browser profile."""
    from tests.support.browser import visits

    with visits(browser) as open_it:
        yield open_it
