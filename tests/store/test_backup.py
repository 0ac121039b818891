import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, text

from aggregator import store
from aggregator.store import Database, StoreError
from aggregator.store.db.schema import known_versions
from aggregator.store.db.tables import metadata
from tests.store.newsroom import Newsroom, a_source, an_entry
from tests.support.world import World

if TYPE_CHECKING:
    from aggregator.model import SaveSummary
    from tests.support.databases import Postgres


@pytest.fixture(params=["sqlite", "postgresql"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database without any table, of either kind."""
    url = f"sqlite:///{tmp_path / 'target.db'}"
    if request.param == "postgresql":
        postgres: Postgres = request.getfixturevalue("postgres")
        url = postgres.empty()
    with closing(Database.open(url)) as opened:
        yield opened


def ignore(_done: int, _total: int) -> None:
    pass


def content(database: Database) -> dict[str, list[Any]]:
    """Return all rows of all tables."""
    with database.read() as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(select(table))), key=repr)
            for table in metadata.sorted_tables
        }


def filled(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("a", tags=("x",)), a_source("b"), a_source("c"))
    newsroom.poll(
        "a", an_entry("one", title="Größere Änderungen"), an_entry("both", link="https://a.test/both")
    )
    newsroom.poll("b", an_entry("both", link="https://a.test/both"), an_entry("日本語"))
    newsroom.lists(
        a_source("a2", url="https://a.test/feed", tags=("x",)), a_source("b")
    )  # "a" is a former slug
    newsroom.clock.advance(hours=1)


def test_a_restored_store_is_the_same_row_by_row(
    newsroom: Newsroom, target: Database, tmp_path: Path
) -> None:
    filled(newsroom)

    copied = store.backup(newsroom.database, tmp_path / "backup.db", ignore)
    restored = store.restore(target, tmp_path / "backup.db", ignore)

    assert content(target) == content(newsroom.database)
    assert copied > 0
    assert restored > 0
    there = Newsroom(target, newsroom.clock)
    for query in ("grössere anderungen", "語", '"words of both"', "two"):
        assert there.titles(words=query) == newsroom.titles(words=query)
    assert store.renamed(target, ["a"]) == store.renamed(newsroom.database, ["a"]) == {"a": "a2"}


def test_what_comes_after_a_restore_gets_ids_of_its_own(
    newsroom: Newsroom, target: Database, tmp_path: Path
) -> None:
    filled(newsroom)
    store.backup(newsroom.database, tmp_path / "backup.db", ignore)
    store.restore(target, tmp_path / "backup.db", ignore)
    there = Newsroom(target, newsroom.clock)
    before = {item.id for item in there.page().items}

    there.lists(a_source("a"), a_source("d"))
    there.poll("d", an_entry("later"))

    assert "later" in there.titles()
    assert len({item.id for item in there.page().items} - before) == 1


def test_nobody_is_asked_early_and_validators_are_sent_after_a_restore(
    world: World, target: Database, tmp_path: Path
) -> None:
    feed = "<rss version='2.0'><channel><title>A</title><item><title>One</title><link>/1</link></item></channel></rss>"
    world.publisher.serves("/a", feed, etag='"1"')
    world.lists("a")
    world.poller()
    world.poll()
    next_poll = world.state("a").next_poll
    store.backup(world.database, tmp_path / "backup.db", ignore)

    store.restore(target, tmp_path / "backup.db", ignore)
    world.database = target
    world.pollers.clear()
    world.lists("a")
    world.poller("another")
    world.clock.set(next_poll - timedelta(seconds=1))
    world.poll()
    early = world.asked("a")
    world.clock.set(next_poll)
    world.poll()

    assert early == 1
    assert world.asked("a") == 2
    assert world.publisher.requests_to("/a")[-1].headers["If-None-Match"] == '"1"'


def test_a_backup_sees_one_state_while_polls_are_saved(newsroom: Newsroom, tmp_path: Path) -> None:
    newsroom.lists(a_source("a"))
    newsroom.poll("a", *(an_entry(str(number)) for number in range(50)))
    saves: list[SaveSummary] = []

    def save_meanwhile(_done: int, _total: int) -> None:
        if not saves:
            newsroom.clock.advance(hours=1)
            thread = Thread(target=lambda: saves.append(newsroom.poll("a", an_entry("meanwhile"))))
            thread.start()
            thread.join(30)

    store.backup(newsroom.database, tmp_path / "backup.db", save_meanwhile)

    with closing(Database.open(f"sqlite:///{tmp_path / 'backup.db'}")) as copy:
        there = Newsroom(copy, newsroom.clock)
        assert len(there.titles()) == 50
        assert there.titles(words="meanwhile") == []
    assert saves[0].new == 1
    assert len(newsroom.titles()) == 51


def test_a_backup_is_one_file_for_its_owner_alone(newsroom: Newsroom, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()

    store.backup(newsroom.database, folder / "backup.db", ignore)

    assert [file.name for file in folder.iterdir()] == ["backup.db"]
    assert (folder / "backup.db").stat().st_mode & 0o777 == 0o600


def test_a_backup_replaces_no_file(newsroom: Newsroom, tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("mine")

    with pytest.raises(StoreError, match="exists already"):
        store.backup(newsroom.database, tmp_path / "precious", ignore)

    assert (tmp_path / "precious").read_text() == "mine"


def test_a_backup_that_fails_leaves_no_file(newsroom: Newsroom, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()

    def fail(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.backup(newsroom.database, folder / "backup.db", fail)

    assert list(folder.iterdir()) == []


def test_a_store_that_is_not_empty_is_left_as_it_is(newsroom: Newsroom, tmp_path: Path) -> None:
    filled(newsroom)
    store.backup(newsroom.database, tmp_path / "backup.db", ignore)
    before = content(newsroom.database)

    with pytest.raises(StoreError, match="not empty"):
        store.restore(newsroom.database, tmp_path / "backup.db", ignore)

    assert content(newsroom.database) == before


def test_a_restore_that_fails_leaves_the_store_empty(
    newsroom: Newsroom, target: Database, tmp_path: Path
) -> None:
    filled(newsroom)
    store.backup(newsroom.database, tmp_path / "backup.db", ignore)

    def fail(done: int, total: int) -> None:
        if done == total:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.restore(target, tmp_path / "backup.db", fail)

    assert Newsroom(target, newsroom.clock).titles() == []
    store.restore(target, tmp_path / "backup.db", ignore)
    assert content(target) == content(newsroom.database)


@pytest.mark.parametrize("data", [b"", b"no database at all\n" * 1000, None])
def test_a_file_that_is_no_backup_is_refused(database: Database, tmp_path: Path, data: bytes | None) -> None:
    file = tmp_path / "file"
    if data is None:
        with closing(sqlite3.connect(file)) as other:
            other.execute("CREATE TABLE feed (name TEXT)")
    else:
        file.write_bytes(data)
    before = file.read_bytes()

    with pytest.raises(StoreError, match="no backup of aggregator"):
        store.restore(database, file, ignore)

    assert file.read_bytes() == before


def test_a_file_that_is_not_there_is_refused_and_not_made(database: Database, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no file"):
        store.restore(database, tmp_path / "none", ignore)

    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    ("version", "sentence"), [("9999", "newer version"), (known_versions()[-2], "make a copy of it")]
)
def test_a_backup_of_another_version_is_refused(
    newsroom: Newsroom, target: Database, tmp_path: Path, version: str, sentence: str
) -> None:
    file = tmp_path / "backup.db"
    store.backup(newsroom.database, file, ignore)
    with closing(sqlite3.connect(file, isolation_level=None)) as changed:
        changed.execute("UPDATE alembic_version SET version_num = ?", [version])

    with pytest.raises(StoreError, match=sentence):
        store.restore(target, file, ignore)


def test_a_store_of_an_older_version_is_not_backed_up(newsroom: Newsroom, tmp_path: Path) -> None:
    with newsroom.database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    try:
        with pytest.raises(StoreError, match="run `aggregator migrate` first"):
            store.backup(newsroom.database, tmp_path / "backup.db", ignore)
    finally:
        with newsroom.database.write() as connection:
            connection.execute(
                text("UPDATE alembic_version SET version_num = :v"), {"v": known_versions()[-1]}
            )
    assert not (tmp_path / "backup.db").exists()
