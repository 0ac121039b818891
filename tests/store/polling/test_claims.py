import multiprocessing
import threading
import time
from collections import Counter
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from multiprocessing.connection import Connection
from typing import Any, NamedTuple

import pytest
from sqlalchemy import select, text

from aggregator import store
from aggregator.model import (
    Feed,
    HoldEvidence,
    HoldSign,
    HostPause,
    Reason,
    ReasonCode,
    Result,
    State,
    TimelineQuery,
)
from aggregator.sources.settings import Polling, Settings, Source
from aggregator.store import Database
from aggregator.store.db.tables import host_slot
from tests.store.newsroom import LEASE, MARCH, NO_GAP, OWNER, Newsroom, a_source, an_entry
from tests.support.clock import ManualClock


def at_one_host(count: int, **polling: Any) -> list[Source]:
    rules = Polling(**polling) if polling else NO_GAP
    return [a_source(f"s{n}", url=f"https://host.test/{n}", polling=rules) for n in range(count)]


def test_new_sources_are_due_at_once(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("a"), a_source("b"))

    feeds = newsroom.claim()

    assert [feed.slug for feed in feeds] == ["a", "b"]
    assert feeds[0].poll_state.why == (Reason(ReasonCode.NEW_SOURCE),)


def test_a_claimed_feed_is_nobody_elses_until_its_lease_ends(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("a"))

    assert len(newsroom.claim()) == 1
    newsroom.clock.advance(minutes=4, seconds=59)
    assert newsroom.claim(owner="poller-2") == []
    newsroom.clock.advance(seconds=1)
    assert len(newsroom.claim(owner="poller-2")) == 1


def test_no_more_feeds_are_claimed_than_there_is_room_for(newsroom: Newsroom) -> None:
    newsroom.lists(*(a_source(f"s{n}") for n in range(5)))

    assert len(newsroom.claim(limit=3)) == 3
    assert len(newsroom.claim(limit=3)) == 2


def test_a_host_has_one_request_under_way_and_a_gap_after_it(newsroom: Newsroom) -> None:
    newsroom.lists(*at_one_host(3, per_host_gap=timedelta(seconds=10)))

    (first,) = newsroom.claim()
    assert newsroom.claim() == []
    newsroom.save(first)
    assert newsroom.claim() == []
    newsroom.clock.advance(seconds=9)
    assert newsroom.claim() == []
    newsroom.clock.advance(seconds=1)
    assert [feed.slug for feed in newsroom.claim()] == ["s1"]


def test_a_host_that_allows_more_at_once_gets_them(newsroom: Newsroom) -> None:
    newsroom.lists(*at_one_host(5, per_host=3, per_host_gap=timedelta()))

    claimed = [len(newsroom.claim()) for _ in range(5)]

    assert sum(claimed) == 3


def test_where_the_sources_of_a_host_differ_the_politest_decides(newsroom: Newsroom) -> None:
    newsroom.lists(
        a_source("a", url="https://host.test/a", polling=Polling(per_host=5)),
        a_source("b", url="https://host.test/b", polling=Polling(per_host=1)),
    )

    assert len(newsroom.claim()) == 1
    assert newsroom.claim() == []


def test_the_politest_decides_after_a_poll_of_another_too(newsroom: Newsroom) -> None:
    newsroom.lists(
        a_source("a", url="https://host.test/a", polling=Polling(per_host=5, per_host_gap=timedelta())),
        a_source("b", url="https://host.test/b", polling=Polling(per_host=1, per_host_gap=timedelta())),
        a_source("c", url="https://host.test/c", polling=Polling(per_host=5, per_host_gap=timedelta())),
    )
    newsroom.save(newsroom.claimed("a"))

    assert [len(newsroom.claim()) for _ in range(2)] == [1, 0]


def test_a_slot_of_a_poller_that_died_is_free_when_its_lease_ends(newsroom: Newsroom) -> None:
    newsroom.lists(*at_one_host(2))
    newsroom.claim()

    newsroom.clock.advance(minutes=5)

    assert len(newsroom.claim(owner="poller-2")) == 1


