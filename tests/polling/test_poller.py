"""Many feeds over simulated days: real pollers, a real publisher under many names, the real store."""

import logging
import shutil
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from aggregator import store
from aggregator.cli import main
from aggregator.fetch.room import LARGE, MOST_LARGE
from aggregator.model import Fault, FaultCode, FaultKind, Reason, ReasonCode, Result, State, TimelineQuery
from aggregator.polling import poller as poller_module
from aggregator.store import Database
from aggregator.web import create_app
from tests.polling.test_poll import OTHER_SITE, POSTS, rss
from tests.support.publisher import Fixed, Handler, Request, Wire, endless, head, resets, sends, silent
from tests.support.world import Counted, Trouble, World

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WEEK = timedelta(days=7)

HANGS = 1.0  # seconds after which a poll is considered to hang, as intended


def plain(body: bytes = rss(*POSTS)) -> Fixed:
    return Fixed(200, {"Content-Type": "application/rss+xml"}, body)


# --- requests ----------------------------------------------------------------------------------------------


def test_a_first_poll_is_one_request_and_every_later_one_conditional(world: World) -> None:
    modified = "Sun, 01 Mar 2026 10:00:00 GMT"
    world.publisher.serves("/a", rss(*POSTS), etag='W/"1"', last_modified=modified)
    world.lists("a")
    world.poller()

    world.poll()
    assert len(world.publisher.requests) == 1
    world.pass_time(days=1)

    first, *later = world.publisher.requests
    assert (first.headers["If-None-Match"], first.headers["If-Modified-Since"]) == (None, None)
    assert len(later) >= 10
    for request in later:
        assert (request.headers["If-None-Match"], request.headers["If-Modified-Since"]) == ('W/"1"', modified)


def test_validators_of_a_304_outlive_a_restart(world: World) -> None:
    world.publisher.serves("/a", rss(*POSTS), etag='"1"')
    world.lists("a")
    world.poller("before")
    world.poll()
    world.publisher.answers("/a", 304, headers={"ETag": '"2"'})
    world.clock.advance(hours=2)
    world.poll()
    world.pollers.clear()

    world.poller("after")
    world.clock.advance(hours=2)
    world.poll()

    assert [request.headers["If-None-Match"] for request in world.publisher.requests] == [None, '"1"', '"2"']


def test_a_changed_address_is_asked_at_once_without_the_old_validators(world: World) -> None:
    for name in ("a", "moved"):
        world.publisher.serves(f"/{name}", rss(*POSTS), etag='"1"')
    world.lists("a")
    poller = world.poller()
    world.poll()
    world.path.write_text(world.path.read_text().replace(world.url("a"), world.url("moved")))

    world.runner.run(world.jobs(poller).reload())
    world.poll()

    request = world.publisher.requests_to("/moved")[0]
    assert request.headers["If-None-Match"] is None
    assert world.state("a").address == world.url("moved")


def test_a_body_over_the_limit_is_recorded_and_backed_off(world: World) -> None:
    world.publisher.serves("/a", rss(*POSTS, extra="<!-- " + "x" * 5000 + " -->"))
    world.lists("a", max_bytes=2000)
    world.poller()

    world.poll()

    state = world.state("a")
    assert state.fault
    assert (state.fault.kind, state.failures, state.state) == (FaultKind.TOO_LARGE, 1, State.FAILING)
    assert (state.why[0].code, state.why[0].count) == (ReasonCode.BACKOFF, 1)
    assert state.next_poll >= world.clock.now() + 0.8 * HOUR


# --- hosts -------------------------------------------------------------------------------------------------


def test_two_pollers_never_poll_a_feed_twice_nor_ask_more_of_a_host_than_it_allows(world: World) -> None:
    page = Counted(plain(), seconds=0.01)
    names = [f"f{number}@host{number % 4}" for number in range(24)]
    for name in names:
        world.publisher.answers_with(f"/{name.partition('@')[0]}", page)
    world.lists(*names, per_host=2)
    world.poller("one")
    world.poller("two")

    assert world.poll() == 24

    asked = Counter(request.path for request in world.publisher.requests)
    assert set(asked.values()) == {1}
    assert len(asked) == 24
    assert max(page.most.values()) <= 2
    assert page.most_in_all > 1


