"""The whole service as one command, asked over HTTP."""

import os
import re
import signal
import socket
import subprocess
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import feedparser
import httpx
import pytest

from aggregator.server import HEADER_TIMEOUT
from tests.support.commands import Command, Site, eventually, free_port
from tests.support.corpus import CORPUS, Sample
from tests.support.publisher import Publisher

TEN_SECONDS = 10.0  # between SIGTERM and the end (issue of the first release; platforms kill then)


# As long ago as the example of the contract: "19 days ago • 4 min read".
POSTED = format_datetime(datetime.now(UTC) - timedelta(days=19, hours=1))


def rss(*titles: str, head: str = "") -> str:
    items = "".join(
        f"<item><title>{title}</title><guid>https://example.org/{title.replace(' ', '-')}</guid>"
        f"<link>https://example.org/{title.replace(' ', '-')}</link>"
        f"<pubDate>{POSTED}</pubDate><description>Words about {title}.</description></item>"
        for title in titles
    )
    return (
        '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>A blog</title>'
        f"<link>https://example.org/</link>{head}{items}</channel></rss>"
    )


def running(command: Command) -> tuple[subprocess.Popen[str], Site]:
    site = Site(free_port())
    process = command.start("run", port=site.port)
    eventually("the service answers", site.is_up)
    return process, site


def children_of(pid: int) -> list[int]:
    listing = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False
    )
    return [int(line) for line in listing.stdout.split()]


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_run_alone_migrates_polls_and_shows_the_entries_on_the_page(
    command: Command, publisher: Publisher
) -> None:
    publisher.serves("/feed.xml", rss("Cold starts", "Warm starts"))
    command.configure(publisher.url("/feed.xml"))
    _, site = running(command)

    eventually("both entries are there", lambda: len(site.items()) == 2)
    page = site.get("/").text
    assert "Cold starts" in page
    assert "Words about Warm starts." in page
    assert "19 days ago • 1 min read" in re.sub("<[^>]*>", "", page)


def test_half_a_request_does_not_hold_its_connection(command: Command, publisher: Publisher) -> None:
    command.configure(publisher.url("/feed.xml"))
    _, site = running(command)

    with socket.create_connection(("127.0.0.1", site.port), timeout=2 * HEADER_TIMEOUT) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: half.example\r\n")
        while connection.recv(4096):  # the answer that it took too long, then the end
            pass


def test_each_merged_feed_holds_what_the_page_shows(command: Command, publisher: Publisher) -> None:
    publisher.serves("/feed.xml", rss("Cold starts", "Warm starts"))
    command.configure(publisher.url("/feed.xml"))
    _, site = running(command)
    eventually("both entries are there", lambda: len(site.items()) == 2)

    for path in ("/feed.rss", "/feed.atom"):
        entries = feedparser.parse(site.get(path).content).entries
        assert {entry.title for entry in entries} == {"Cold starts", "Warm starts"}