def test_fewer_slots_hold_for_the_next_claim(newsroom: Newsroom) -> None:
    newsroom.lists(*at_one_host(4, per_host=3, per_host_gap=timedelta()))
    newsroom.lists(*at_one_host(4, per_host=1, per_host_gap=timedelta()))

    assert [len(newsroom.claim()) for _ in range(3)] == [1, 0, 0]


def test_who_waited_longest_comes_first(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("a"), a_source("b"))
    newsroom.poll("a", next_poll=newsroom.now + timedelta(hours=2))
    newsroom.poll("b", next_poll=newsroom.now + timedelta(hours=1))
    newsroom.clock.advance(hours=3)

    assert [feed.slug for feed in newsroom.claim(limit=1)] == ["b"]
    assert store.lateness(newsroom.database, newsroom.now) == timedelta(hours=1)


def test_a_restart_polls_nobody_earlier_than_planned(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("a"))
    newsroom.poll("a")

    newsroom.lists(a_source("a", title="Renamed"))

    assert newsroom.claim() == []
    assert store.next_due(newsroom.database) == newsroom.now + timedelta(hours=1)
    assert store.lateness(newsroom.database, newsroom.now) == timedelta()


# --- one source by its name


def test_a_source_can_be_claimed_though_it_is_not_due(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("a"))
    newsroom.poll("a")

    feed = store.claim_one(newsroom.database, "a", now=newsroom.now, owner=OWNER, lease=LEASE)

    assert feed is not None
    assert store.claim_one(newsroom.database, "a", now=newsroom.now, owner="other", lease=LEASE) is None


def test_a_source_by_its_name_waits_for_its_host_too(newsroom: Newsroom) -> None:
    newsroom.lists(*at_one_host(2))
    newsroom.claim()

    assert store.claim_one(newsroom.database, "s1", now=newsroom.now, owner=OWNER, lease=LEASE) is None


@pytest.mark.parametrize("slug", ["unknown", "off"])
def test_what_is_not_polled_is_told_apart(newsroom: Newsroom, slug: str) -> None:
    newsroom.lists(a_source("off", enabled=False))

    with pytest.raises(store.SourceNotFound, match=slug):
        store.claim_one(newsroom.database, slug, now=newsroom.now, owner=OWNER, lease=LEASE)


# --- back without a poll


def test_a_feed_that_is_given_back_is_due_when_it_was(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("a"))
    (feed,) = newsroom.claim()
    state = feed.poll_state

    store.give_back(newsroom.database, feed, owner=OWNER, now=newsroom.now, state=state)

    assert newsroom.claim(owner="poller-2") == [feed]


def test_only_who_has_the_lease_gives_back(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("a"))
    (feed,) = newsroom.claim()

    store.give_back(
        newsroom.database,
        feed,
        owner="other",
        now=newsroom.now,
        state=replace(feed.poll_state, next_poll=newsroom.now),
    )

    assert newsroom.claim(owner="other") == []


def test_an_outage_of_ours_is_forgiven_and_polls_are_spread(newsroom: Newsroom) -> None:
    newsroom.lists(*(a_source(f"s{n}") for n in range(4)))
    ids = []
    for n in range(4):
        feed = newsroom.claimed(f"s{n}")
        ids.append(feed.id)
        newsroom.save(
            feed, state=State.FAILING, failures=1 + n % 2, next_poll=newsroom.now + timedelta(hours=9)
        )

    store.undo_outage_failures(newsroom.database, ids, now=newsroom.now, spread=timedelta(hours=1))

    states = [status.poll_state for status in store.statuses(newsroom.database, newsroom.now)]
    assert [(state.failures, state.state) for state in states[:2]] == [(0, State.OK), (1, State.FAILING)]
    assert [state.next_poll - newsroom.now for state in states] == [
        timedelta(minutes=15) * n for n in range(4)
    ]
    assert states[0].why == (Reason(ReasonCode.AFTER_OUTAGE),)


