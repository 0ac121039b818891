"""The order and the bound of what hubs push."""

from datetime import timedelta

import pytest

from aggregator import store
from aggregator.model import Feed
from aggregator.sources.settings import Polling
from aggregator.store import Push
from aggregator.store.polling import inbox
from tests.store.newsroom import LEASE, OWNER, Newsroom, a_source

SECOND = timedelta(seconds=1)


@pytest.fixture
def feed_ids(newsroom: Newsroom) -> dict[str, int]:
    """Two feeds of one host, and one of another."""
    one, other = "https://one.test", "https://other.test"
    newsroom.lists(
        *(a_source(slug, url=f"{host}/{slug}") for slug, host in (("a", one), ("b", one), ("c", other)))
    )
    found = {}
    for slug in "abc":
        feed = newsroom.claimed(slug)
        newsroom.save(feed)
        found[slug] = feed.id
    return found


def push(newsroom: Newsroom, feed_id: int, body: bytes, *, seconds_ago: int = 0) -> bool:
    received = newsroom.now - seconds_ago * SECOND
    return store.enqueue_push(newsroom.database, feed_id, body, "application/rss+xml", received)


def claim(newsroom: Newsroom, limit: int = 10) -> list[tuple[Feed, Push]]:
    return store.claim_pushes(newsroom.database, now=newsroom.now, limit=limit, owner=OWNER, lease=LEASE)


def bodies(newsroom: Newsroom, limit: int = 10) -> list[bytes]:
    return [push.body for _, push in claim(newsroom, limit)]


def test_of_what_is_pushed_to_a_feed_the_newest_is_read(newsroom: Newsroom, feed_ids: dict[str, int]) -> None:
    for n in range(3):
        assert push(newsroom, feed_ids["a"], bytes([n, 0, 255]))

    ((feed, found),) = claim(newsroom)

    assert (feed.slug, found.body, found.content_type) == ("a", bytes([2, 0, 255]), "application/rss+xml")
    assert found.received == newsroom.now


def test_an_older_one_that_arrives_later_takes_no_newer_ones_place(
    newsroom: Newsroom, feed_ids: dict[str, int]
) -> None:
    assert push(newsroom, feed_ids["a"], b"newer")
    assert push(newsroom, feed_ids["a"], b"older", seconds_ago=5)

    assert bodies(newsroom) == [b"newer"]


def test_one_too_many_is_refused_and_what_waits_stays(
    newsroom: Newsroom, feed_ids: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "MOST_WAITING", 10)
    assert push(newsroom, feed_ids["a"], b"seven b")
    assert push(newsroom, feed_ids["c"], b"two")

    assert not push(newsroom, feed_ids["c"], b"four")
    assert push(newsroom, feed_ids["a"], b"se7en b")

    assert sorted(bodies(newsroom)) == [b"se7en b", b"two"]


def test_one_stays_until_it_was_read(newsroom: Newsroom, feed_ids: dict[str, int]) -> None:
    push(newsroom, feed_ids["a"], b"one")
    ((feed, found),) = claim(newsroom)
    assert claim(newsroom) == []

    store.give_back(
        newsroom.database, feed, owner=OWNER, now=newsroom.now, state=feed.poll_state
    )  # its poller ended
    ((feed, again),) = claim(newsroom)
    assert again == found
    newsroom.save(feed)
    store.drop_push(newsroom.database, again)
    assert claim(newsroom) == []


def test_one_that_comes_while_another_is_read_is_read_next(
    newsroom: Newsroom, feed_ids: dict[str, int]
) -> None:
    push(newsroom, feed_ids["a"], b"one")
    ((feed, found),) = claim(newsroom)

    push(newsroom, feed_ids["a"], b"two")
    newsroom.save(feed)
    store.drop_push(newsroom.database, found)

    assert bodies(newsroom) == [b"two"]


def test_a_feed_that_is_being_polled_is_left_alone(newsroom: Newsroom, feed_ids: dict[str, int]) -> None:
    feed = newsroom.claimed("a")
    push(newsroom, feed_ids["a"], b"one")

    assert claim(newsroom) == []
    newsroom.save(feed)
    assert bodies(newsroom) == [b"one"]


def test_a_host_that_needs_its_gap_is_waited_for(newsroom: Newsroom) -> None:
    polling = Polling(per_host_gap=10 * SECOND)
    newsroom.lists(a_source("a", polling=polling))
    feed = newsroom.claimed("a")
    newsroom.save(feed)
    push(newsroom, feed.id, b"one")

    assert claim(newsroom) == []
    newsroom.clock.advance(seconds=10)
    assert bodies(newsroom) == [b"one"]


def test_the_first_of_each_host_is_read_first(newsroom: Newsroom, feed_ids: dict[str, int]) -> None:
    push(newsroom, feed_ids["b"], b"first", seconds_ago=3)
    push(newsroom, feed_ids["a"], b"second", seconds_ago=2)
    push(newsroom, feed_ids["c"], b"third", seconds_ago=1)

    assert bodies(newsroom, limit=1) == [b"first"]
    assert bodies(newsroom) == [b"third"]


def test_a_source_that_left_the_file_is_not_read(newsroom: Newsroom, feed_ids: dict[str, int]) -> None:
    push(newsroom, feed_ids["c"], b"one")

    newsroom.lists(a_source("a", url="https://one.test/a"))

    assert claim(newsroom) == []
