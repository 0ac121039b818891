"""What /metrics tells: counters that only grow, and how the store stands now. No query here counts entries."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from aggregator.model import Outcome, Result, SaveSummary, State
from aggregator.store.db.bulk import add_to_rows
from aggregator.store.db.database import Database
from aggregator.store.db.feed_rows import is_shown
from aggregator.store.db.tables import counter, feed, host, revision
from aggregator.store.polling.heartbeats import latest_heartbeat

_POLLS = "polls: "


@dataclass(frozen=True, slots=True)
class Metrics:
    """The store in numbers; the counters run since it was made."""

    sources: Mapping[State, int]  # of the sources file, enabled
    polls: Mapping[Result, int]
    entries: Mapping[str, int]  # new, updated, withdrawn, left out, pruned
    received: int  # bytes on the wire
    seconds: float  # that polls took, together
    revision: int
    late: timedelta  # how long the first feed that may be asked has waited
    last_beat: datetime | None  # of any poller


def count_polls(connection: Connection, polls: Iterable[tuple[Outcome, SaveSummary]]) -> None:
    """Count polls; late in their transaction, since all pollers meet at these rows."""
    more: Counter[str] = Counter()
    for outcome, saved in polls:
        more.update(_counts(outcome, saved))
    count(connection, more)


def _counts(outcome: Outcome, saved: SaveSummary) -> dict[str, int]:
    return {
        f"{_POLLS}{outcome.result}": 1,
        "entries: new": saved.new,
        "entries: updated": saved.updated,
        "entries: withdrawn": saved.withdrawn,
        "entries: left out": saved.left_out,
        "received": outcome.received,
        "milliseconds": round(outcome.elapsed * 1000),
    }


def count(connection: Connection, more: Mapping[str, int]) -> None:
    """Add to counters; always in the order of their names, so that nobody waits in a circle."""
    rows = [{"name": name, "count": number} for name, number in sorted(more.items()) if number]
    add_to_rows(connection, counter, rows)


def metrics(db: Database, now: datetime) -> Metrics:
    """Return the store in numbers."""
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
        sources: dict[State, int] = {row.state: row.number for row in states}
    return Metrics(
        sources={state: sources.get(state, 0) for state in State},
        polls={result: counts.get(f"{_POLLS}{result}", 0) for result in Result},
        entries={
            name: counts.get(f"entries: {name}", 0)
            for name in ("new", "updated", "withdrawn", "left out", "pruned")
        },
        received=counts.get("received", 0),
        seconds=counts.get("milliseconds", 0) / 1000,
        revision=number,
        late=max(timedelta(), now - due) if due else timedelta(),
        last_beat=beat,
    )
