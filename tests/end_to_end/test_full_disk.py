"""A disk that is full, for real: a small file system in memory, if the machine lets us mount one."""

import contextlib
import time
from pathlib import Path

from tests.end_to_end.test_run import rss
from tests.support.commands import Command, Site, eventually, free_port
from tests.support.publisher import Publisher


def fill(ballast: Path) -> None:
    with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(4096))


def test_a_full_disk_is_told_in_a_sentence_and_polls_go_on_once_there_is_room(
    command: Command, publisher: Publisher, small_disk: Path
) -> None:
    publisher.serves("/feed.xml", rss("Cold starts"))
    publisher.serves("/other.xml", rss("Queues"))
    held = publisher.holds("/other.xml")
    command.configure(
        publisher.url("/feed.xml"),
        publisher.url("/other.xml"),
        polling='interval = "2s"\nmin_interval = "1s"\nper_host = 2\nper_host_gap = "0s"',
    )
    command.database = f"sqlite:///{small_disk / 'aggregator.db'}"
    site = Site(free_port())
    process = command.start("run", port=site.port)
    eventually("a first poll", lambda: titles(site) == {"Cold starts"})
    held.reached()

    fill(small_disk / "ballast")
    held.open()
    eventually("a fault", lambda: "disk" in site.get("/healthz").text, patience=15)
    assert site.get("/healthz").status_code == 503
    assert titles(site) == {"Cold starts"}
    eventually("both were asked", lambda: publisher.requests_to("/other.xml")[0].ended)
    time.sleep(3)  # for what would be said again and again
    asked = len(publisher.requests)
    (small_disk / "ballast").unlink()

    eventually("what came meanwhile is saved", lambda: titles(site) == {"Cold starts", "Queues"}, patience=15)
    assert asked <= len(publisher.requests)
    eventually("health", lambda: site.get("/healthz").status_code == 200, patience=40)
    process.terminate()
    output, _ = process.communicate(timeout=15)
    assert process.returncode == 0
    assert "Traceback" not in output
    assert "its disk is full: make room there" in output
    assert output.count("ERROR") <= 2, output


def titles(site: Site) -> set[str]:
    return {item["title"] for item in site.items()}


def test_a_backup_that_does_not_fit_leaves_nothing_behind(
    command: Command, publisher: Publisher, small_disk: Path
) -> None:
    publisher.serves("/feed.xml", rss("Cold starts"))
    command.configure(publisher.url("/feed.xml"))
    command.run("poll", "--once")
    fill(small_disk / "ballast")

    done = command.run("backup", str(small_disk / "backup.db"))

    assert done.returncode == 1
    assert "its disk is full: make room there" in done.stdout
    assert "Traceback" not in done.stdout
    assert [file.name for file in small_disk.iterdir()] == ["ballast"]


def test_a_store_that_does_not_fit_is_said_at_the_start(
    command: Command, publisher: Publisher, small_disk: Path
) -> None:
    command.configure(publisher.url("/feed.xml"))
    command.database = f"sqlite:///{small_disk / 'aggregator.db'}"
    fill(small_disk / "ballast")

    done = command.run("run")

    assert done.returncode == 1
    assert "its disk is full: make room there" in done.stdout
    assert "Traceback" not in done.stdout
    (small_disk / "ballast").unlink()
    assert command.run("poll", "--once").returncode == 0


def test_an_edit_that_does_not_fit_leaves_the_sources_file_as_it_was(
    command: Command, publisher: Publisher, small_disk: Path
) -> None:
    command.config = small_disk / "sources.toml"
    command.configure(publisher.url("/feed.xml"))
    before = command.config.read_text()
    fill(small_disk / "ballast")

    done = command.run("sources", "add", "--offline", "https://example.org/" + "long" * 480 + ".xml")

    assert done.returncode != 0
    assert "Traceback" not in done.stdout
    assert command.config.read_text() == before
    assert sorted(file.name for file in small_disk.iterdir()) == ["ballast", "sources.toml"]