def test_the_gap_of_a_host_holds_across_pollers(world: World) -> None:
    for name in ("a", "b"):
        world.publisher.serves(f"/{name}", rss(*POSTS))
    world.lists("a@host", "b@host", per_host_gap="10s")
    one, two = world.poller("one"), world.poller("two")

    assert world.turn(one) == 1
    world.clock.advance(seconds=9)
    assert world.turn(two) == 0
    world.clock.advance(seconds=1)
    assert world.turn(two) == 1


def test_redirects_count_at_the_host_that_they_lead_to_across_pollers(world: World) -> None:
    page = Counted(plain(), seconds=0.05)
    world.publisher.answers_with("/page", page)
    for name in ("s1", "s2"):
        world.publisher.answers_with(f"/{name}", page)
    for name in ("r1", "r2", "r3", "r4"):
        world.publisher.redirects(f"/{name}", world.url("page@shared"))
    world.lists("r1", "r2", "r3", "r4", "s1@shared", "s2@shared")
    world.poller("one")
    world.poller("two")

    assert world.poll() == 6

    assert [state.state for state in world.states()] == [State.OK] * 6
    assert max(page.most.values()) == 1


def test_a_redirect_to_a_host_that_asked_for_a_pause_is_not_followed(world: World) -> None:
    world.publisher.answers("/paused", 429, headers={"Retry-After": "3600"})
    world.publisher.serves("/page", rss(*POSTS))
    world.publisher.redirects("/moved", world.url("page@paused"))
    world.lists("paused", "moved")
    one, two = world.poller("one"), world.poller("two")
    assert world.runner.run(one.start_one("paused"))
    world.turn(one)
    world.turn(two)

    assert world.asked("page") == 0
    assert world.states()[1].fault == Fault(FaultCode.HOST_WANTS_NONE, {"host": "paused.test"})


@pytest.mark.parametrize(
    "headers", [{"Retry-After": "10800"}, {"Retry-After": "Mon, 02 Mar 2026 15:00:00 GMT"}, {}]
)
def test_a_429_pauses_its_whole_host_for_every_poller(world: World, headers: dict[str, str]) -> None:
    world.publisher.answers("/a", 429, headers=headers)
    for name in ("b", "c", "other"):
        world.publisher.serves(f"/{name}", rss(*POSTS))
    world.lists("a@host", "b@host", "c@host", "other")
    one, two = world.poller("one"), world.poller("two")
    assert world.runner.run(one.start_one("a"))
    world.turn(one)

    world.poll()

    assert (world.asked("b"), world.asked("c"), world.asked("other")) == (0, 0, 1)
    pause = world.state("a").next_poll - world.clock.now()
    assert pause == 3 * HOUR if headers else 0.8 * HOUR <= pause <= HOUR
    pause = min(pause, HOUR)  # of the host
    assert world.state("b").next_poll == world.clock.now() + pause
    assert world.state("b").why == (Reason(ReasonCode.HOST_PAUSED, text="host.test"),)
    world.clock.advance(seconds=pause.total_seconds() - 1)
    world.publisher.requests.clear()
    world.poll()
    assert {request.path for request in world.publisher.requests} <= {"/other"}
    assert not world.runner.run(two.start_one("b")), "also if the admin asks"
    world.clock.advance(seconds=1)
    world.poll()
    assert [world.asked(name) for name in "abc"] == [0 if headers else 1, 1, 1]


def test_a_route_that_always_answers_429_does_not_keep_its_host_for_ever(world: World) -> None:
    for name in ("a", "b"):
        world.publisher.answers(f"/{name}", 429)
    world.publisher.serves("/c", rss(*POSTS))
    world.lists("a@host", "b@host", "c@host")
    world.poller()

    world.pass_time(days=3)

    assert world.asked("c") >= 3
    assert world.asked("a") + world.asked("b") <= 16


