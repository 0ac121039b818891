from contextlib import closing
from pathlib import Path

import pytest

from aggregator import store
from aggregator.clock import SystemClock
from aggregator.sources import load
from tests.cli.conftest import Shell
from tests.polling.test_discover import FEED, page
from tests.support.publisher import Publisher

LOOPBACK = '[polling]\nallow_private_networks = true\nper_host_gap = "0s"\n'

FILE = """\
# Mine.
[[source]]
url = "https://a.example/feed"  # the first
slug = "a"
title = "A"
tags = ["x", "y"]
headers = { Authorization = "Bearer ${NOT_IN_THIS_SHELL}" }

[[source]]
url = "https://b.example/feed"
slug = "beta"
enabled = false
"""


def test_a_feed_is_listed_by_its_address(shell: Shell, publisher: Publisher) -> None:
    publisher.serves("/feed.xml", FEED)
    shell.config.write_text(LOOPBACK)

    done = shell("sources", "add", publisher.url("/feed.xml"), "--tag", "Cloud", "--tag", "aws")

    assert done.exit_code == 0, done.output
    url = publisher.url("/feed.xml")
    assert done.stdout == f"Listed {url} as `a-blog`: RSS 2.0, 1 entry, newest of 2026-03-02.\n"
    (source,) = load(shell.config).sources
    assert (source.url, source.slug, source.tags) == (url, "a-blog", ("cloud", "aws"))
    assert shell.config.read_text().startswith(LOOPBACK)


def test_the_feed_of_a_page_is_listed_in_its_place(shell: Shell, publisher: Publisher) -> None:
    publisher.serves("/", page("/feed.xml", "/other.xml"), content_type="text/html")
    publisher.serves("/feed.xml", FEED)
    shell.config.write_text(LOOPBACK)

    done = shell("sources", "add", publisher.url("/"), "--title", "My title")

    assert done.exit_code == 0, done.output
    assert f"that page also names {publisher.url('/other.xml')}" in done.stdout
    (source,) = load(shell.config).sources
    assert (source.url, source.slug, source.title) == (publisher.url("/feed.xml"), "my-title", "My title")


def test_a_feed_that_moved_for_good_is_listed_where_it_is(shell: Shell, publisher: Publisher) -> None:
    publisher.redirects("/old.xml", "/feed.xml", 308)
    publisher.serves("/feed.xml", FEED)
    shell.config.write_text(LOOPBACK)

    shell("sources", "add", publisher.url("/old.xml"))

    assert load(shell.config).sources[0].url == publisher.url("/feed.xml")


def test_what_is_no_feed_is_not_listed(shell: Shell, publisher: Publisher) -> None:
    shell.config.write_text(LOOPBACK)

    done = shell("sources", "add", publisher.url("/nothing"))

    assert done.exit_code == 1
    assert done.stderr.startswith(f"{publisher.url('/nothing')} was not listed: ")
    assert "404" in done.stderr
    assert shell.config.read_text() == LOOPBACK


def test_nobody_is_asked_for_what_is_listed_already(shell: Shell, publisher: Publisher) -> None:
    shell.config.write_text(LOOPBACK + f'[[source]]\nurl = "{publisher.url("/feed.xml")}"\nslug = "one"\n')

    done = shell("sources", "add", publisher.url("/feed.xml"))

    assert done.exit_code == 1
    assert "is already listed, as `one`" in done.stderr
    assert not publisher.requests


def test_nobody_is_asked_offline(shell: Shell) -> None:
    shell.config.write_text(FILE)

    done = shell("sources", "add", "c.example/feed", "--offline")

    assert done.exit_code == 0, done.output
    assert load(shell.config, environ=None).sources[-1].url == "https://c.example/feed"
    assert load(shell.config, environ=None).sources[-1].slug == "c-example"