def test_what_came_due_during_an_outage_is_spread_too_the_longest_overdue_first(newsroom: Newsroom) -> None:
    newsroom.lists(*(a_source(f"s{n}") for n in range(4)))
    for n in range(4):
        newsroom.poll(f"s{n}", next_poll=newsroom.now + timedelta(hours=4 - n))
    newsroom.clock.advance(hours=3)

    store.undo_outage_failures(newsroom.database, [], now=newsroom.now, spread=timedelta(hours=1))

    states = [status.poll_state for status in store.statuses(newsroom.database, newsroom.now)]
    minutes = [(state.next_poll - newsroom.now) / timedelta(minutes=1) for state in states]
    assert minutes == [60, 40, 20, 0]  # s0 was not due yet


def test_a_source_on_hold_is_released_and_read_whatever_it_was_known_by(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("a"))
    newsroom.poll(
        "a",
        state=State.ON_HOLD,
        hold=(HoldEvidence(HoldSign.SERVER, now="casino.example"),),
        listing=("x",),
        body_hash="h",
    )

    assert store.release_hold(newsroom.database, "a", newsroom.now) is True

    (feed,) = newsroom.claim()
    state = feed.poll_state
    assert (state.state, state.hold, state.listing, state.body_hash) == (State.OK, (), (), None)
    assert store.release_hold(newsroom.database, "a", newsroom.now) is False
    with pytest.raises(store.SourceNotFound):
        store.release_hold(newsroom.database, "unknown", newsroom.now)


def test_the_pace_is_the_mean_of_the_roots_of_the_rates(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("a"), a_source("b"), a_source("c"), a_source("off", enabled=False))
    assert store.mean_root_rate(newsroom.database) is None
    newsroom.poll("a", rate=4.0)
    newsroom.poll("b", rate=16.0)

    assert store.mean_root_rate(newsroom.database) == pytest.approx(3.0)


# --- many pollers at once

FEEDS, HOSTS, SLOTS, POLLERS = 60, 6, 2, 3

CROWD = Settings(
    sources=tuple(
        a_source(
            f"s{n}",
            url=f"https://host{n % HOSTS}.test/{n}",
            polling=Polling(per_host=SLOTS, per_host_gap=timedelta()),
        )
        for n in range(FEEDS)
    )
)


class Told(NamedTuple):
    """A poll as its poller saw it; seconds of a clock that all processes share."""

    feed_id: int
    host: str
    began: float
    ended: float


def poll_all(url: str, owner: str, wire: Connection) -> None:
    """Poll until nothing is due; what another poller has then, that one saves."""
    told = []
    with closing(Database.open(url)) as database:
        newsroom = Newsroom(database, ManualClock())
        newsroom.settings = CROWD
        while store.due_slugs(database, ManualClock().now(), now=ManualClock().now()):
            for feed in newsroom.claim(limit=4, owner=owner):
                began = time.monotonic()
                time.sleep(0.003)
                told.append(Told(feed.id, feed.url.split("/")[2], began, time.monotonic()))
                assert newsroom.save(feed, an_entry(feed.slug), owner=owner) is not None
    wire.send(told)
    wire.close()


def test_pollers_at_once_share_the_feeds_and_respect_the_hosts(database_url: str) -> None:
    with closing(Database.open(database_url)) as database:
        store.sync_sources(database, CROWD, ManualClock().now())
    processes = multiprocessing.get_context("spawn")
    pollers, wires = [], []
    for n in range(POLLERS):
        ours, theirs = processes.Pipe(duplex=False)
        pollers.append(processes.Process(target=poll_all, args=(database_url, f"poller-{n}", theirs)))
        wires.append(ours)
        pollers[-1].start()
        theirs.close()

    told = [poll for wire in wires for poll in wire.recv()]
    for poller in pollers:
        poller.join()
    for wire in wires:
        wire.close()

    assert Counter(poll.feed_id for poll in told) == Counter(range(1, FEEDS + 1))
    assert max(under_way(told)) <= SLOTS
    with closing(Database.open(database_url)) as database:
        assert len(store.timeline_page(database, TimelineQuery(), 100).items) == FEEDS
        assert store.timeline_version(database).number == FEEDS


def under_way(told: list[Told]) -> list[int]:
    """Return for each poll how many of its host were under way when it began, itself among them."""
    return [
        sum(other.host == poll.host and other.began <= poll.began < other.ended for other in told)
        for poll in told
    ]