def test_a_503_pauses_its_feed_alone(world: World) -> None:
    world.publisher.answers("/a", 503, headers={"Retry-After": "21600"})
    world.publisher.serves("/b", rss(*POSTS))
    world.lists("a@host", "b@host")
    world.poller()

    world.poll()

    assert world.state("a").next_poll == world.clock.now() + 6 * HOUR
    assert world.state("b").state is State.OK
    world.pass_time(hours=5)
    assert world.asked("a") == 1
    assert world.asked("b") >= 4


def test_feeds_of_one_host_do_not_keep_step(world: World) -> None:
    names = [f"f{number}" for number in range(6)]
    for name in names:
        world.publisher.serves(f"/{name}", rss(*POSTS), etag='"1"')
    world.lists(*(f"{name}@host" for name in names))
    world.poller()

    for _ in range(3):
        world.pass_time(hours=4)
        moments = sorted(world.state(name).next_poll for name in names)
        assert moments[-1] - moments[0] > 5 * MINUTE
        assert len(set(moments)) == 6


def test_feeds_whose_host_asks_for_the_same_wait_do_not_come_back_together(world: World) -> None:
    names = [f"f{number}" for number in range(6)]
    for name in names:
        world.publisher.serves(f"/{name}", rss(*POSTS), headers={"Cache-Control": "max-age=43200"})
    world.lists(*(f"{name}@host" for name in names))
    world.poller()

    world.poll()

    waits = sorted(world.state(name).next_poll - world.clock.now() for name in names)
    assert waits[0] >= 12 * HOUR
    assert waits[-1] - waits[0] > MINUTE


# --- starts ------------------------------------------------------------------------------------------------


def test_a_thousand_new_sources_are_no_stampede(sqlite_world: World) -> None:
    world = sqlite_world
    page = Counted(plain(rss()), seconds=0.01)
    names = [f"f{number}" for number in range(1000)]
    for name in names:
        world.publisher.answers_with(f"/{name}", page)
    world.lists(*names, concurrency=20)
    world.poller()

    assert world.poll() == 1000

    assert 1 < page.most_in_all <= 20
    waits = [state.next_poll - world.clock.now() for state in world.states()]
    assert min(waits) >= 15 * MINUTE
    by_tenth = Counter(int(10 * (wait - min(waits)) / (max(waits) - min(waits) + MINUTE)) for wait in waits)
    assert len(by_tenth) == 10
    assert max(by_tenth.values()) < 200


def test_a_restart_polls_nobody_earlier_than_planned(world: World) -> None:
    for name in ("a", "b"):
        world.publisher.serves(f"/{name}", rss(*POSTS))
    world.lists("a", "b")
    world.poller("before")
    world.poll()
    world.pollers.clear()
    planned = min(state.next_poll for state in world.states())

    world.lists("a", "b")
    after = world.poller("after")
    world.clock.set(planned - timedelta(seconds=1))
    assert world.turn(after) == 0
    world.clock.set(planned)
    assert world.turn(after) == 1


def test_the_mean_over_all_sources_settles_at_the_interval(sqlite_world: World) -> None:
    world = sqlite_world
    # From several posts a day to one in some weeks; the slowest would be polled less than once a day.
    for number in range(6):
        dates = [world.clock.now() - timedelta(hours=3**number * (1 + post)) for post in range(8)]
        titles = [f"Post {post}" for post in range(8)]
        world.publisher.serves(f"/f{number}", rss(*titles, dates=dates), etag='"1"')
    world.lists(*(f"f{number}" for number in range(6)))
    poller = world.poller()
    world.poll()
    for _ in range(12):
        world.pass_time(hours=2)
        world.runner.run(poller.refresh_pace())
    world.publisher.requests.clear()

    for _ in range(12):
        world.pass_time(hours=2)
        world.runner.run(poller.refresh_pace())

    polls = Counter(request.path for request in world.publisher.requests)
    assert polls.total() / (6 * 24) == pytest.approx(1.0, abs=0.2)
    assert polls["/f0"] > 3 * polls["/f5"]