def test_a_feed_is_listed_in_a_file_of_its_own_listed_exported_renamed_and_removed(
    shell: Shell, publisher: Publisher
) -> None:
    publisher.serves("/feed.xml", FEED)
    shell.config.write_text(LOOPBACK)
    url = publisher.url("/feed.xml")

    done = shell("sources", "add", url, "--file", "jane")

    assert done.stdout == f"Listed {url} as `jane`: RSS 2.0, 1 entry, newest of 2026-03-02.\n"
    file = shell.folder / "sources.d" / "jane.toml"
    assert file.read_text() == f'[[source]]\nurl = "{url}"\nslug = "jane"\n'
    assert shell.config.read_text() == LOOPBACK
    assert "jane" in shell("sources", "list").stdout
    assert url in shell("sources", "export").stdout
    assert shell("sources", "rename", "jane", "jd").exit_code == 0
    assert shell("sources", "remove", "jd").exit_code == 0
    assert not file.exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["https://a.example/feed"], "https://a.example/feed is already listed, as `a`"),
        (["gopher://c.example/"], "must begin with https:// or http://"),
        (["https://c.example/", "--slug", "A b"], "perhaps `a-b`"),
        (["https://c.example/", "--slug", "a"], "another [[source]] has the slug `a`"),
    ],
)
def test_a_source_that_would_be_a_fault_is_refused(shell: Shell, arguments: list[str], sentence: str) -> None:
    shell.config.write_text(FILE)

    done = shell("sources", "add", "--offline", *arguments)

    assert done.exit_code == 1
    assert sentence in done.stderr
    assert shell.config.read_text() == FILE


def test_a_source_is_taken_off_the_list(shell: Shell) -> None:
    shell.config.write_text(FILE)

    done = shell("sources", "remove", "beta")

    assert done.stdout == "Took `beta` off the list.\n"
    assert shell.config.read_text() == FILE.partition('\n[[source]]\nurl = "https://b')[0]


def test_the_neighbour_of_a_source_that_is_taken_off_keeps_its_name(shell: Shell) -> None:
    shell.config.write_text(
        '[[source]]\nurl = "https://a.example/feed"\n\n[[source]]\nurl = "https://a.example/b/feed"\n'
    )
    before = [source.slug for source in load(shell.config, environ=None).sources]

    shell("sources", "remove", before[0])

    assert [source.slug for source in load(shell.config, environ=None).sources] == before[1:]


def test_a_source_is_renamed(shell: Shell) -> None:
    shell.config.write_text(FILE)

    done = shell("sources", "rename", "beta", "second")

    assert done.stdout == "Renamed `beta` to `second`.\n"
    assert shell.config.read_text() == FILE.replace('"beta"', '"second"')


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("beta", "a", "another [[source]] has the slug `a`: https://a.example/feed; choose another"),
        ("gamma", "c", "there is no source `gamma`; `aggregator sources list` names them all"),
        ("beta", "B b", "perhaps `b-b`"),
    ],
)
def test_a_name_that_is_none_or_taken_is_refused(shell: Shell, old: str, new: str, sentence: str) -> None:
    shell.config.write_text(FILE)

    done = shell("sources", "rename", old, new)

    assert done.exit_code == 1
    assert sentence in done.stderr
    assert shell.config.read_text() == FILE


def test_an_unknown_source_cannot_be_taken_off(shell: Shell) -> None:
    shell.config.write_text(FILE)

    done = shell("sources", "remove", "gamma")

    assert done.exit_code == 1
    assert "there is no source `gamma`; `aggregator sources list` names them all" in done.stderr


OPML = b"""<opml version="2.0"><body><outline text="Cloud">
<outline text="C" xmlUrl="https://c.example/feed"/><outline text="A" xmlUrl="https://a.example/feed"/>
<outline text="G" xmlUrl="gopher://g.example/"/></outline></body></opml>"""


def test_the_feeds_of_an_opml_file_are_listed_once(shell: Shell) -> None:
    shell.config.write_text(FILE)
    (shell.folder / "feeds.opml").write_bytes(OPML)

    done = shell("sources", "import", str(shell.folder / "feeds.opml"))

    assert done.exit_code == 0, done.output
    assert done.stdout == "Listed 1 source; 1 listed already.\n"
    assert done.stderr == (
        f"{shell.folder}/feeds.opml:3: G: `url` in its outline: must begin with https:// or http://\n"
    )
    source = load(shell.config, environ=None).sources[-1]
    assert (source.url, source.slug, source.tags) == ("https://c.example/feed", "c", ("cloud",))

    again = shell("sources", "import", "-", stdin=OPML)
    assert again.stdout == "Listed 0 sources; 2 listed already.\n"


