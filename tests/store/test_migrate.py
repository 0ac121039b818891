import sqlite3
import threading
from contextlib import closing
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import JSON, Column, Connection, DateTime, MetaData, String, Table, insert, select, text

from aggregator import explain, store
from aggregator.model import (
    DocumentWarning,
    DoubtKind,
    Entry,
    Fault,
    FaultCode,
    FeedState,
    FilteredBy,
    FilterRule,
    HoldEvidence,
    HoldSign,
    ValidatorDoubt,
    WarningCode,
)
from aggregator.store import Database, NewerStoreError, StoreError
from aggregator.store.db.schema import known_versions
from aggregator.store.db.tables import entry, feed, metadata, poll
from aggregator.store.db.upgrade import upgrade
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


def test_the_newest_file_of_migrations_is_the_last_migration() -> None:
    scripts = ScriptDirectory(str(Path(store.__file__).parent / "migrations"))

    assert scripts.get_heads() == known_versions()[-1:]
    assert {script.revision for script in scripts.walk_revisions()} == set(known_versions())


def test_every_field_of_the_state_of_polls_has_a_column() -> None:
    assert {field.name for field in fields(FeedState)} <= set(feed.c.keys())


def test_every_field_of_an_entry_has_a_column_but_what_has_a_table_or_is_not_kept() -> None:
    assert {field.name for field in fields(Entry)} - set(entry.c.keys()) == {"text", "prose", "hosts"}


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
            assert store.timeline_version(db).number == 0


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
            store.timeline_version(db)


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


def test_sentences_of_the_first_version_become_codes(tmp_path: Path, postgres: Postgres) -> None:
    for url in (f"sqlite:///{tmp_path / 'old.db'}", postgres.empty()):
        with closing(Database.open(url)) as db:
            db.make_file()
            with db.write() as connection:
                upgrade(connection, "0001")
            with db.write() as connection:
                _insert_old_rows(connection)
            store.migrate(db)
            with db.read() as connection:
                state = connection.execute(select(feed)).one()
                filters = connection.execute(select(entry.c.left_out).order_by(entry.c.id)).scalars().all()
                polls = connection.execute(select(poll.c.result, poll.c.details).order_by(poll.c.id)).all()

        assert state.hold == (HoldEvidence(HoldSign.TITLE, before="Ponds", now="Casino"),)
        assert state.warnings == (DocumentWarning(WarningCode.TOLD, "an entry has no date"),)
        assert [explain.warning(one) for one in state.warnings] == ["an entry has no date"]
        assert state.validator_doubts == (ValidatorDoubt(DoubtKind.MISSED_CHANGE),)
        assert state.why == ()
        assert state.fault == Fault(FaultCode.TLS_FAILED, {"told": "TLS certificate expired on 2026-03-01"})
        assert explain.fault(state.fault) == "TLS certificate expired on 2026-03-01"
        assert [explain.poll(*row, "a") for row in polls] == ["4 entries", "unchanged (304)"]
        assert filters == [
            None,
            FilteredBy(FilterRule.INCLUDE, ("a", "b")),
            FilteredBy(FilterRule.HIDE_ID, ("guid",)),
        ]


def _insert_old_rows(connection: Connection) -> None:
    """Write a feed and three entries as the first version did."""
    tables = MetaData()
    tables.reflect(connection, only=["host", "feed", "poll", "post", "entry"])
    at = datetime(2026, 3, 2, 12, tzinfo=UTC)
    connection.execute(insert(tables.tables["host"]).values(name="a.test"))
    _insert(
        connection,
        tables.tables["feed"],
        at,
        id=1,
        host="a.test",
        state="on hold",
        validators={},
        hints={},
        fault={"kind": "tls", "sentence": "TLS certificate expired on 2026-03-01"},
        warnings=["an entry has no date", "its validators mislead: 304 although the feed had changed"],
        hold="looks like another site: its title was “Ponds” and is now “Casino”, and none of its entries is known",
    )
    for number, (result, sentence) in enumerate(
        (("read", "4 entries"), ("not modified", "unchanged (304)")), 1
    ):
        row: dict[str, Any] = {"id": number, "feed_id": 1, "result": result, "sentence": sentence}
        _insert(connection, tables.tables["poll"], at, **row)
    sentences = (
        None,
        "filtered: it matches nothing in the source's `include` (`a`, `b`)",
        "hidden by its id `guid`, which stands in `hide`",
    )
    for number, left_out in enumerate(sentences, 1):
        _insert(connection, tables.tables["post"], at, id=number, public_id=f"urn:uuid:{number}")
        _insert(
            connection, tables.tables["entry"], at, id=number, feed_id=1, post_id=number, left_out=left_out
        )


def _insert(connection: Connection, table: Table, at: datetime, **values: Any) -> None:
    """Insert a row whose other columns hold something of their type."""
    needed = {column.name: _something(column, at) for column in table.columns if not column.nullable}
    connection.execute(insert(table).values({**needed, **values}))


def _something(column: Column[Any], at: datetime) -> Any:
    kind = type(column.type)
    if issubclass(kind, DateTime):
        return at
    if issubclass(kind, JSON):
        return []
    return "" if issubclass(kind, String) else 0
