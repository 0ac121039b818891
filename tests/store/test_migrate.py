import sqlite3
import threading
from contextlib import closing
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from aggregator import store
from aggregator.model import Entry, PollState
from aggregator.store import Database, NewerStoreError, StoreError
from aggregator.store.tables import entry, feed, metadata
from tests.support.databases import Postgres


def own_tables(_: Any, name: str | None, kind: str, *__: Any) -> bool:
    """Leave out the index of words, which has other columns on each database and so stands in no model."""
    return not (kind in ("table", "index") and name and "entry_search" in name)


def test_the_migrations_make_what_the_models_say(database: Database) -> None:
    with database.read() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_object": own_tables}
        )
        assert compare_metadata(context, metadata) == []


def test_every_field_of_the_state_of_polls_has_a_column() -> None:
    assert {field.name for field in fields(PollState)} <= set(feed.c.keys())


def test_every_field_of_an_entry_has_a_column_but_the_text_which_has_a_table() -> None:
    assert {field.name for field in fields(Entry)} - set(entry.c.keys()) == {"text"}


def test_processes_that_migrate_at_once_wait_for_one_another(tmp_path: Path, postgres: Postgres) -> None:
    for url in (f"sqlite:///{tmp_path / 'new.db'}", postgres.empty()):
        faults: list[Exception] = []

        def migrate(url: str = url, faults: list[Exception] = faults) -> None:
            try:
                with closing(Database.open(url)) as db:
                    store.migrate(db)
            except StoreError as error:
                faults.append(error)

        threads = [threading.Thread(target=migrate) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert faults == []
        with closing(Database.open(url)) as db:
            assert store.revision(db).number == 0


def test_a_store_of_a_newer_version_is_left_alone(tmp_path: Path, postgres: Postgres) -> None:
    for url in (f"sqlite:///{tmp_path / 'new.db'}", postgres.empty()):
        with closing(Database.open(url)) as db:
            store.migrate(db)
            with db.write() as connection:
                connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

            with pytest.raises(NewerStoreError, match=r"made by a newer version of aggregator .*9999"):
                store.migrate(db)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("sqlite:////no/such/folder/store.db", "cannot use the database .*unable to open .*check --database"),
        ("postgresql://nobody@127.0.0.1:1/none", "cannot use the database .*refused.*check --database"),
        ("mysql://root@localhost/x", "no address of a database; write sqlite:///FILE"),
        ("store.db", "no address of a database; write sqlite:///FILE"),
        ("sqlite://", "no address of a database"),
    ],
)
def test_a_store_that_cannot_be_opened_says_what_to_do(url: str, sentence: str) -> None:
    with pytest.raises(StoreError, match=sentence), closing(Database.open(url)) as db:
        store.migrate(db)


def test_a_password_is_not_told() -> None:
    url = "postgresql://nobody:hunter2@127.0.0.1:1/none"
    with pytest.raises(StoreError) as caught, closing(Database.open(url)) as db:
        store.migrate(db)

    assert "hunter2" not in str(caught.value)


def test_an_empty_store_says_to_migrate(tmp_path: Path, postgres: Postgres) -> None:
    for url in (f"sqlite:///{tmp_path / 'empty.db'}", postgres.empty()):
        with pytest.raises(StoreError, match="aggregator migrate"), closing(Database.open(url)) as db:
            store.revision(db)


def test_sqlite_runs_as_the_design_says(tmp_path: Path) -> None:
    with closing(Database.open(f"sqlite:///{tmp_path / 'store.db'}")) as db:
        store.migrate(db)
        with db.read() as connection:
            pragmas = {
                name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            }

    assert pragmas == {"journal_mode": "wal", "synchronous": 1, "foreign_keys": 1, "busy_timeout": 30_000}


def test_a_file_that_is_no_database_says_so(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("these are my notes, and no database at all\n" * 50)

    with (
        pytest.raises(StoreError, match="not a database"),
        closing(Database.open(f"sqlite:///{tmp_path / 'notes.txt'}")) as db,
    ):
        store.migrate(db)
    assert sqlite3.sqlite_version_info >= (3, 35)  # RETURNING
