from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.core import CounterMetricFamily
from prometheus_client.parser import text_string_to_metric_families

from aggregator import store
from aggregator.tally import Count
from aggregator.web.ops.metrics import STORE_METRICS, WEB_METRICS, MetricSpec
from tests.support.site import Site, an_entry

METRICS: tuple[MetricSpec[Any], ...] = (*STORE_METRICS, *WEB_METRICS)
Labels = tuple[tuple[str, str], ...]


def samples(site: Site) -> dict[tuple[str, Labels], float]:
    answer = site.client.get("/metrics")
    assert answer.status_code == 200
    return {
        (sample.name, tuple(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_every_metric_is_told_and_no_other(site: Site) -> None:
    store.record_heartbeat(site.database, "poller", site.clock.now())

    assert {name for name, _ in samples(site)} == {measured.name for measured in METRICS}


def test_polls_entries_and_sources_are_counted(any_site: Site) -> None:
    any_site.publish(an_entry(1), an_entry(2))
    found = samples(any_site)

    assert found["aggregator_polls_total", (("result", "read"),)] == 1
    assert found["aggregator_polls_total", (("result", "failed"),)] == 0
    assert found["aggregator_entries_total", (("change", "new"),)] == 2
    assert found["aggregator_sources", (("state", "ok"),)] == 1
    assert found["aggregator_sources", (("state", "new"),)] == 1


def test_lateness_is_told_in_seconds(site: Site) -> None:
    site.clock.advance(hours=1)

    assert samples(site)["aggregator_late_seconds", ()] == timedelta(hours=1).total_seconds()


def test_a_poller_that_never_was_has_no_beat(site: Site) -> None:
    assert ("aggregator_last_beat_timestamp_seconds", ()) not in samples(site)


def test_it_is_never_kept(site: Site) -> None:
    assert site.client.get("/metrics").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("measured", METRICS, ids=lambda measured: measured.name)
def test_names_follow_the_conventions_of_prometheus(measured: MetricSpec[Any]) -> None:
    assert measured.name.startswith("aggregator_")
    assert (measured.kind is CounterMetricFamily) == measured.name.endswith("_total")


def test_documents_that_are_kept_are_told_from_those_that_are_rendered(site: Site) -> None:
    for _ in range(3):
        site.client.get("/feed.json")
    found = samples(site)

    assert found["aggregator_web_documents_total", (("how", "rendered"),)] == 1
    assert found["aggregator_web_documents_total", (("how", "kept"),)] == 2


def test_what_pollers_counted_by_themselves_is_told(any_site: Site) -> None:
    counted = {Count.STORE_ERRORS: 2, Count.LOCK_WAIT: 1_500_000, Count.READERS_KILLED: 3}
    store.add_counts(any_site.database, counted)
    store.add_counts(any_site.database, {Count.READERS_KILLED: 1})
    found = samples(any_site)

    assert found["aggregator_poller_store_errors_total", ()] == 2
    assert found["aggregator_poller_lock_wait_seconds_total", ()] == 1.5
    assert found["aggregator_readers_killed_total", ()] == 4


def test_pollers_that_fell_silent_are_not_counted(site: Site) -> None:
    store.record_heartbeat(site.database, "silent", site.clock.now())
    site.clock.advance(minutes=3)
    store.record_heartbeat(site.database, "alive", site.clock.now())

    assert samples(site)["aggregator_pollers", ()] == 1


def test_the_size_of_the_store_is_told(any_site: Site) -> None:
    assert samples(any_site)["aggregator_store_bytes", ()] > 10_000


def test_faults_of_the_sources_file_are_told(site: Site) -> None:
    store.set_file_state(
        site.database, "sources.toml", ("sources.toml:1: a fault", "sources.toml:2: a fault")
    )

    assert samples(site)["aggregator_sources_file_faults", ()] == 2


def test_while_the_store_is_away_the_web_side_says_so_and_counts_its_errors(
    site: Site, tmp_path: Path
) -> None:
    (tmp_path / "site.db").rename(tmp_path / "elsewhere.db")
    found = samples(site)

    assert found["aggregator_store_up", ()] == 0
    assert found["aggregator_web_store_errors_total", ()] >= 1
    assert ("aggregator_late_seconds", ()) not in found