# --- one for all -------------------------------------------------------------------------------------------


def test_a_hanging_publisher_delays_no_other(sqlite_world: World) -> None:
    world = sqlite_world
    world.publisher.serves("/slow", rss(*POSTS))
    gate = world.publisher.holds("/slow")
    for name in ("a", "b"):
        world.publisher.serves(f"/{name}", rss(*POSTS), etag='"1"')
    world.lists("slow", "a", "b", timeout="10m", interval="2m", min_interval="1m", concurrency=2)
    poller = world.poller()

    world.poll(HANGS)
    assert (world.asked("a"), world.asked("b"), world.asked("slow")) == (1, 1, 1)
    assert poller.under_way == 1
    world.clock.advance(minutes=5)
    world.poll(HANGS)
    assert (world.asked("a"), world.asked("b"), world.asked("slow")) == (2, 2, 1)

    gate.open()
    world.poll()
    assert world.state("slow").state is State.OK


def stops_in_a_large_body(request: Request, wire: Wire) -> None:
    wire.send(head(200, {"Content-Length": str(2 * LARGE)}) + b" " * (LARGE + 100_000))
    silent(request, wire)


def test_a_large_document_that_finds_no_room_is_no_failure_of_its_feed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poller_module, "PATIENCE", 0.2)
    large = [f"large{number}" for number in range(MOST_LARGE)]
    for name in large:
        world.publisher.answers_with(f"/{name}", stops_in_a_large_body)
    world.publisher.serves("/late", rss(*POSTS) + b" " * (LARGE + 100_000), etag='"1"')
    world.lists(*large, timeout="60s")
    poller = world.poller()
    world.turn(poller, HANGS)
    assert poller.under_way == MOST_LARGE

    world.lists(*large, "late", timeout="60s")
    world.runner.run(world.jobs(poller).reload())
    world.turn(poller, HANGS)

    state = world.state("late")
    assert world.asked("late") == 1
    assert (state.state, state.failures, state.fault) == (State.NEW, 0, None)
    assert state.why == (Reason(ReasonCode.NO_ROOM),)
    assert state.next_poll == world.clock.now() + timedelta(minutes=15)


def test_what_came_while_the_store_was_away_is_saved_once_it_is_back(
    sqlite_world: World, tmp_path: Path
) -> None:
    world = sqlite_world
    world.publisher.serves("/a", rss(*POSTS))
    gate = world.publisher.holds("/a")
    world.lists("a")
    poller = world.poller()
    world.turn(poller, HANGS)
    file = tmp_path / "world.db"
    shutil.move(file, tmp_path / "moved.db")
    gate.open()
    world.runner.run(poller.settle(HANGS))
    assert poller.under_way == 1
    shutil.move(tmp_path / "moved.db", file)
    world.poll()

    assert (world.state("a").state, world.asked("a")) == (State.OK, 1)


