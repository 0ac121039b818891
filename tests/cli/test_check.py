from tests.cli.conftest import Shell
from tests.polling.test_discover import FEED, page
from tests.support.publisher import Publisher

LOOPBACK = '[polling]\nallow_private_networks = true\nper_host_gap = "0s"\n'


def test_a_good_file_gets_a_summary(shell: Shell) -> None:
    shell.config.write_text(
        '[[source]]\nurl = "https://a.example/"\ntags = ["x", "y"]\n'
        '[[source]]\nurl = "https://b.example/"\nenabled = false\ntags = ["X"]\n'
    )

    done = shell("check")

    assert done.exit_code == 0
    assert done.stdout == f"{shell.config}: valid, 2 sources (1 disabled), 2 tags\n"


def test_the_files_of_the_folder_are_counted(shell: Shell) -> None:
    shell.config.write_text("")
    (shell.folder / "sources.d").mkdir()
    (shell.folder / "sources.d" / "a.toml").write_text('[[source]]\nurl = "https://a.example/"\n')

    done = shell("check")

    assert done.stdout == f"{shell.config} and 1 file in {shell.folder}/sources.d: valid, 1 source, 0 tags\n"


def test_a_file_without_sources_is_valid_and_told_how_to_go_on(shell: Shell) -> None:
    shell.config.write_text("")

    done = shell("check")

    assert done.exit_code == 0
    assert "lists no sources yet; `aggregator sources add URL` adds one" in done.stdout


def test_a_missing_file_is_told_with_what_to_do(shell: Shell) -> None:
    done = shell("check")

    assert done.exit_code == 2
    assert (
        done.stderr
        == f"{shell.config}: there is no such file; `aggregator init` writes one, or name another with --config\n"
    )


def test_the_secret_of_a_header_must_be_there(shell: Shell) -> None:
    shell.config.write_text(
        '[[source]]\nurl = "https://a.example/"\nheaders = { Authorization = "${FEED_TOKEN}" }\n'
    )

    assert "the environment variable FEED_TOKEN is not set" in shell("check").stderr
    done = shell("check", FEED_TOKEN="s3cret")
    assert done.exit_code == 0
    assert "s3cret" not in done.output


def test_online_says_of_every_feed_what_was_found(shell: Shell, publisher: Publisher) -> None:
    publisher.serves("/good.xml", FEED)
    publisher.serves("/page", page("/good.xml"), content_type="text/html")
    publisher.redirects("/moved.xml", "/good.xml", 301)
    shell.config.write_text(
        LOOPBACK
        + "".join(
            f'[[source]]\nurl = "{publisher.url(path)}"\nslug = "{slug}"\n{more}'
            for slug, path, more in (
                ("good", "/good.xml", ""),
                ("page", "/page", ""),
                ("moved", "/moved.xml", ""),
                ("missing", "/missing.xml", ""),
                ("off", "/off.xml", "enabled = false\n"),
            )
        )
    )

    done = shell("check", "--online")

    assert done.exit_code == 0, done.output
    lines = {line.split()[0]: line for line in done.stdout.splitlines()[1:-1]}
    assert lines["good"] == "good     ok     RSS 2.0, 1 entry, newest of 2026-03-02"
    assert lines["page"] == (
        f"page     FAULT  a page, not a feed; its feed is {publisher.url('/good.xml')}"
        " (RSS 2.0, 1 entry, newest of 2026-03-02)"
    )
    assert lines["moved"].endswith(f"; moved for good, write {publisher.url('/good.xml')}")
    assert "404" in lines["missing"]
    assert "off" not in lines
    assert done.stdout.splitlines()[-1] == "2 of 4 feeds are well."
    assert len(publisher.requests_to("/off.xml")) == 0


def test_online_asks_hosts_at_the_same_time_and_one_host_in_turn(shell: Shell, publisher: Publisher) -> None:
    with Publisher(host="127.0.0.2") as other:
        gate = publisher.holds("/slow.xml")
        publisher.serves("/after.xml", FEED)
        other.serves("/feed.xml", FEED)
        other.answers_with("/last.xml", lambda _request, _wire: gate.open())
        shell.config.write_text(
            LOOPBACK
            + "".join(
                f'[[source]]\nurl = "{url}"\n'
                for url in (
                    publisher.url("/slow.xml"),
                    publisher.url("/after.xml"),
                    other.url("/feed.xml"),
                    other.url("/last.xml"),
                )
            )
        )

        done = shell("check", "--online")

    assert done.stdout.splitlines()[-1].startswith("2 of 4 feeds")
    slow, after = publisher.requests
    assert slow.ended is not None
    assert after.started >= slow.ended


def test_online_with_nothing_to_ask_asks_nobody(shell: Shell) -> None:
    shell.config.write_text("")

    assert shell("check", "--online").exit_code == 0


def test_the_theme_is_checked_as_the_file_is(shell: Shell) -> None:
    shell.config.write_text(
        '[site]\ntheme = "look"\n[[source]]\nurl = "https://a.example/"\nface = "faces/a.png"\n'
    )
    (shell.folder / "look" / "templates").mkdir(parents=True)
    (shell.folder / "look" / "templates" / "week.html").write_text(
        "{% extends 'ours/week.html' %}\n{% else %}"
    )

    done = shell("check")

    assert done.exit_code == 2
    picture, template = done.stderr.splitlines()
    assert picture.startswith(f"{shell.folder}/look/faces/a.png: there is no such picture")
    assert template.startswith(f"{shell.folder}/look/templates/week.html:2: ")