def test_claimers_that_race_for_the_same_moment_never_share_a_feed(database: Database) -> None:
    """All threads claim at once, again and again, without saving: each feed may come once, each host twice."""
    store.sync_sources(database, CROWD, MARCH)
    claimed: list[Feed] = []
    start = threading.Barrier(4)

    def claim(owner: str) -> None:
        start.wait()
        for _ in range(6):
            claimed.extend(
                store.claim_due(database, now=MARCH, limit=5, owner=owner, lease=timedelta(minutes=5))
            )

    threads = [threading.Thread(target=claim, args=(f"poller-{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert max(Counter(feed.id for feed in claimed).values()) == 1
    assert max(Counter(feed.url.split("/")[2] for feed in claimed).values()) <= SLOTS
    with database.read() as connection:
        held = connection.execute(select(host_slot.c.feed_id).where(host_slot.c.feed_id.is_not(None)))
        assert sorted(held.scalars()) == sorted(feed.id for feed in claimed)


# --- however many feeds there are


QUESTIONS = (
    "SELECT name FROM host WHERE ready_at <= '2026-01-01' ORDER BY ready_at LIMIT 10",
    "SELECT id FROM feed WHERE host = 'h1.test' AND due_at <= '2026-01-01' ORDER BY due_at, id LIMIT 1",
    "SELECT min(due_at) FROM feed WHERE host = 'h1.test'",
)


def test_a_claim_reads_indexes_alone(database: Database) -> None:
    sources = tuple(a_source(f"s{n}", url=f"https://h{n % 300}.test/{n}") for n in range(1500))
    store.sync_sources(database, Settings(sources=sources), MARCH)
    explain = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN "
    with database.write() as connection:
        connection.execute(text("ANALYZE"))
        plans = [str(connection.execute(text(explain + question)).all()) for question in QUESTIONS]

    assert "ix_host_ready_at" in plans[0]
    assert "ix_feed_host_due_at" in plans[1]
    assert "ix_feed_host_due_at" in plans[2]


# --- a host that is paused


def test_a_source_of_a_paused_host_is_not_waited_for(newsroom: Newsroom) -> None:
    until = newsroom.now + timedelta(hours=6)
    newsroom.lists(a_source("a", url="https://host.test/a"))
    newsroom.poll("a", result=Result.FAILED, next_poll=until, host_pause=HostPause("host.test", until))
    newsroom.lists(
        a_source("a", url="https://host.test/a"), a_source("b", url="https://host.test/b"), a_source("c")
    )

    assert store.due_slugs(newsroom.database, newsroom.now, now=newsroom.now) == ["c"]


# --- pollers that died


def test_the_feeds_of_a_dead_poller_are_due_as_they_were_after_their_hosts_gap(newsroom: Newsroom) -> None:
    newsroom.lists(*at_one_host(2, per_host_gap=timedelta(seconds=10)))
    newsroom.claim(owner="dead")

    assert store.free_claims(newsroom.database, {"dead", "another"}, now=newsroom.now) == 1

    assert newsroom.claim(owner="alive") == []
    newsroom.clock.advance(seconds=10)
    assert [feed.slug for feed in newsroom.claim(owner="alive")] == ["s0"]


def test_the_feeds_of_a_living_poller_stay_its_own(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("a"))
    (feed,) = newsroom.claim(owner="alive")

    assert store.free_claims(newsroom.database, {"dead"}, now=newsroom.now) == 0

    assert newsroom.claim(owner="another") == []
    assert newsroom.save(feed, owner="alive") is not None


def test_what_a_poller_writes_that_was_thought_dead_is_lost(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("a"))
    (feed,) = newsroom.claim(owner="stopped")
    store.free_claims(newsroom.database, {"stopped"}, now=newsroom.now)

    assert newsroom.save(feed, an_entry("late"), owner="stopped") is None
    assert newsroom.titles() == []


def test_a_feed_that_was_polled_out_of_turn_is_not_due_sooner_by_its_pollers_death(
    newsroom: Newsroom,
) -> None:
    newsroom.lists(a_source("a"))
    newsroom.poll("a")
    newsroom.claimed("a")

    store.free_claims(newsroom.database, {OWNER}, now=newsroom.now)

    assert newsroom.claim() == []
    assert store.next_due(newsroom.database) == newsroom.now + timedelta(hours=1)