def test_a_store_that_cannot_be_written_to_costs_one_poll_and_not_the_loop(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("a", "b"):
        world.publisher.serves(f"/{name}", rss(*POSTS))
    world.lists("a", "b")
    world.poller()
    _rename(world.database, "poll", "poll_mislaid")
    with caplog.at_level(logging.ERROR):
        assert world.poll() == 2
    assert "this poll could not be saved" in caplog.text
    assert "Traceback" not in caplog.text
    assert world.poll() == 0

    _rename(world.database, "poll_mislaid", "poll")
    assert world.state("a").why == (Reason(ReasonCode.NOT_SAVED),)
    world.pass_time(minutes=1)

    assert [(state.state, state.failures) for state in world.states()] == [(State.OK, 0)] * 2
    assert len(world.publisher.requests) == 4


def _rename(database: Database, table: str, name: str) -> None:
    with database.write() as connection:
        connection.execute(text(f"ALTER TABLE {table} RENAME TO {name}"))


def test_a_feed_of_a_poller_that_died_is_polled_once_its_lease_ends(world: World) -> None:
    world.publisher.serves("/a", rss(*POSTS))
    world.lists("a")
    poller = world.poller()
    lease = poller._listed().lease
    assert store.claim_one(world.database, "a", now=world.clock.now(), owner="dead", lease=lease)

    world.clock.advance(seconds=lease.total_seconds() - 1)
    assert world.poll() == 0
    world.clock.advance(seconds=1)
    assert world.poll() == 1
    assert world.state("a").state is State.OK


def test_who_comes_back_after_its_lease_writes_nothing(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.publisher.serves("/a", rss("Old news"))
    gate = world.publisher.holds("/a")
    world.lists("a")
    late = world.poller("late")
    assert world.turn(late, HANGS) == 1
    world.clock.advance(minutes=10)
    assert store.claim_one(world.database, "a", now=world.clock.now(), owner="next", lease=HOUR)

    gate.open()
    world.turn(late)

    assert "the lease expired before the poll finished" in caplog.text
    assert store.timeline_page(world.database, TimelineQuery(), 10).items == []


def test_who_comes_back_after_its_lease_follows_no_redirect_to_another_host(world: World) -> None:
    world.publisher.serves("/page", rss(*POSTS))
    world.publisher.redirects("/r", world.url("page@elsewhere"))
    gate = world.publisher.holds("/r")
    world.lists("r")
    one, two = world.poller("one"), world.poller("two")
    world.turn(one, HANGS)
    world.clock.advance(minutes=10)
    world.turn(two, HANGS)
    assert world.asked("r") == 2

    gate.open()
    world.poll()

    assert world.asked("page") == 1
    assert world.state("r").state is State.OK


def test_what_hangs_at_the_end_is_given_back_and_due_as_it_was(world: World) -> None:
    world.publisher.serves("/a", rss(*POSTS))
    gate = world.publisher.holds("/a")
    world.lists("a")
    poller = world.poller("ends")
    before = world.state("a")
    assert world.turn(poller, HANGS) == 1

    world.runner.run(poller.close(0.1))

    assert world.state("a") == before
    gate.open()
    assert world.turn(world.poller("next")) == 1
    assert world.state("a").state is State.OK


# --- outages of our own ------------------------------------------------------------------------------------

CROWD = [f"f{number}" for number in range(12)]


@pytest.mark.parametrize("trouble", ["names", "connections"])
def test_an_outage_of_ours_pauses_polls_and_is_held_against_nobody(world: World, trouble: Trouble) -> None:
    for name in CROWD:
        world.publisher.serves(f"/{name}", rss(*POSTS), etag='"1"')
    world.lists(*CROWD)
    world.poller()
    world.pass_time(hours=2)
    world.internet.trouble = trouble
    polls = len(world.outcomes)
    _by_the_minute(world, 300)
    assert len(world.outcomes) - polls < 300, "one at a time, to see if the network is back"
    assert {state.failures for state in world.states()} <= {0, 1}

    world.internet.trouble = ""
    world.publisher.requests.clear()
    back = world.clock.now()
    _by_the_minute(world, 60)

    states = world.states()
    assert {(state.failures, state.state, state.fault) for state in states} == {(0, State.OK, None)}
    assert all(state.last_success and state.last_success > back for state in states)
    minutes = Counter(outcome.at for outcome in world.outcomes if outcome.at > back)
    assert max(minutes.values()) <= 4
    assert {world.asked(name) for name in CROWD} <= {1, 2}


def _by_the_minute(world: World, minutes: int) -> None:
    for _ in range(minutes):
        world.clock.advance(minutes=1)
        world.poll()


def test_a_host_that_is_dead_for_good_does_not_prolong_an_outage(world: World) -> None:
    names = CROWD[:4]
    for name in names:
        world.publisher.serves(f"/{name}", rss(*POSTS), etag='"1"')
    world.lists(*names)
    world.poller()
    world.poll()
    world.internet.trouble = "names"
    _by_the_minute(world, 120)
    world.internet.trouble = ""
    world.internet.dead = {"f0.test"}
    back = world.clock.now()

    _by_the_minute(world, 80)

    assert all((world.state(name).last_success or back) > back for name in names[1:])
    assert world.state("f0").state is State.FAILING
    assert world.state("f0").failures >= 1


def test_while_everybody_is_out_of_reach_nobody_is_tried_sooner_than_min_interval(world: World) -> None:
    names = CROWD[:3]
    world.lists(*names)
    world.poller()
    world.internet.dead = {f"{name}.test" for name in names}

    _by_the_minute(world, 120)

    for name in names:
        tries = [outcome.at for outcome in world.outcomes if outcome.feed.slug == name]
        assert all(later - earlier >= 15 * MINUTE for earlier, later in pairwise(tries))


# --- sources that change -----------------------------------------------------------------------------------


def test_a_source_on_hold_shows_nothing_new_says_why_and_ends_by_its_release(
    world: World, database_url: str
) -> None:
    world.clock.set(datetime.now(UTC))  # the command that releases it has the machine's own clock
    world.publisher.serves("/a", rss(*POSTS))
    world.lists("a")
    world.poller()
    world.poll()
    world.publisher.serves("/a", OTHER_SITE)
    world.clock.advance(hours=2)
    world.poll()

    assert world.outcomes[-1].result is Result.HELD
    assert _titles(world) == set(POSTS)
    app = create_app(world.pollers[0].settings, world.database, world.clock)
    page = app.test_client().get("/sources/a").text
    assert "looks like another site" in page
    assert "aggregator sources release a" in page

    done = CliRunner().invoke(main, ["sources", "release", "a", "--database", database_url])
    assert done.exit_code == 0, done.output
    world.clock.advance(hours=2)
    world.poll()
    assert world.state("a").state is State.OK
    assert _titles(world) == {*POSTS, "Slots", "Poker", "Roulette", "Bets"}


def _titles(world: World) -> set[str]:
    return {item.title for item in store.timeline_page(world.database, TimelineQuery(), 100).items}


def test_a_feed_that_is_gone_is_polled_no_more(world: World) -> None:
    world.publisher.answers("/a", 410)
    world.lists("a")
    world.poller()
    world.poll()

    world.clock.advance(days=700)

    assert world.poll() == 0
    assert world.state("a").state is State.GONE
    assert world.state("a").why == (Reason(ReasonCode.GONE),)


def test_a_permanent_redirect_is_remembered_after_two_polls_and_its_host_is_treated_politely(
    world: World,
) -> None:
    world.publisher.redirects("/a", world.url("new"), 301)
    for name in ("new", "b"):
        world.publisher.serves(f"/{name}", rss(*POSTS), etag='"1"')
    world.lists("a")
    poller = world.poller()
    for _ in range(3):
        world.poll()
        world.clock.advance(hours=3)
    assert (world.asked("a"), world.state("a").address) == (2, world.url("new"))

    world.writes("a", "b@new", per_host_gap="5s")
    world.runner.run(world.jobs(poller).reload())
    assert (world.turn(poller), world.turn(poller)) == (1, 0)
    world.clock.advance(seconds=5)
    assert world.turn(poller) == 1
    assert (world.asked("a"), world.asked("new"), world.asked("b")) == (2, 4, 1)


def test_a_source_that_leaves_the_file_in_mid_poll_leaves_no_trace(world: World) -> None:
    for name in ("a", "b"):
        world.publisher.serves(f"/{name}", rss(f"Post of {name}"))
    gate = world.publisher.holds("/a")
    world.lists("a", "b")
    poller = world.poller()
    world.turn(poller, HANGS)

    world.writes("b")
    world.runner.run(world.jobs(poller).reload())
    gate.open()
    world.turn(poller)

    assert _titles(world) == {"Post of b"}
    world.pass_time(hours=12)
    assert world.asked("a") == 1
    with pytest.raises(store.SourceNotFound):
        world.state("a")


def test_a_source_that_left_the_file_after_it_was_claimed_is_not_asked(world: World) -> None:
    world.publisher.serves("/a", rss(*POSTS))
    world.publisher.serves("/b", rss(*POSTS))
    world.lists("a", "b")
    poller = world.poller()
    world.writes("b")
    poller._sources.refresh()  # the poller knows before the store does

    world.runner.run(poller._claim())
    world.runner.run(poller.settle(5))

    assert world.asked("a") == 0
    assert world.asked("b") <= 1


# --- rounds ------------------------------------------------------------------------------------------------


def test_a_round_polls_each_once_and_ends_with_the_last(world: World) -> None:
    names = [f"f{number}@host{number % 2}" for number in range(6)]
    for name in names:
        world.publisher.serves(f"/{name.partition('@')[0]}", rss(*POSTS))
    world.lists(*names)
    poller = world.poller()

    world.runner.run(poller.poll_due())

    assert len(world.outcomes) == 6
    assert poller.under_way == 0


def test_a_round_ends_also_where_our_network_is_out_and_reports_each_poll_it_began(world: World) -> None:
    world.lists(*CROWD)
    poller = world.poller()
    world.internet.trouble = "names"

    world.runner.run(poller.poll_due())

    assert len(world.outcomes) >= 3
    assert poller.under_way == 0


# --- a law -------------------------------------------------------------------------------------------------

ANSWERS: dict[str, Handler] = {
    **{
        f"status-{status}": Fixed(status, headers, b"?")
        for status in (200, 204, 206, 300, 304, 400, 404, 425, 429, 500, 503, 599)
        for headers in ({}, {"Retry-After": "0"})
    },
    **{
        f"header-{number}": Fixed(200, {name: value}, rss(*POSTS))
        for number, (name, value) in enumerate(
            [
                ("Cache-Control", "max-age=0"),
                ("Cache-Control", "max-age=99999999999999999999"),
                ("Cache-Control", "max-age=-1, no-cache"),
                ("Expires", "0"),
                ("Expires", "Fri, 31 Dec 9999 23:59:59 GMT"),
                ("Expires", "Mon, 01 Jan 0001 00:00:00 GMT"),
                ("Retry-After", "9" * 400),
                ("Retry-After", "Fri, 31 Dec 9999 23:59:59 -2300"),
                ("Age", "99999999999"),
                ("Last-Modified", "Tue, 01 Jan 2041 00:00:00 GMT"),
                ("Location", "//["),
            ]
        )
    },
    **{
        f"document-{number}": plain(body)
        for number, body in enumerate(
            [
                b"",
                b"{}",
                b"<rss",
                OTHER_SITE,
                rss(*POSTS, extra="<ttl>0</ttl>"),
                rss(*POSTS, extra="<ttl>-5</ttl>"),
                rss(*POSTS, extra="<ttl>99999999999999</ttl>"),
                rss(
                    *POSTS,
                    extra=f"<skipHours>{''.join(f'<hour>{hour}</hour>' for hour in range(24))}</skipHours>",
                ),
            ]
        )
    },
    "reset": resets(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n<rss"),
    "noise": sends(b"\x00\xff" * 50),
    "nothing": sends(b""),
    "loop": Fixed(301, {"Location": "?"}, b""),
    "endless": endless(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65536),
}


def test_whatever_servers_answer_each_is_polled_again_never_too_soon_and_never_never(world: World) -> None:
    for name, handler in ANSWERS.items():
        world.publisher.answers_with(f"/{name}", handler)
    world.lists(*ANSWERS, max_bytes=100_000)
    world.poller()

    for _ in range(4):
        assert world.poll() == len(ANSWERS)
        now = world.clock.now()
        for name in ANSWERS:
            assert 15 * MINUTE <= world.state(name).next_poll - now <= WEEK, name
        world.clock.advance(days=7, hours=1)
