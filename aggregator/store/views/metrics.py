"""The store's numbers for /metrics: counters and gauges. No query here counts entries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, text

from aggregator.model import Result, State
from aggregator.store.db.counters import ENTRY_COUNTERS, entries_counter, polls_counter
from aggregator.store.db.database import Database
from aggregator.store.db.feed_rows import is_shown
from aggregator.store.db.tables import counter, feed, host, poller, revision, sources_file
from aggregator.store.polling.heartbeats import LONGEST_SILENCE, latest_heartbeat
from aggregator.tally import Count

_SIZE = {
    "sqlite": text("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"),
    "postgresql": text("SELECT pg_database_size(current_database())"),
}


@dataclass(frozen=True, slots=True)
class Metrics:
    """The store's numbers; counters run since it was created."""

    sources: Mapping[State, int]  # of the sources file, enabled
    polls: Mapping[Result, int]
    entries: Mapping[str, int]  # new, updated, withdrawn, left out, pruned
    received: int  # bytes on the wire
    seconds: float  # that polls took, together
    revision: int
    late: timedelta  # how long the first feed that may be polled has waited
    last_beat: datetime | None  # of any poller
    pollers: int  # heard of lately
    counts: Mapping[Count, int]  # of all pollers
    faults: int  # of the sources file
    size: int  # bytes that the store takes
    free: int | None  # bytes that its disk has left; None if that is not known


def metrics(db: Database, now: datetime) -> Metrics:
    """Return the store's numbers."""
    with db.read() as connection:
        counts = {
            row.name: row.number
            for row in connection.execute(select(counter.c.name, counter.c["count"].label("number")))
        }
        states = connection.execute(
            select(feed.c.state, func.count().label("number")).where(is_shown()).group_by(feed.c.state)
        )
        number = connection.execute(select(revision.c.number)).scalar_one()
        due = connection.execute(select(func.min(host.c.ready_at))).scalar()
        beat = connection.execute(latest_heartbeat()).scalar()
        pollers = connection.execute(
            select(func.count()).where(poller.c.at > now - LONGEST_SILENCE)
        ).scalar_one()
        faults = connection.execute(select(sources_file.c.faults)).scalar_one()
        size = connection.execute(_SIZE[connection.dialect.name]).scalar_one()
        sources: dict[State, int] = {row.state: row.number for row in states}
    return Metrics(
        sources={state: sources.get(state, 0) for state in State},
        polls={result: counts.get(polls_counter(result), 0) for result in Result},
        entries={kind: counts.get(entries_counter(kind), 0) for kind in ENTRY_COUNTERS},
        received=counts.get("received", 0),
        seconds=counts.get("milliseconds", 0) / 1000,
        revision=number,
        late=max(timedelta(), now - due) if due else timedelta(),
        last_beat=beat,
        pollers=pollers,
        counts={name: counts.get(name, 0) for name in Count},
        faults=len(faults),
        size=size,
        free=db.free_bytes(),
    )
