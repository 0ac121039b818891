"""The take-overs of `tests.lifecycle.test_taken_over_posts`, as documents that a publisher on loopback serves."""

from collections.abc import Sequence
from datetime import timedelta
from email.utils import format_datetime
from typing import Any
from xml.sax.saxutils import escape

import pytest

from aggregator.model import Entry, Result, State
from tests.lifecycle.test_taken_over_posts import HONEST, NOW, PAST, SITE, TAKE_OVERS
from tests.polling.test_poll import PATH, Desk, desk, reader, runner  # noqa: F401 - fixtures


def document(entries: Sequence[Entry], title: str = "A blog", link: str = SITE) -> str:
    items = "".join(
        f"<item><title>{escape(entry.title)}</title><guid isPermaLink='false'>{entry.guid}</guid>"
        f"<link>{escape(entry.link or '')}</link><description>{escape(linked(entry))}</description>"
        f"<pubDate>{format_datetime(entry.published or NOW)}</pubDate></item>"
        for entry in entries
    )
    return f'<rss version="2.0"><channel><title>{title}</title><link>{link}</link>{items}</channel></rss>'


def linked(entry: Entry) -> str:
    return " ".join([entry.text, *(f'<a href="https://{host}/">here</a> and so on.' for host in entry.hosts)])


def polled_again(desk: Desk, new: Sequence[Entry], site: dict[str, Any]) -> Result:  # noqa: F811
    """Poll a blog, then what has become of it, and return what came of that."""
    desk.clock.set(NOW - timedelta(days=6))
    desk.site.serves(PATH, document(PAST))
    assert desk.poll().result is Result.READ
    desk.clock.set(NOW)
    desk.site.serves(PATH, document([*new, *PAST[:5]], **site))
    outcome = desk.poll()
    assert bool(outcome.entries) == (outcome.result is Result.READ)
    return outcome.result


@pytest.mark.parametrize(("new", "site"), TAKE_OVERS)
def test_take_overs_are_held_before_an_entry_is_taken(
    desk: Desk,  # noqa: F811
    new: list[Entry],
    site: dict[str, Any],
) -> None:
    assert polled_again(desk, new, site) is Result.HELD
    assert desk.state.state is State.ON_HOLD

    # What has put it on hold keeps it there, however often it is polled.
    desk.site.serves(PATH, document([*new, *PAST[:4]], **site))
    assert desk.poll(days=40).result is Result.HELD

    # Its own document ends the hold.
    desk.site.serves(PATH, document(PAST))
    assert desk.poll(days=1).result is Result.READ
    assert not desk.state.hold


@pytest.mark.parametrize(("new", "site"), HONEST)
def test_honest_changes_are_read(desk: Desk, new: list[Entry], site: dict[str, Any]) -> None:  # noqa: F811
    assert polled_again(desk, new, site) is Result.READ
