"""`/metrics`: the store in numbers, in Prometheus' text format. `METRICS` names all of them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from aggregator import __version__, store
from aggregator.store import Metrics
from aggregator.web.serving.cached_response import NEVER
from aggregator.web.serving.context import context

metrics = Blueprint("metrics", __name__)

Samples = Mapping[tuple[str, ...], float]  # by the values of the labels


@dataclass(frozen=True, slots=True)
class MetricSpec:
    """One metric: how it is called, what it says, and how it is read off the store's numbers."""

    name: str
    words: str
    kind: type[CounterMetricFamily] | type[GaugeMetricFamily]
    read: Callable[[Metrics], Samples]
    labels: tuple[str, ...] = ()

    def family(self, numbers: Metrics) -> Metric:
        """Return the metric with its samples."""
        family = self.kind(self.name, self.words, labels=self.labels)
        for labels, value in self.read(numbers).items():
            family.add_metric(labels, value)
        return family


def _one(value: float | None) -> Samples:
    return {} if value is None else {(): value}


def _each(values: Mapping[Any, int]) -> Samples:
    return {(str(name),): value for name, value in values.items()}


COUNTER, GAUGE = CounterMetricFamily, GaugeMetricFamily

# Counters run since the store was made, whichever process counted: they are the same from every web side.
METRICS = (
    MetricSpec(
        "aggregator_sources",
        "Sources of the file that are enabled, by how they are doing.",
        GAUGE,
        lambda numbers: _each(numbers.sources),
        ("state",),
    ),
    MetricSpec(
        "aggregator_polls_total",
        "Polls, by what came of them.",
        COUNTER,
        lambda numbers: _each(numbers.polls),
        ("result",),
    ),
    MetricSpec(
        "aggregator_entries_total",
        "Entries that polls and retention changed, by what happened to them.",
        COUNTER,
        lambda numbers: _each(numbers.entries),
        ("change",),
    ),
    MetricSpec(
        "aggregator_received_bytes_total",
        "Bytes that publishers sent, as on the wire.",
        COUNTER,
        lambda numbers: _one(numbers.received),
    ),
    MetricSpec(
        "aggregator_poll_seconds_total",
        "Time that polls took, added up; those at the same time count each.",
        COUNTER,
        lambda numbers: _one(numbers.seconds),
    ),
    MetricSpec(
        "aggregator_late_seconds",
        "How long the feed that has waited longest for its poll has been due.",
        GAUGE,
        lambda numbers: _one(numbers.late.total_seconds()),
    ),
    MetricSpec(
        "aggregator_last_beat_timestamp_seconds",
        "When a poller last said that it lives; missing where none ever did.",
        GAUGE,
        lambda numbers: _one(numbers.last_beat.timestamp() if numbers.last_beat else None),
    ),
    MetricSpec(
        "aggregator_revision",
        "Goes up by one with each change that a reader could see.",
        GAUGE,
        lambda numbers: _one(numbers.revision),
    ),
    MetricSpec(
        "aggregator_info",
        "Always 1; the version that answers.",
        GAUGE,
        lambda _: {(__version__,): 1},
        ("version",),
    ),
)


class _StoreCollector(Collector):
    """Gives out one reading of the store."""

    def __init__(self, numbers: Metrics) -> None:
        self._numbers = numbers

    def collect(self) -> Iterator[Metric]:
        return (measured.family(self._numbers) for measured in METRICS)

    def describe(self) -> Iterable[Metric]:
        return ()


@metrics.get("/metrics")
def exposition() -> Response:
    """Answer with every metric, in the text format that the asker reads best."""
    here = context()
    registry = CollectorRegistry()
    registry.register(_StoreCollector(store.metrics(here.database, here.clock.now())))
    encode, content_type = choose_encoder(request.headers.get("Accept", ""))
    response = Response(encode(registry), content_type=content_type)
    response.headers["Cache-Control"] = NEVER
    response.vary.add("Accept")
    return response