@pytest.mark.parametrize("data", [b"{}", b"", b"\x89PNG\0", b"<html><body/></html>", b"# nothing\n"])
def test_what_is_no_list_of_feeds_is_refused(shell: Shell, data: bytes) -> None:
    shell.config.write_text(FILE)

    done = shell("sources", "import", "-", stdin=data)

    assert done.exit_code == 1
    assert "can be read" in done.stderr or "this is no OPML document" in done.stderr
    assert shell.config.read_text() == FILE


def test_a_planet_moves_in_with_names_faces_filters_and_groups(shell: Shell) -> None:
    shell.config.write_text(FILE)
    planet = shell.folder / "planet.ini"
    planet.write_text(
        "[Planet]\nname = Planet Example\n[https://jane.example/feed]\nname = Jane\nface = jane.png\n"
        "filter = (?i)cloud\ngroup = core\n"
    )

    done = shell("sources", "import", str(planet), "--file", "planet")

    assert done.exit_code == 0, done.output
    assert done.stdout == "Listed 1 source; 0 listed already.\n"
    assert done.stderr.splitlines() == [
        f"{planet}:2: `name = Planet Example` was not taken; its counterpart is `title` below [site]",
        f"{planet}:5: the picture jane.png belongs into the theme's folder, as faces/jane.png",
    ]
    assert (shell.folder / "sources.d" / "planet.toml").read_text() == (
        '[[source]]\nurl = "https://jane.example/feed"\nslug = "planet"\ntitle = "Jane"\n'
        'tags = ["core"]\ninclude = ["(?i)cloud"]\nface = "faces/jane.png"\n'
    )
    assert load(shell.config, environ=None).sources[-1].face == "faces/jane.png"


def test_what_is_exported_can_be_imported(shell: Shell, tmp_path: Path) -> None:
    shell.config.write_text(FILE)
    exported = shell("sources", "export")
    assert exported.exit_code == 0, exported.output
    shell.config.write_text("")

    shell("sources", "import", "-", stdin=exported.stdout_bytes)

    (source,) = load(shell.config).sources
    assert (source.url, source.slug, source.title, source.tags) == (
        "https://a.example/feed",
        "a",
        "A",
        ("x", "y"),
    )
    shell("sources", "export", str(tmp_path / "out.opml"))
    assert (tmp_path / "out.opml").read_bytes().startswith(b"<?xml")


def test_without_a_store_the_list_is_what_the_file_says(shell: Shell) -> None:
    shell.config.write_text(FILE)

    done = shell("sources", "list")

    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines() == [
        "SLUG  STATE     LAST POLL (UTC)  NEXT POLL (UTC)  ADDRESS",
        "a     new       -                -                https://a.example/feed",
        "beta  disabled  -                -                https://b.example/feed",
    ]
    assert not (shell.folder / "store.db").exists()


def test_with_a_store_the_list_says_how_each_is_doing(shell: Shell, publisher: Publisher) -> None:
    publisher.serves("/feed.xml", FEED)
    shell.config.write_text(LOOPBACK + f'[[source]]\nurl = "{publisher.url("/feed.xml")}"\nslug = "one"\n')
    shell("poll", "--once")

    head, row = shell("sources", "list").stdout.splitlines()

    slug, state, *times, address = row.split()
    assert (slug, state, address) == ("one", "ok", publisher.url("/feed.xml"))
    assert len(times) == 4
    assert head.index("ADDRESS") == row.index(address)


def test_a_source_that_is_not_on_hold_cannot_be_released(shell: Shell) -> None:
    shell.config.write_text(FILE)
    with closing(store.Database.open(shell.database)) as db:
        store.migrate(db)
        store.sync_sources(db, load(shell.config, environ=None), SystemClock().now())

    done = shell("sources", "release", "a")

    assert done.exit_code == 1
    assert "`a` is neither on hold nor gone" in done.stderr


def test_a_source_that_was_gone_for_good_is_polled_again_once_released(
    shell: Shell, publisher: Publisher
) -> None:
    publisher.answers("/feed.xml", 410)
    shell.config.write_text(LOOPBACK + f'[[source]]\nurl = "{publisher.url("/feed.xml")}"\nslug = "one"\n')
    shell("poll", "--once")
    listed = shell("sources", "list").stdout
    assert " gone " in listed
    assert " never " in listed

    done = shell("sources", "release", "one")

    assert done.stdout == "Released `one`; it is due at once.\n"
    shell("poll", "--once")
    assert len(publisher.requests) == 2
