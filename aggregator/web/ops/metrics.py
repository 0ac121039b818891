"""`/metrics`: numbers of the store and this web side in Prometheus' text format.

`STORE_METRICS` and `WEB_METRICS` name all of them. Those of the store are the same on every web side, and
missing while the store is away.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import Blueprint, Response, request
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from aggregator import __version__, store
from aggregator.store import Metrics, StoreError
from aggregator.tally import Count
from aggregator.web.serving.cached_response import NEVER
from aggregator.web.serving.context import Context, context

metrics = Blueprint("metrics", __name__)

Samples = Mapping[tuple[str, ...], float]  # by the values of the labels
Numbers = TypeVar("Numbers")


@dataclass(frozen=True, slots=True)
class MetricSpec(Generic[Numbers]):
    """One metric: its name, its help, and how it is computed."""

    name: str
    words: str
    kind: type[CounterMetricFamily] | type[GaugeMetricFamily]
    read: Callable[[Numbers], Samples]
    labels: tuple[str, ...] = ()

    def family(self, numbers: Numbers) -> Metric:
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

# Counters run since the store was created, across all processes.
STORE_METRICS: tuple[MetricSpec[Metrics], ...] = (
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
        "When a poller last said that it lives; missing if none ever did.",
        GAUGE,
        lambda numbers: _one(numbers.last_beat.timestamp() if numbers.last_beat else None),
    ),
    MetricSpec(
        "aggregator_pollers",
        "Pollers that said within the last two minutes that they live.",
        GAUGE,
        lambda numbers: _one(numbers.pollers),
    ),
    MetricSpec(
        "aggregator_poller_store_errors_total",
        "Transactions of pollers that the database did not carry out.",
        COUNTER,
        lambda numbers: _one(numbers.counts[Count.STORE_ERRORS]),
    ),
    MetricSpec(
        "aggregator_poller_lock_wait_seconds_total",
        "Time that pollers spent getting locks that other writers had, added up.",
        COUNTER,
        lambda numbers: _one(numbers.counts[Count.LOCK_WAIT] / 1_000_000),
    ),
    MetricSpec(
        "aggregator_readers_killed_total",
        "Processes that were ended because the document that they read took too long, or made them die.",
        COUNTER,
        lambda numbers: _one(numbers.counts[Count.READERS_KILLED]),
    ),
    MetricSpec(
        "aggregator_sources_file_faults",
        "Faults of the sources file; while there are any, the last good file is in force.",
        GAUGE,
        lambda numbers: _one(numbers.faults),
    ),
    MetricSpec(
        "aggregator_store_bytes",
        "What the store takes on its disk.",
        GAUGE,
        lambda numbers: _one(numbers.size),
    ),
    MetricSpec(
        "aggregator_store_free_bytes",
        "What the disk of the store has left; of SQLite alone.",
        GAUGE,
        lambda numbers: _one(numbers.free),
    ),
    MetricSpec(
        "aggregator_revision",
        "Goes up by one with each change that a reader could see.",
        GAUGE,
        lambda numbers: _one(numbers.revision),
    ),
)


@dataclass(frozen=True, slots=True)
class WebNumbers:
    """Numbers of this web side, since its process began."""

    has_store: bool  # whether the store is available
    store_errors: int
    documents: Mapping[str, int]  # that were sent, by origin


WEB_METRICS: tuple[MetricSpec[WebNumbers], ...] = (
    MetricSpec(
        "aggregator_store_up",
        "1 while the store answers, else 0; then the metrics of the store are missing.",
        GAUGE,
        lambda numbers: _one(numbers.has_store),
    ),
    MetricSpec(
        "aggregator_web_store_errors_total",
        "Transactions of this web side that the database did not carry out.",
        COUNTER,
        lambda numbers: _one(numbers.store_errors),
    ),
    MetricSpec(
        "aggregator_web_documents_total",
        "Public documents that this web side sent: kept from an earlier request, or rendered for this one.",
        COUNTER,
        lambda numbers: _each(numbers.documents),
        ("how",),
    ),
    MetricSpec(
        "aggregator_info",
        "Always 1; the version that answers.",
        GAUGE,
        lambda _: {(__version__,): 1},
        ("version",),
    ),
)


class _Reading(Collector):
    """Collects the metrics of the store and of this process."""

    def __init__(self, stored: Metrics | None, web: WebNumbers) -> None:
        self._stored = stored
        self._web = web

    def collect(self) -> Iterator[Metric]:
        if self._stored:
            yield from (measured.family(self._stored) for measured in STORE_METRICS)
        yield from (measured.family(self._web) for measured in WEB_METRICS)

    def describe(self) -> Iterable[Metric]:
        return ()


def _read(here: Context) -> _Reading:
    try:
        stored = store.metrics(here.database, here.clock.now())
    except StoreError:  # which the log says
        stored = None
    counts = here.tally.counts()
    documents = {"kept": counts[Count.KEPT], "rendered": counts[Count.RENDERED]}
    store_errors = here.database.tally.counts()[Count.STORE_ERRORS]
    return _Reading(stored, WebNumbers(stored is not None, store_errors, documents))


@metrics.get("/metrics")
def exposition() -> Response:
    """Answer with every metric, in the text format that the client prefers."""
    registry = CollectorRegistry()
    registry.register(_read(context()))
    encode, content_type = choose_encoder(request.headers.get("Accept", ""))
    response = Response(encode(registry), content_type=content_type)
    response.headers["Cache-Control"] = NEVER
    response.vary.add("Accept")
    return response
