"""A store that goes away under the running service, and comes back."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from aggregator.store import Database
from tests.end_to_end.test_run import TEN_SECONDS, rss, running
from tests.support.commands import Command, Site, eventually
from tests.support.databases import Postgres, running_postgres
from tests.support.publisher import Publisher


@pytest.fixture
def own_postgres() -> Iterator[Postgres]:
    """A server that this test may stop."""
    with running_postgres() as server:
        yield server


def says_as_of(site: Site) -> bool:
    return "This page is from" in site.get("/").text


def is_polled(site: Site, title: str) -> bool:
    return any(item.get("title") == title for item in site.items())


def lines_about(output: str, *words: str) -> list[str]:
    return [line for line in output.splitlines() if any(word in line for word in words)]


def polled_often(command: Command, publisher: Publisher) -> tuple["subprocess.Popen[str]", Site]:
    """Start the service with one feed, and return once its entry is there and the page is kept."""
    publisher.serves("/feed.xml", rss("Cold starts"))
    command.configure(publisher.url("/feed.xml"), polling='interval = "2s"\nmin_interval = "1s"')
    process, site = running(command)
    eventually("the entry is there", lambda: is_polled(site, "Cold starts"))
    site.get("/")
    return process, site


def test_readers_read_on_while_postgresql_is_away_and_polls_go_on_by_themselves(
    command: Command, publisher: Publisher, own_postgres: Postgres
) -> None:
    command.database = own_postgres.empty()
    process, site = polled_often(command, publisher)
    feed = site.get("/feed.atom").content

    own_postgres.stop()
    eventually("a page that says of when it is", lambda: says_as_of(site))
    assert site.get("/feed.atom").content == feed
    assert site.get("/?q=never+asked+before").status_code == 503
    assert site.get("/healthz").status_code == 503
    assert site.get("/livez").status_code == 200
    publisher.serves("/feed.xml", rss("Cold starts", "Warm starts"))

    own_postgres.start()
    eventually("the new entry is there", lambda: is_polled(site, "Warm starts"))
    assert not says_as_of(site)
    assert site.is_up()
    process.terminate()
    output, _ = process.communicate(timeout=TEN_SECONDS)
    assert "Traceback" not in output
    # Once by the web side and once by the pollers, which are two processes.
    assert len(lines_about(output, "cannot use the database")) <= 2, output
    assert len(lines_about(output, "ERROR")) <= 2, output


def test_readers_read_on_while_postgresql_hangs(
    command: Command, publisher: Publisher, own_postgres: Postgres
) -> None:
    publisher.serves("/feed.xml", rss("Cold starts"))
    command.database = own_postgres.empty()
    command.configure(publisher.url("/feed.xml"))
    _, site = running(command)
    eventually("the entry is there", lambda: is_polled(site, "Cold starts"))
    site.get("/")

    own_postgres.freeze(signal.SIGSTOP)
    try:
        began = time.monotonic()
        eventually("a page that says of when it is", lambda: says_as_of(site))
        for _ in range(20):
            assert says_as_of(site)
        assert site.get("/healthz").status_code == 503
        assert site.get("/livez").status_code == 200
        assert time.monotonic() - began < 10
    finally:
        own_postgres.freeze(signal.SIGCONT)
    eventually("a page of now", lambda: not says_as_of(site))
    assert site.is_up()


def test_readers_read_on_while_the_file_of_the_store_is_elsewhere(
    command: Command, publisher: Publisher
) -> None:
    process, site = polled_often(command, publisher)
    file = command.folder / "aggregator.db"

    shutil.move(file, command.folder / "moved.db")
    eventually("a page that says of when it is", lambda: says_as_of(site))
    assert site.get("/healthz").status_code == 503
    eventually("the pollers noticed", lambda: not file.exists())
    publisher.serves("/feed.xml", rss("Cold starts", "Warm starts"))
    shutil.move(command.folder / "moved.db", file)

    eventually("the new entry is there", lambda: is_polled(site, "Warm starts"))
    process.terminate()
    output, _ = process.communicate(timeout=TEN_SECONDS)
    assert "Traceback" not in output
    assert len(lines_about(output, "there is no such file; put it back")) <= 2, output


def test_a_deleted_store_is_said_and_never_replaced_by_an_empty_one(
    command: Command, publisher: Publisher
) -> None:
    process, site = polled_often(command, publisher)
    for file in command.folder.glob("aggregator.db*"):
        file.unlink()

    eventually("a page that says of when it is", lambda: says_as_of(site))
    eventually("health", lambda: site.get("/healthz").status_code == 503)
    process.terminate()
    output, _ = process.communicate(timeout=TEN_SECONDS)
    assert process.returncode == 0
    assert "there is no such file; put it back, or run `aggregator migrate`" in output
    assert "Traceback" not in output
    assert not list(command.folder.glob("aggregator.db*"))

    command.start("run", port=site.port)
    eventually("the entry is there again", lambda: is_polled(site, "Cold starts"))


def test_a_store_that_was_lost_is_restored_under_the_running_service(
    command: Command, publisher: Publisher
) -> None:
    _, site = polled_often(command, publisher)
    (before,) = site.items()
    assert command.run("backup", "copy.db").returncode == 0
    for file in command.folder.glob("aggregator.db*"):
        file.unlink()
    eventually("a page that says of when it is", lambda: says_as_of(site))

    restored = command.run("restore", "copy.db")

    assert restored.returncode == 0, restored.stdout
    eventually("a page of now", lambda: not says_as_of(site))
    assert site.items() == [before]
    publisher.serves("/feed.xml", rss("Cold starts", "Warm starts"))
    eventually("the new entry is there", lambda: is_polled(site, "Warm starts"))


def test_a_store_of_a_newer_version_is_refused_in_a_sentence(command: Command, publisher: Publisher) -> None:
    command.configure(publisher.url("/feed.xml"))
    assert command.run("migrate").returncode == 0
    with closing(Database.open(command.database)) as database, database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    for arguments in (
        ("run",),
        ("poll", "--once"),
        ("migrate",),
        ("prune",),
        ("backup", "copy.db"),
    ):
        done = command.run(*arguments)
        assert (done.returncode, "newer version" in done.stdout) == (1, True), (arguments, done.stdout)
        assert "Traceback" not in done.stdout


@pytest.mark.parametrize("has_store", [True, False])
def test_a_disk_that_may_only_be_read_is_said_in_a_sentence(
    command: Command, publisher: Publisher, small_disk: Path, *, has_store: bool
) -> None:
    command.configure(publisher.url("/feed.xml"))
    command.database = f"sqlite:///{small_disk / 'aggregator.db'}"
    if has_store:
        assert command.run("migrate").returncode == 0
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)

    for arguments in (("run",), ("poll", "--once")):
        done = command.run(*arguments)
        assert done.returncode == 1, done.stdout
        assert "let the user that runs this write to it, and to its folder" in done.stdout
        assert "Traceback" not in done.stdout


@pytest.mark.parametrize("damage", [b"", b"not a database" * 1000])
def test_a_damaged_file_is_refused_in_a_sentence(
    command: Command, publisher: Publisher, damage: bytes
) -> None:
    command.configure(publisher.url("/feed.xml"))
    assert command.run("migrate").returncode == 0
    file = command.folder / "aggregator.db"
    with file.open("r+b") as opened:
        opened.write(damage or os.urandom(file.stat().st_size // 2))

    done = command.run("poll", "--once")

    assert done.returncode == 1
    assert "it is damaged: move it away, and restore the last backup" in done.stdout
    assert "Traceback" not in done.stdout
