"""What is said of a store that does not answer, and what it does to those who ask."""

import shutil
import socket
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from aggregator import store
from aggregator.store import Database, StoreError, StoreUnavailable
from aggregator.store.db import database
from aggregator.store.db.availability import Access, Availability
from tests.support.databases import Postgres, migrated_sqlite

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Database]:
    """A SQLite store in `tmp_path / store.db` that has answered."""
    with closing(Database.open(migrated_sqlite(tmp_path / "store.db"))) as db:
        store.timeline_version(db)
        yield db


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records]


class Uses:
    """A store that is used now and then, under a clock of this test."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.availability = Availability(lambda: self.seconds)

    def succeed(self, access: Access = Access.WRITE) -> None:
        with self.availability.attempt(access):
            pass

    def fail(self, access: Access = Access.WRITE) -> None:
        with pytest.raises(StoreUnavailable), self.availability.attempt(access):
            raise StoreUnavailable("its disk is full")


def test_an_outage_is_logged_once_and_then_now_and_then_and_so_is_its_end(
    caplog: pytest.LogCaptureFixture,
) -> None:
    uses = Uses()
    uses.succeed()
    for _ in range(600):
        uses.fail()
        uses.fail(Access.READ)
        uses.seconds += 1
    for _ in range(20):
        uses.succeed(Access.READ)
        uses.succeed()
        uses.seconds += 1

    assert said(caplog) == [
        "its disk is full; trying again until it works",
        "its disk is full; trying again until it works",
        "the database works again; it was out of use for 10 minutes",
    ]


def test_what_can_be_read_and_not_written_to_does_not_work_again(caplog: pytest.LogCaptureFixture) -> None:
    uses = Uses()
    uses.succeed()
    uses.fail()
    for _ in range(100):
        uses.seconds += 1
        uses.succeed(Access.READ)

    assert said(caplog) == ["its disk is full; trying again until it works"]


def test_a_damaged_file_that_answers_some_questions_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    uses = Uses()
    uses.succeed()
    for _ in range(50):
        uses.fail(Access.READ)
        uses.succeed()
        uses.seconds += 5

    assert said(caplog) == ["its disk is full; trying again until it works"]


def test_a_command_that_ends_with_the_first_failure_says_it_once(caplog: pytest.LogCaptureFixture) -> None:
    Uses().fail()

    assert said(caplog) == []


def test_a_store_that_is_put_back_is_read_and_written_to_without_a_restart(
    opened: Database, tmp_path: Path
) -> None:
    before = opened.data_version()
    shutil.move(tmp_path / "store.db", tmp_path / "moved.db")
    with pytest.raises(StoreUnavailable):
        opened.data_version()
    shutil.move(tmp_path / "moved.db", tmp_path / "store.db")

    assert opened.data_version() != before, "whatever is remembered of the store has to be asked for again"
    store.record_heartbeat(opened, "poller", NOW)
    assert store.last_heartbeat(opened) == NOW


def test_nothing_is_written_to_a_file_that_is_no_longer_in_its_place(
    opened: Database, tmp_path: Path
) -> None:
    (tmp_path / "store.db").rename(tmp_path / "moved.db")
    with pytest.raises(StoreUnavailable):
        store.record_heartbeat(opened, "poller", NOW)

    with closing(Database.open(f"sqlite:///{tmp_path / 'moved.db'}")) as moved:
        assert store.last_heartbeat(moved) is None
    assert not (tmp_path / "store.db").exists(), "an empty one in its place would be taken for the store"


def test_a_file_that_took_the_place_of_another_is_used_from_then_on(opened: Database, tmp_path: Path) -> None:
    with closing(Database.open(migrated_sqlite(tmp_path / "other.db"))) as other:
        store.record_heartbeat(other, "another", NOW)
    with closing(sqlite3.connect(tmp_path / "other.db")) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    for suffix in ("-wal", "-shm"):
        (tmp_path / f"store.db{suffix}").unlink(missing_ok=True)
    (tmp_path / "other.db").replace(tmp_path / "store.db")

    assert set(store.heartbeats(opened)) == {"another"}


def test_a_damaged_file_is_said_to_be_one(tmp_path: Path) -> None:
    (tmp_path / "store.db").write_bytes(b"no database at all" * 1000)

    with (
        closing(Database.open(f"sqlite:///{tmp_path / 'store.db'}")) as db,
        pytest.raises(StoreUnavailable, match="it is damaged: move it away, and restore the last backup"),
    ):
        store.migrate(db)


def test_a_server_that_takes_no_writes_is_said_to_be_one(postgres: Postgres) -> None:
    url = f"{postgres.migrated()}&options=-c%20default_transaction_read_only%3Don"
    with closing(Database.open(url)) as db:
        assert store.heartbeats(db) == {}
        with pytest.raises(
            StoreUnavailable, match="this server takes no writes: give --database one that does"
        ):
            store.record_heartbeat(db, "poller", NOW)


def test_while_it_takes_long_to_find_out_others_are_refused_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes connections and never answers
        url = f"postgresql://nobody@127.0.0.1:{silent.getsockname()[1]}/none?connect_timeout=2"
        with closing(Database.open(url)) as db:
            spans = [_refused_after(db) for _ in range(20)]

    assert spans[0] > 1
    assert sum(spans[1:]) < 1


def _refused_after(db: Database) -> float:
    began = time.monotonic()
    with pytest.raises(StoreUnavailable):
        store.timeline_version(db)
    return time.monotonic() - began


def test_a_row_that_a_constraint_refuses_is_no_outage(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(StoreError) as raised, database.write() as connection:
        connection.execute(text("INSERT INTO former_slug (slug, feed_id) VALUES ('a', 77)"))

    assert not isinstance(raised.value, StoreUnavailable)
    assert not said(caplog)


def test_a_transaction_whose_process_was_stopped_lets_go_what_others_wait_for(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    setting = "idle_in_transaction_session_timeout"
    assert any(each.startswith(setting) for each in database._SETTINGS)
    monkeypatch.setattr(database, "_SETTINGS", (f"{setting} = '300ms'",))
    url = postgres.migrated()
    lock = text("SELECT id FROM revision WHERE id = 1 FOR UPDATE")

    with (  # noqa: PT012 - what is between the two statements is the point
        closing(Database.open(url)) as stopped,
        closing(Database.open(url)) as other,
        pytest.raises(StoreError),
        stopped.write() as connection,
    ):
        connection.execute(lock)
        with other.write() as waiting:
            waiting.execute(lock)  # would wait forever
        connection.execute(lock)  # awake again: it writes nothing
