"""One round of polls, as an admin runs it and reads it."""

import signal
import sqlite3
from contextlib import closing

from tests.end_to_end.test_run import rss
from tests.support.commands import Command
from tests.support.publisher import Publisher

PAGE = "<!doctype html><html><head><title>A shop</title></head><body><p>Buy now</p></body></html>"


def test_a_round_says_a_line_a_source_and_a_summary_and_ends_with_0(
    command: Command, publisher: Publisher
) -> None:
    publisher.serves("/good.xml", rss("Cold starts", "Warm starts"))
    publisher.serves("/page", PAGE, content_type="text/html")
    command.configure(
        publisher.url("/good.xml"),
        publisher.url("/page"),
        publisher.url("/missing.xml"),
        "http://127.0.0.1:1/feed.xml",
        polling='per_host_gap = "0s"',
    )

    done = command.run("poll", "--once")

    assert done.returncode == 0, done.stdout
    lines = done.stdout.splitlines()
    assert any("read" in line and "200" in line and "2 new" in line for line in lines)
    assert any("failed" in line and "404" in line for line in lines)
    assert any("failed" in line and "page" in line for line in lines)
    assert any("failed" in line and " - " in line for line in lines)
    assert "4 sources polled" in lines[-1]
    assert "1 read, 3 failed" in lines[-1]
    assert "Traceback" not in done.stdout


def test_a_second_round_asks_nobody_before_it_is_time(command: Command, publisher: Publisher) -> None:
    publisher.serves("/feed.xml", rss("Cold starts"))
    command.configure(publisher.url("/feed.xml"))
    command.run("poll", "--once")

    done = command.run("poll", "--once")

    assert len(publisher.requests) == 1
    assert "No source is due" in done.stdout


def test_a_source_by_its_name_is_polled_though_not_due_and_conditionally(
    command: Command, publisher: Publisher
) -> None:
    publisher.serves("/feed.xml", rss("Cold starts"), etag='"one"')
    command.configure(more=f'[[source]]\nurl = "{publisher.url("/feed.xml")}"\nslug = "blog"\n')
    command.run("poll", "--once", "--source", "blog")

    done = command.run("poll", "--once", "--source", "blog")

    assert publisher.requests[-1].headers["If-None-Match"] == '"one"'
    assert len(publisher.requests) == 2
    assert "not modified" in done.stdout


def test_an_unknown_source_is_said_with_what_to_do(command: Command) -> None:
    command.configure()

    done = command.run("poll", "--source", "nobody")

    assert done.returncode != 0
    assert "nobody" in done.stdout
    assert "aggregator sources list" in done.stdout


def test_a_faulty_file_ends_with_2_and_the_line(command: Command) -> None:
    command.config.write_text('[[source]]\nurl = "https://example.org/feed.xml"\nintervall = "1h"\n')

    done = command.run("poll", "--once")

    assert done.returncode == 2
    assert "sources.toml:3: unknown key `intervall`" in done.stdout


def test_a_poller_killed_in_mid_poll_loses_nothing_and_doubles_nothing(
    command: Command, publisher: Publisher
) -> None:
    publisher.serves("/one.xml", rss("Cold starts"))
    gate = publisher.holds("/two.xml")
    command.configure(
        publisher.url("/one.xml"),
        publisher.url("/two.xml"),
        polling='per_host = 2\nper_host_gap = "0s"\ntimeout = "30s"',
    )
    process = command.start("poll", "--once")
    gate.reached()
    process.send_signal(signal.SIGKILL)
    process.communicate()
    gate.open()
    publisher.serves("/two.xml", rss("Warm starts"))

    at_once = command.run("poll", "--once")

    assert len(publisher.requests_to("/one.xml")) == 1, at_once.stdout
    assert len(publisher.requests_to("/two.xml")) == 2, at_once.stdout
    with closing(sqlite3.connect(command.folder / "aggregator.db")) as store:
        titles = [title for (title,) in store.execute("SELECT title FROM entry ORDER BY title")]
    assert titles == ["Cold starts", "Warm starts"]


def test_sigterm_ends_a_round_cleanly_and_gives_back_what_hangs(
    command: Command, publisher: Publisher
) -> None:
    gate = publisher.holds("/feed.xml")
    command.configure(publisher.url("/feed.xml"))
    process = command.start("poll", "--once")
    gate.reached()

    process.terminate()
    output, _ = process.communicate(timeout=10)

    assert process.returncode == 0, output
    gate.open()
    publisher.serves("/feed.xml", rss("Cold starts"))
    assert "1 new" in command.run("poll", "--once").stdout
