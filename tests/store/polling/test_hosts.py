"""Hosts that redirects lead to: every poller keeps its distance to them, as to those of the feeds themselves."""

from datetime import timedelta

from sqlalchemy import func, select

from aggregator import store
from aggregator.model import Feed, HostPause
from aggregator.sources.settings import Polling
from aggregator.store.db.tables import host
from tests.store.newsroom import OWNER, Newsroom, a_source

GAP = timedelta(seconds=10)
POLITE = Polling(per_host_gap=GAP)


def change_host(newsroom: Newsroom, feed: Feed, before: str, after: str, owner: str = OWNER) -> timedelta:
    return store.change_host(
        newsroom.database, feed, before, after, owner=owner, now=newsroom.now, polling=POLITE
    )


def slugs(feeds: list[Feed]) -> list[str]:
    return [feed.slug for feed in feeds]


def test_a_host_that_a_redirect_leads_to_is_asked_by_nobody_else_until_its_gap_is_over(
    newsroom: Newsroom,
) -> None:
    newsroom.lists(a_source("a", polling=POLITE), a_source("b", polling=POLITE))
    moving = newsroom.claimed("a")
    assert not change_host(newsroom, moving, "a.test", "b.test")
    assert newsroom.claim(owner="another") == []

    newsroom.save(moving, answered_by="b.test")
    newsroom.clock.advance(seconds=9)
    assert newsroom.claim(owner="another") == []
    newsroom.clock.advance(seconds=1)
    assert slugs(newsroom.claim(owner="another")) == ["b"]


def test_a_redirect_waits_while_its_host_is_asked_and_holds_no_other_meanwhile(newsroom: Newsroom) -> None:
    newsroom.lists(
        a_source("a", polling=POLITE),
        a_source("a2", url="https://a.test/2", polling=POLITE),
        a_source("b", polling=POLITE),
    )
    moving, asked = newsroom.claimed("a"), newsroom.claimed("b")

    assert timedelta() < change_host(newsroom, moving, "a.test", "b.test") <= timedelta(seconds=1)
    newsroom.save(asked)
    assert change_host(newsroom, moving, "a.test", "b.test") == GAP
    newsroom.clock.advance(seconds=10)
    assert slugs(newsroom.claim(owner="another")) == ["a2"], "the gap after the first request is over"
    assert not change_host(newsroom, moving, "a.test", "b.test")


def test_a_redirect_waits_as_long_as_its_host_asked_for_a_pause(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("a", polling=POLITE), a_source("b", polling=POLITE))
    hour = timedelta(hours=1)
    newsroom.poll("b", host_pause=HostPause("b.test", newsroom.now + hour))

    assert change_host(newsroom, newsroom.claimed("a"), "a.test", "b.test") == hour


def test_who_lost_the_lease_asks_nobody_and_frees_no_slot(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("a", polling=POLITE), a_source("b", polling=POLITE))
    moving = newsroom.claimed("a")

    assert change_host(newsroom, moving, "a.test", "b.test", owner="another") == timedelta.max
    assert slugs(newsroom.claim()) == ["b"]


def test_a_host_that_only_a_redirect_led_to_is_forgotten_when_it_may_be_asked_again(
    newsroom: Newsroom,
) -> None:
    newsroom.lists(a_source("a", polling=POLITE))
    moving = newsroom.claimed("a")
    change_host(newsroom, moving, "a.test", "elsewhere.test")
    newsroom.save(moving, answered_by="elsewhere.test")

    store.forget_unused_hosts(newsroom.database, newsroom.now)
    assert known_hosts(newsroom) == 2
    newsroom.clock.advance(seconds=10)
    store.forget_unused_hosts(newsroom.database, newsroom.now)
    assert known_hosts(newsroom) == 1


def known_hosts(newsroom: Newsroom) -> int:
    with newsroom.database.read() as connection:
        count: int = connection.execute(select(func.count()).select_from(host)).scalar_one()
        return count
