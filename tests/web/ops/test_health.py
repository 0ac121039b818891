import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from aggregator import store
from aggregator.store import Database, StoreUnavailable
from aggregator.store.db.availability import Access
from tests.support.site import Site, an_entry


def health_of(site: Site) -> tuple[int, dict[str, Any]]:
    answer = site.client.get("/healthz")
    return answer.status_code, json.loads(answer.data)


def test_a_web_side_alone_is_well_while_the_store_answers(site: Site) -> None:
    site.clock.advance(days=30)
    status, told = health_of(site)

    assert status == 200
    assert told["status"] == "ok"
    assert told["problems"] == []


def test_it_is_never_kept(site: Site) -> None:
    assert site.client.get("/healthz").headers["Cache-Control"] == "no-store"


def test_a_store_that_does_not_answer_is_said(site: Site, tmp_path: Path) -> None:
    site.database = Database.open(f"sqlite:///{tmp_path}/no-such-folder/store.db")
    site.surroundings()
    status, told = health_of(site)

    assert status == 503
    assert told["status"] == "unhealthy"
    assert "store does not answer" in told["problems"][0]
    assert "no-such-folder" not in str(told), "no path is made public"


def test_the_process_lives_whatever_the_store_does(site: Site, tmp_path: Path) -> None:
    site.database = Database.open(f"sqlite:///{tmp_path}/no-such-folder/store.db")
    site.surroundings()

    answer = site.client.get("/livez")

    assert (answer.status_code, json.loads(answer.data)) == (200, {"status": "ok"})


def test_a_poller_that_beats_and_is_on_time_is_well(site: Site) -> None:
    site.surroundings(polls=True)
    site.publish(an_entry(1))
    site.publish(an_entry(2), slug="news")
    site.clock.advance(minutes=30)
    store.record_heartbeat(site.database, "poller", site.clock.now())
    status, told = health_of(site)

    assert status == 200
    assert told["late_seconds"] == 0
    assert told["last_beat"] == "2026-03-02T12:30:00Z"


def test_a_poller_that_fell_silent_is_said(site: Site) -> None:
    site.surroundings(polls=True)
    store.record_heartbeat(site.database, "poller", site.clock.now())
    site.clock.advance(minutes=5)
    status, told = health_of(site)

    assert status == 503
    assert "No poller has been heard of since 2026-03-02T12:00:00Z" in told["problems"][0]


def test_pollers_that_cannot_save_what_they_poll_are_said(any_site: Site) -> None:
    site = any_site
    site.surroundings(polls=True)
    availability = site.database.availability
    with pytest.raises(StoreUnavailable), availability.attempt(Access.WRITE):
        raise StoreUnavailable("its disk is full")
    store.record_heartbeat(site.database, "poller", site.clock.now())
    status, told = health_of(site)
    assert (status, told["problems"]) == (503, ["The store cannot be written to; the log says why."])

    site.database = Database(site.database._writer)  # in which nothing has failed
    site.surroundings(polls=True)
    store.record_heartbeat(site.database, "poller", site.clock.now())
    assert health_of(site)[0] == 200


def test_a_service_that_just_started_is_given_time(site: Site) -> None:
    """What came due while the machine was off is not late yet, and no poller can have beaten."""
    site.clock.advance(days=3)
    site.surroundings(polls=True)
    site.clock.advance(seconds=30)

    assert health_of(site)[0] == 200


def test_polls_that_are_late_are_said(site: Site) -> None:
    site.surroundings(polls=True)
    site.clock.advance(hours=1)
    store.record_heartbeat(site.database, "poller", site.clock.now())
    status, told = health_of(site)

    assert status == 503
    assert "60 minutes late" in told["problems"][0]
    assert timedelta(seconds=told["late_seconds"]) == timedelta(hours=1)
