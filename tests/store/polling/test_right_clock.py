"""A clock that was ahead leaves nothing behind once it is right."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import select

from aggregator import store
from aggregator.lifecycle.planned import FAR_FUTURE
from aggregator.model import Result, State
from aggregator.store import Subscription
from aggregator.store.db.tables import entry, listing, poll, posts_per_week
from tests.store.newsroom import MARCH, Newsroom, a_source, an_entry

DAY = timedelta(days=1)
TEN_YEARS = 3650 * DAY


@contextmanager
def clock_ahead(newsroom: Newsroom, by: timedelta) -> Iterator[None]:
    newsroom.clock.set(newsroom.now + by)
    yield
    newsroom.clock.set(newsroom.now - by)
    store.correct_clock(newsroom.database, newsroom.now)


def test_what_was_polled_by_a_clock_far_ahead_is_due_again_once_it_is_right(newsroom: Newsroom) -> None:
    right = newsroom.now
    newsroom.lists(a_source("a"), a_source("b"))
    newsroom.poll("b")
    newsroom.clock.set(right + timedelta(days=3650))
    newsroom.poll("a", next_poll=newsroom.now + timedelta(hours=1))
    newsroom.clock.set(right)

    assert store.correct_clock(newsroom.database, newsroom.now) == 1

    assert [feed.slug for feed in newsroom.claim()] == ["a"]
    assert store.correct_clock(newsroom.database, newsroom.now) == 0


def test_another_source_of_a_host_that_was_polled_by_a_clock_far_ahead_can_be_polled(
    newsroom: Newsroom,
) -> None:
    right = newsroom.now
    newsroom.lists(a_source("a", url="https://host.test/a"))
    newsroom.clock.set(right + timedelta(days=3650))
    newsroom.poll("a", next_poll=newsroom.now + timedelta(hours=1))
    newsroom.clock.set(right)
    newsroom.lists(a_source("a", url="https://host.test/a"), a_source("b", url="https://host.test/b"))

    store.correct_clock(newsroom.database, newsroom.now)

    assert newsroom.claimed("b")


def test_a_feed_that_is_gone_is_not_due_again_by_a_corrected_clock(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("a"))
    newsroom.poll("a", state=State.GONE, result=Result.GONE, next_poll=FAR_FUTURE)

    assert store.correct_clock(newsroom.database, newsroom.now) == 0
    assert newsroom.claim() == []


def places(newsroom: Newsroom) -> list[tuple[str, datetime]]:
    return [(item.title, item.placed) for item in newsroom.page().items]


def tables(newsroom: Newsroom) -> list[list[tuple[object, ...]]]:
    """Return all that the store has of where entries stand, and when they were seen."""
    wanted = (
        select(entry.c.title, entry.c.first_seen, entry.c.placed, entry.c.changed, entry.c.missing_since),
        select(listing),
        select(posts_per_week),
        select(poll.c.at),
    )
    with newsroom.database.read() as connection:
        return [sorted(map(tuple, connection.execute(one)), key=repr) for one in wanted]


def polled_twice(newsroom: Newsroom, name: str) -> None:
    """Poll documents with dated, undated and late entries, of which one goes."""
    first = [an_entry(f"{name} {n}", published=None) for n in range(3)]
    dated = [an_entry(f"{name} dated", published=newsroom.now - 2 * DAY - TEN_YEARS)]
    newsroom.poll(name, *first, *dated)
    newsroom.clock.advance(hours=1)
    newsroom.poll(name, an_entry(f"{name} new", published=None), *first[1:], *dated)


def test_what_was_first_seen_by_a_clock_ahead_stands_where_it_would(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("a"), a_source("b"))
    newsroom.poll("b", an_entry("b", published=newsroom.now - 5 * DAY))
    with clock_ahead(newsroom, TEN_YEARS):
        polled_twice(newsroom, "a")

    assert places(newsroom)[0][0] == "A post that is called a new"
    assert places(newsroom)[0][1] == newsroom.now
    assert all(at <= newsroom.now for _, at in places(newsroom))
    dates = [at for table in tables(newsroom) for row in table for at in row if isinstance(at, datetime)]
    assert max(dates) <= newsroom.now
    assert newsroom.titles(words="called") == newsroom.titles()  # the search index moved along


def test_an_hour_ahead_or_ten_years_comes_to_the_same(newsroom: Newsroom) -> None:
    found = []
    for name, ahead in (("a", 2 * timedelta(hours=1)), ("b", TEN_YEARS)):
        newsroom.lists(a_source(name))
        start = newsroom.now
        with clock_ahead(newsroom, ahead):
            newsroom.poll(name, an_entry(f"{name} 1", published=None), an_entry(f"{name} 2", published=None))
        found.append([start - item.placed for item in newsroom.page(sources=(name,)).items])
        newsroom.clock.advance(hours=1)

    assert found[0] == found[1]


def test_entries_of_a_store_that_was_put_right_without_them_are_put_right_too(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("a"))
    with clock_ahead(newsroom, TEN_YEARS):
        newsroom.poll("a", an_entry("1", published=None))
        newsroom.clock.advance(days=1)
        newsroom.poll("a", an_entry("1", published=None), last_poll=newsroom.now - TEN_YEARS, next_poll=MARCH)

    assert newsroom.item().placed <= newsroom.now


def test_a_copy_that_a_clock_ahead_brought_moves_its_post_back(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("a"), a_source("b"))
    with clock_ahead(newsroom, TEN_YEARS):
        newsroom.poll("a", an_entry("1", published=None))
        newsroom.poll("b", an_entry("1", published=None))

    assert newsroom.item().placed == newsroom.now
    assert len(newsroom.page(sources=("b",)).items) == 1


def test_a_feed_that_was_known_before_takes_what_the_wrong_clock_kept_out_as_new(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("a"))
    newsroom.poll("a", an_entry("known"))
    newsroom.clock.advance(days=1)
    right = newsroom.now
    newsroom.clock.advance(days=1)
    with clock_ahead(newsroom, TEN_YEARS):
        newsroom.poll("a", an_entry("known"))

    feed = newsroom.claimed("a")
    assert feed.poll_state.last_success == right - DAY
    newsroom.save(feed, an_entry("late", published=right - 3 * DAY), an_entry("known"))

    assert newsroom.titles()[0] == "late"  # at its own date nobody would see it


def test_a_poller_and_a_hub_of_the_future_are_forgotten(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("a"))
    with clock_ahead(newsroom, TEN_YEARS):
        store.record_heartbeat(newsroom.database, "one", newsroom.now)
        newsroom.poll("a", hub="https://hub.test/", topic="https://a.test/feed")
        ((feed, _),) = store.subscriptions_due(newsroom.database, newsroom.now)
        wanted = Subscription(
            feed.id, "https://hub.test/", "https://a.test/feed", "t", "s", asked=newsroom.now
        )
        store.save_subscription(newsroom.database, wanted)
        store.confirm_subscription(newsroom.database, "t", lease_until=newsroom.now + 10 * DAY)

    assert store.last_heartbeat(newsroom.database) is None
    assert not store.is_pushed(newsroom.database, feed.id, newsroom.now)
    assert store.subscriptions_due(newsroom.database, newsroom.now)


def test_what_was_first_seen_by_a_clock_behind_stands_where_it_would_and_is_not_pruned(
    newsroom: Newsroom,
) -> None:
    with clock_ahead(newsroom, -TEN_YEARS):
        newsroom.lists(a_source("a"), keep=365 * DAY)
        newsroom.poll("a", an_entry("undated", published=None), an_entry("dated", published=MARCH))

    assert [feed.slug for feed in newsroom.claim()] == ["a"]
    store.prune(newsroom.database, now=newsroom.now, keep=365 * DAY)
    found = {item.title.split()[-1]: item.placed for item in newsroom.page().items}
    assert found["dated"] == MARCH
    assert MARCH - DAY <= found["undated"] <= newsroom.now
    with newsroom.database.read() as connection:
        assert set(connection.execute(select(entry.c.first_seen)).scalars()) == {newsroom.now}
    assert store.correct_clock(newsroom.database, newsroom.now) == 0
