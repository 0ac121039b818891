from datetime import UTC, datetime, timedelta

from aggregator.model import Week
from tests.cli.conftest import Shell
from tests.cli.test_prune import LOOPBACK, feed
from tests.support.publisher import Publisher

LAST_WEEK = datetime.now(UTC) - timedelta(weeks=1)


def filled(shell: Shell, publisher: Publisher) -> None:
    publisher.serves("/feed.xml", feed(LAST_WEEK))
    url = publisher.url("/feed.xml")
    shell.config.write_text(
        f'[site]\ntitle = "Ours"\n{LOOPBACK}[[source]]\nurl = "{url}"\ntags = ["blogs"]\n'
    )
    assert shell("poll", "--once").exit_code == 0


def test_the_last_finished_week_is_printed(shell: Shell, publisher: Publisher) -> None:
    filled(shell, publisher)

    printed = shell("week").stdout
    assert printed.startswith("# Ours, ")
    assert printed.endswith("## blogs\n\n- [Number 0](<https://blog.example/0>) · A blog\n")
    assert shell("week", str(Week.of(LAST_WEEK)), "--format", "markdown").stdout == printed
    assert "<h2>blogs</h2>" in shell("week", "--format", "html").stdout


def test_a_week_that_is_none_or_has_no_posts_is_a_sentence(shell: Shell, publisher: Publisher) -> None:
    filled(shell, publisher)

    wrong, empty = shell("week", "2026-W54"), shell("week", "2020-W01")
    assert (wrong.exit_code, empty.exit_code) == (2, 1)
    assert "2026-W54 is no week; write a year and a number of ISO 8601: 2026-W47" in wrong.stderr
    assert empty.stderr == "Error: the store has no posts of the week 2020-W01\n"
