"""A private feed: the token in its address is known to its publisher and to nobody else."""

import sqlite3
from contextlib import closing

import pytest

from tests.end_to_end.test_run import TEN_SECONDS
from tests.support.commands import Command, Site, eventually, free_port
from tests.support.publisher import Fixed, Publisher, Request, Wire

TOKEN, NEXT_TOKEN = "s3cret/Tok+en=", "an0ther-t0ken"
PAGES = (
    "/", "/?q=token", "/feed.json", "/feed.rss", "/feed.atom", "/sources", "/sources/private", "/sources.opml",
    "/about", "/healthz", "/metrics",
)  # fmt: skip


def document(address: str) -> bytes:
    """Return a feed that repeats its address wherever it can, as feeds of members and podcasts do."""
    return f"""<?xml version="1.0"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>
<title>For {address}</title><link>{address}</link><atom:link rel="self" href="{address}"/>
<item><guid isPermaLink="false">{address}</guid><title>Token post {address}</title><link>{address}&amp;post=1</link>
<description>&lt;a href="{address}"&gt;{address}&lt;/a&gt;</description>
<enclosure url="{address}" type="audio/mpeg" length="1"/></item>
</channel></rss>""".encode()


@pytest.fixture
def private(publisher: Publisher) -> Publisher:
    """Answers for the right token alone, and repeats it in every header."""

    def answer(request: Request, wire: Wire) -> None:
        asked = publisher.url(request.path)
        if "/old" in asked:
            made = Fixed(301, {"Location": asked.replace("/old", "/new")}, b"")
        elif "/broken" in asked:
            made = Fixed(302, {"Location": asked}, b"")
        else:
            headers = {
                "Content-Type": "application/rss+xml",
                "ETag": f'"{asked}"',
                "Link": f"<{asked}>; rel=self",
            }
            made = Fixed(200, headers, document(asked))
        made(request, wire)

    for path in ("/old", "/new", "/broken"):
        publisher.answers_with(path, answer)
    return publisher


def asked_for(publisher: Publisher, path: str) -> list[str]:
    return [request.path for request in publisher.requests if request.path.startswith(path)]


def configure(command: Command, publisher: Publisher) -> None:
    command.configure(polling='per_host_gap = "0s"', more="".join(
        f"""[[source]]\nslug = "{slug}"\nurl = "{publisher.url(path)}?key=${{FEED_TOKEN}}"\n"""
        for slug, path in (("private", "/old"), ("broken", "/broken"))
    ))  # fmt: skip


def test_nothing_of_a_token_is_stored_logged_or_shown(command: Command, private: Publisher) -> None:
    configure(command, private)
    environ = {"FEED_TOKEN": TOKEN}
    site = Site(free_port())
    process = command.start("run", port=site.port, environ=environ)
    eventually("the entry is there", lambda: len(site.items()) == 1)
    eventually("both are polled", lambda: asked_for(private, "/broken"))
    told = {path: site.get(path).text for path in PAGES}
    process.terminate()
    told["the log"], _ = process.communicate(timeout=TEN_SECONDS)
    for arguments in (
        ("sources", "list"),
        ("sources", "export"),
        ("check", "--online"),
        ("poll", "--once", "--source", "private"),
        ("poll", "--once", "--source", "broken"),
    ):
        told[" ".join(arguments)] = command.run(*arguments, **environ).stdout
    told["the store"] = "".join(
        file.read_bytes().decode("latin-1") for file in command.folder.glob("aggregator.db*")
    )

    assert asked_for(private, "/new")[-1] == f"/new?key={TOKEN}"
    for name, text in told.items():
        for spelling in (TOKEN, "s3cret", "Tok%2Ben", "Tok+en"):
            assert spelling not in text, f"{name} tells {spelling}"
    for path in PAGES:
        assert str(command.folder) not in told[path], f"{path} tells a path of this machine"
    for name in ("/sources/private", "sources list", "sources export", "check --online", "the store"):
        assert "${FEED_TOKEN}" in told[name], told[name]


def test_a_changed_variable_is_the_same_feed(command: Command, private: Publisher) -> None:
    configure(command, private)
    for _ in range(2):
        done = command.run("poll", "--once", "--source", "private", FEED_TOKEN=TOKEN)
        assert done.returncode == 0, done.stdout
    before = ids(command)
    done = command.run("poll", "--once", "--source", "private", FEED_TOKEN=NEXT_TOKEN)

    assert done.returncode == 0, done.stdout
    assert asked_for(private, "/new")[-1] == f"/new?key={NEXT_TOKEN}"
    assert ids(command) == before


def ids(command: Command) -> list[tuple[int, str]]:
    with closing(sqlite3.connect(command.folder / "aggregator.db")) as connection:
        feeds = connection.execute("SELECT id, url FROM feed ORDER BY id").fetchall()
        return [*feeds, *connection.execute("SELECT id, public_id FROM post ORDER BY id").fetchall()]


def test_a_variable_that_is_not_set_is_a_fault_by_line(command: Command, private: Publisher) -> None:
    configure(command, private)
    for arguments in (("run",), ("poll", "--once"), ("check",)):
        done = command.run(*arguments)
        assert done.returncode == 2
        assert (
            "sources.toml:6: `url` in [[source]]: the environment variable FEED_TOKEN is not set"
            in done.stdout
        )
    assert command.run("sources", "list").returncode == 0, "who polls nobody needs no secrets"


def test_a_private_feed_is_added_by_its_variable(command: Command, private: Publisher) -> None:
    command.configure()
    address = f"{private.url('/new')}?key=${{FEED_TOKEN}}"
    without = command.run("sources", "add", address)
    added = command.run("sources", "add", address, FEED_TOKEN=TOKEN)

    assert "FEED_TOKEN is not set" in without.stdout
    assert added.returncode == 0, added.stdout
    assert f'url = "{address}"' in command.config.read_text()
    assert "s3cret" not in added.stdout + command.config.read_text()
