from datetime import UTC, datetime, timedelta

import pytest

from aggregator import store
from aggregator.model import PollDetails, Reason, ReasonCode, Result, State
from tests.store.newsroom import MARCH, Newsroom, a_source, an_entry


def test_a_source_tells_how_it_is_doing(newsroom: Newsroom) -> None:
    newsroom.clock.set(datetime(2026, 3, 4, 12, tzinfo=UTC))  # a Wednesday
    newsroom.lists(a_source("a", title="The Blog", tags=("x",)), a_source("b"))
    newsroom.poll(
        "a",
        an_entry("this week", published=datetime(2026, 3, 2, tzinfo=UTC)),
        an_entry("last week", published=datetime(2026, 3, 1, 23, tzinfo=UTC)),
        an_entry("another", published=datetime(2026, 2, 23, tzinfo=UTC)),
        an_entry("half a year ago", published=datetime(2025, 8, 20, tzinfo=UTC)),
        details=PollDetails(entries=4),
        elapsed=0.5,
        received=1234,
    )

    status = store.status(newsroom.database, "a", newsroom.now)

    assert (status.name.title, status.tags, status.enabled) == ("The Blog", ("x",), True)
    assert status.poll_state.why == (Reason(ReasonCode.POSTS, rate=0.3),)
    assert status.weekly[-2:] == (2, 1)
    assert (len(status.weekly), sum(status.weekly)) == (26, 3)
    assert status.last_post == datetime(2026, 3, 2, tzinfo=UTC)
    (poll,) = status.polls
    assert (poll.result, poll.status, poll.new, poll.details) == (Result.READ, 200, 4, PollDetails(entries=4))
    assert (poll.elapsed, poll.received, poll.at) == (0.5, 1234, newsroom.now)
    assert store.statuses(newsroom.database, newsroom.now)[0] == status
    with pytest.raises(store.SourceNotFound):
        store.status(newsroom.database, "c", newsroom.now)


def test_what_include_keeps_is_counted(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("a", include=("cloud",), exclude=("sponsored",)), a_source("b"), a_source("c"))
    newsroom.poll("a", an_entry("cloud"), an_entry("garden"), an_entry("sponsored cloud"))
    newsroom.poll("b", an_entry("other"))

    counts = store.kept_by_include(newsroom.database, ["a", "c", "no such"])

    assert counts == {"a": (2, 3)}


def test_what_is_shown_as_anothers_is_told(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("author", title="The Author"), a_source("planet"))
    for slug in ("planet", "author"):
        newsroom.poll(slug, an_entry("shared", link="https://author.test/shared", guid=slug))

    (left,) = store.status(newsroom.database, "planet", newsroom.now).left_out

    assert (left.filtered, left.withdrawn, left.shown_in) == (None, False, "The Author")
    assert store.status(newsroom.database, "author", newsroom.now).left_out == ()


def test_a_fixed_page_is_listed_as_left_out(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("blog"))
    about = an_entry("about", title="About", published=None)
    newsroom.poll("blog", an_entry("a post"), about, link="https://example.test/")

    status = store.status(newsroom.database, "blog", newsroom.now)

    assert [(left.title, left.is_fixed_page) for left in status.left_out] == [("About", True)]
    assert sum(status.weekly) == 1  # the post
    assert status.last_post == MARCH


def test_the_store_in_numbers(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("a", exclude=("words of two",)), a_source("b"), a_source("off", enabled=False))
    newsroom.poll("a", an_entry("one"), an_entry("two"), elapsed=0.25, received=100)
    newsroom.clock.advance(hours=2)
    newsroom.poll("b", result=Result.FAILED, state=State.FAILING, elapsed=0.5, received=11)
    store.record_heartbeat(newsroom.database, "poller", newsroom.now)

    numbers = store.metrics(newsroom.database, newsroom.now)

    assert (numbers.sources[State.OK], numbers.sources[State.FAILING], numbers.sources[State.NEW]) == (
        1,
        1,
        0,
    )
    assert (numbers.polls[Result.READ], numbers.polls[Result.FAILED], numbers.polls[Result.GONE]) == (1, 1, 0)
    assert (numbers.entries["new"], numbers.entries["left out"]) == (2, 1)
    assert (numbers.received, numbers.seconds) == (111, 0.75)
    assert (numbers.late, numbers.last_beat) == (timedelta(hours=1), newsroom.now)
    assert numbers.revision == newsroom.revision


def test_the_last_sign_of_life_is_any_pollers(newsroom: Newsroom) -> None:
    assert store.last_heartbeat(newsroom.database) is None
    store.record_heartbeat(newsroom.database, "one", MARCH)
    store.record_heartbeat(newsroom.database, "two", MARCH + timedelta(seconds=9))
    store.record_heartbeat(newsroom.database, "one", MARCH + timedelta(seconds=5))

    assert store.last_heartbeat(newsroom.database) == MARCH + timedelta(seconds=9)


def test_the_faults_of_the_sources_file_are_kept_for_the_page(newsroom: Newsroom) -> None:
    assert store.file_state(newsroom.database).faults == ()
    store.set_file_state(newsroom.database, "sources.toml", ("sources.toml:3: no",))

    state = store.file_state(newsroom.database)

    assert (state.path, state.faults) == ("sources.toml", ("sources.toml:3: no",))