def test_every_readable_feed_of_the_corpus_is_on_the_page_within_a_minute(
    command: Command, publisher: Publisher, corpus: list[Sample]
) -> None:
    publisher.serves_folder(CORPUS / "feeds")
    readable = [sample for sample in corpus if sample.format != "html" and sample.entries]
    command.configure(
        *(publisher.url(f"/{sample.file}") for sample in readable),
        polling='per_host = 20\nper_host_gap = "0s"',
        more='[timeline]\nkeep = "forever"\npage_size = 200\n',
    )
    _, site = running(command)

    def all_polled() -> bool:
        return "aggregator_sources" in site.get("/metrics").text and len(publisher.requests) >= len(readable)

    eventually("every feed was asked", all_polled)
    eventually(
        "the entries are there",
        lambda: len({i["_aggregator"]["source"]["slug"] for i in site.items()}) >= 0.9 * len(readable),
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_run_cleanly_although_a_publisher_hangs(
    command: Command, publisher: Publisher, number: signal.Signals
) -> None:
    gate = publisher.holds("/feed.xml")
    command.configure(publisher.url("/feed.xml"))
    process, _ = running(command)
    gate.reached()

    began = time.monotonic()
    process.send_signal(number)
    output, _ = process.communicate(timeout=TEN_SECONDS)

    assert time.monotonic() - began < TEN_SECONDS
    assert process.returncode == 0, output
    assert "Traceback" not in output
    gate.open()


def test_no_process_outlives_a_killed_run(command: Command, publisher: Publisher) -> None:
    publisher.serves("/feed.xml", rss("Cold starts"))
    command.configure(publisher.url("/feed.xml"))
    process, site = running(command)
    eventually("the entry is there", site.items)
    family = children_of(process.pid)
    family += [grandchild for child in family for grandchild in children_of(child)]
    assert family

    process.kill()
    process.wait()

    eventually("all children ended", lambda: not any(map(is_alive, family)), patience=TEN_SECONDS)


def test_a_changed_file_is_live_within_five_seconds(command: Command, publisher: Publisher) -> None:
    publisher.serves("/one.xml", rss("Cold starts"))
    publisher.serves("/two.xml", rss("Warm starts"))
    command.configure(publisher.url("/one.xml"), polling='per_host_gap = "0s"')
    _, site = running(command)
    eventually("the first source's entry is there", site.items)

    command.configure(publisher.url("/one.xml"), publisher.url("/two.xml"), polling='per_host_gap = "0s"')
    eventually("the second source is polled", lambda: publisher.requests_to("/two.xml"), patience=5)
    eventually("its entry is there", lambda: len(site.items()) == 2)

    command.configure(publisher.url("/two.xml"))
    eventually("the first source's entry left", lambda: len(site.items()) == 1, patience=5)


def test_a_blog_that_is_added_as_a_file_is_live_within_five_seconds(
    command: Command, publisher: Publisher
) -> None:
    publisher.serves("/one.xml", rss("Cold starts"))
    publisher.serves("/two.xml", rss("Warm starts"))
    command.configure(publisher.url("/one.xml"), polling='per_host_gap = "0s"')
    _, site = running(command)
    eventually("the first source's entry is there", site.items)

    (command.folder / "sources.d").mkdir()
    file = command.folder / "sources.d" / "two.toml"
    file.write_text(f'[[source]]\nurl = "{publisher.url("/two.xml")}"\n')
    eventually("the second source is polled", lambda: publisher.requests_to("/two.xml"), patience=5)
    eventually("its entry is there", lambda: len(site.items()) == 2)

    file.unlink()
    eventually("its entry left", lambda: len(site.items()) == 1, patience=5)


def test_a_fault_in_a_changed_file_leaves_the_last_good_one_in_force(
    command: Command, publisher: Publisher
) -> None:
    publisher.serves("/one.xml", rss("Cold starts"))
    command.configure(publisher.url("/one.xml"))
    process, site = running(command)
    eventually("the entry is there", site.items)

    command.config.write_text('[[source]]\nurl = "https://example.org/"\nintervall = "1h"\n')

    eventually("the page tells the fault", lambda: "intervall" in site.get("/sources").text, patience=5)
    assert str(command.folder) not in site.get("/sources").text
    assert len(site.items()) == 1
    process.terminate()
    output, _ = process.communicate(timeout=TEN_SECONDS)
    assert output.count("unknown key `intervall`") == 1


def test_a_port_that_is_taken_is_said_in_a_sentence(command: Command, publisher: Publisher) -> None:
    command.configure(publisher.url("/feed.xml"))

    process = command.start("run", port=publisher.port)
    output, _ = process.communicate(timeout=TEN_SECONDS)

    assert process.returncode == 1
    assert "choose another with --port" in output
    assert "Traceback" not in output


def test_the_files_of_the_store_are_for_their_owner_alone(command: Command, publisher: Publisher) -> None:
    publisher.serves("/feed.xml", rss("Cold starts"))
    command.configure(publisher.url("/feed.xml"))
    _, site = running(command)
    eventually("the entry is there", site.items)
    assert command.run("backup", "copy.db").returncode == 0

    modes = {file.name: file.stat().st_mode & 0o777 for file in command.folder.glob("*.db*")}
    assert {"aggregator.db", "aggregator.db-wal", "aggregator.db-shm", "copy.db"} <= set(modes)
    assert set(modes.values()) == {0o600}


def test_health_says_that_polls_are_on_time(command: Command, publisher: Publisher) -> None:
    publisher.serves("/feed.xml", rss("Cold starts"))
    command.configure(publisher.url("/feed.xml"))
    _, site = running(command)

    found = site.get("/healthz")
    assert found.status_code == httpx.codes.OK
    assert "last_beat" in found.json()


@pytest.mark.parametrize("host", ["localhost", "::1"])
def test_the_page_is_served_at_a_name_or_an_address_of_either_kind(command: Command, host: str) -> None:
    command.configure()
    port = free_port()
    process = command.start("serve", "--host", host, "--port", str(port))

    shown = f"[{host}]" if ":" in host else host
    eventually(
        "an answer",
        lambda: httpx.get(f"http://{shown}:{port}/livez", trust_env=False).status_code in (200, 404),
    )
    process.terminate()
    assert process.wait(10) == 0


def test_a_name_that_is_none_of_this_machine_is_told_in_a_sentence(command: Command) -> None:
    command.configure()

    done = command.run("serve", "--host", "no-such-host.invalid")

    assert done.returncode == 1
    assert "--host no-such-host.invalid" in done.stdout
    assert "Traceback" not in done.stdout
