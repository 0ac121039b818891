"""Counters that only grow, since the store was created; the other values of /metrics are in `store/views/metrics.py`."""

from collections import Counter
from collections.abc import Iterable, Mapping

from sqlalchemy import Connection

from aggregator.model import Outcome, Result, SaveSummary
from aggregator.store.db.bulk import add_to_rows
from aggregator.store.db.database import Database
from aggregator.store.db.tables import counter
from aggregator.tally import Count

ENTRY_COUNTERS = ("new", "updated", "withdrawn", "left out", "pruned")


def polls_counter(result: Result) -> str:
    """Return the name of the counter of polls with this result."""
    return f"polls: {result}"


def entries_counter(kind: str) -> str:
    """Return the name of one of `ENTRY_COUNTERS`."""
    return f"entries: {kind}"


def count_polls(connection: Connection, polls: Iterable[tuple[Outcome, SaveSummary]]) -> None:
    """Count polls; late in their transaction, since all pollers update these rows."""
    more: Counter[str] = Counter()
    for outcome, saved in polls:
        more.update(_counts(outcome, saved))
    count(connection, more)


def _counts(outcome: Outcome, saved: SaveSummary) -> dict[str, int]:
    return {
        polls_counter(outcome.result): 1,
        entries_counter("new"): saved.new,
        entries_counter("updated"): saved.updated,
        entries_counter("withdrawn"): saved.withdrawn,
        entries_counter("left out"): saved.left_out,
        "received": outcome.received,
        "milliseconds": round(outcome.elapsed * 1000),
    }


def add_counts(db: Database, more: Mapping[Count, int]) -> None:
    """Add what a process has counted in memory."""
    with db.write() as connection:
        count(connection, {str(name): number for name, number in more.items()})


def count(connection: Connection, more: Mapping[str, int]) -> None:
    """Add to counters, always in the order of their names, to avoid deadlocks."""
    rows = [{"name": name, "count": number} for name, number in sorted(more.items()) if number]
    add_to_rows(connection, counter, rows)
