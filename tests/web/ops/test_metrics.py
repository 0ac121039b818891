from datetime import timedelta

import pytest
from prometheus_client.core import CounterMetricFamily
from prometheus_client.parser import text_string_to_metric_families

from aggregator import store
from aggregator.web.ops.metrics import METRICS, MetricSpec
from tests.support.site import Site, an_entry

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
def test_names_follow_the_conventions_of_prometheus(measured: MetricSpec) -> None:
    assert measured.name.startswith("aggregator_")
    assert (measured.kind is CounterMetricFamily) == measured.name.endswith("_total")
