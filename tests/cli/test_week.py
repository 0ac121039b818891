from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from aggregator.model import Week
from aggregator.store import Database
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


ISSUE = (
    "<rss version='2.0'><channel><title>Letter</title><link>https://letter.example/</link><item><title>Issue 1</title>"
    "<description>&lt;p&gt;Read &lt;a href='https://blog.example/0/'&gt;number zero&lt;/a&gt;.&lt;/p&gt;</description>"
    "</item></channel></rss>"
)


@pytest.fixture
def lettered(shell: Shell, publisher: Publisher) -> Shell:
    """Two posts of last week, and a newsletter whose last issue linked to the first of them."""
    publisher.serves("/feed.xml", feed(LAST_WEEK, LAST_WEEK))
    publisher.serves("/letter.xml", ISSUE, etag='"1"')
    letter, url = publisher.url("/letter.xml"), publisher.url("/feed.xml")
    shell.config.write_text(f'{LOOPBACK}[weeks]\npublished = "{letter}"\n[[source]]\nurl = "{url}"\n')
    assert shell("poll", "--once").exit_code == 0
    return shell


def later(shell: Shell) -> None:
    """Let the newsletter be asked again."""
    with closing(Database.open(shell.database)) as database, database.write() as connection:
        connection.exec_driver_sql("UPDATE published_issues SET asked = '2020-01-01 00:00:00.000000'")


def test_what_the_newsletter_sent_is_left_out_and_it_is_asked_once_an_hour(
    lettered: Shell, publisher: Publisher
) -> None:
    for _ in range(2):
        printed = lettered("week").stdout
        assert ("Number 0" in printed, "Number 1" in printed) == (False, True)

    assert [request.headers["If-None-Match"] for request in publisher.requests_to("/letter.xml")] == [None]
    later(lettered)
    assert "Number 0" not in lettered("week").stdout
    assert publisher.requests_to("/letter.xml")[1].headers["If-None-Match"] == '"1"'


def test_a_newsletter_that_does_not_answer_is_a_sentence_and_what_it_said_before_counts(
    lettered: Shell, publisher: Publisher
) -> None:
    lettered("week")
    later(lettered)
    publisher.answers("/letter.xml", 503)

    result = lettered("week")
    assert (result.exit_code, "Number 0" in result.stdout) == (0, False)
    assert "503" in result.stderr
    assert "what it had before is left out" in result.stderr


def test_picks_give_sections_words_and_order(lettered: Shell) -> None:
    picks = lettered.folder / "picks" / f"{Week.of(LAST_WEEK)}.toml"
    picks.parent.mkdir()
    picks.write_text(
        'drop = ["https://blog.example/1"]\n[[pick]]\nlink = "https://blog.example/0"\nsection = "First"\nwords = "Yes."\n'
    )

    printed = lettered("week").stdout
    assert "## First\n\n- [Number 0](<https://blog.example/0>) · A blog\\\n  Yes.\n" in printed
    assert "Number 1" not in printed


def test_a_pick_that_no_post_has_is_named_by_file_and_line(lettered: Shell) -> None:
    week = Week.of(LAST_WEEK)
    picks = lettered.folder / "picks" / f"{week}.toml"
    picks.parent.mkdir()
    picks.write_text('drop = ["https://x.example/"]\n\n[[pick]]\nlink = "https://y.example/"\n')

    result = lettered("week")
    assert result.exit_code == 2
    assert f"{picks}:1: no post of {week} has the link https://x.example/; take it out" in result.stderr
    assert (
        f"{picks}:3: no post of {week} has the link https://y.example/; correct it, or add a `title`"
        in result.stderr
    )


def test_a_week_is_in_the_language_of_the_site_and_what_goes_wrong_in_english(
    shell: Shell, publisher: Publisher
) -> None:
    filled(shell, publisher)
    shell.config.write_text(shell.config.read_text().replace("[site]", '[site]\nlanguage = "de"', 1))

    assert "\n\n1 Beitrag aus 1 Quelle." in shell("week").stdout
    assert shell("week", "2020-W01").stderr == "Error: the store has no posts of the week 2020-W01\n"
