"""The positions of entries that were first seen while our clock was wrong, once it is right."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from aggregator.reconcile.sort_position import sort_positions


@dataclass(frozen=True, slots=True)
class SeenWrongly:
    """An entry that was first seen by a wrong clock, with the date and position that it got."""

    id: int
    date: datetime | None  # published, else updated
    first_seen: datetime
    placed: datetime


def restated(
    entries: Iterable[SeenWrongly], *, error: timedelta, last_success: datetime | None
) -> list[SeenWrongly]:
    """Return entries of one feed as they would have been seen by a clock that was right all the time.

    `error` is by how much it was ahead, negative if it was behind. `last_success` is the feed's last good poll by the right clock, None if there was none.
    """
    right: list[SeenWrongly] = []
    for seen, poll in groupby(
        sorted(entries, key=lambda entry: entry.first_seen), lambda entry: entry.first_seen
    ):
        # The document's order, in which they were numbered and placed.
        listed = sorted(poll, key=lambda entry: (entry.placed, entry.id), reverse=True)
        right += _restated(listed, seen - error, last_success)
        last_success = seen - error
    return right


def _restated(
    listed: Sequence[SeenWrongly], seen: datetime, last_success: datetime | None
) -> list[SeenWrongly]:
    dates = [entry.date for entry in listed]
    places = sort_positions(dates, now=seen, last_success=last_success, dates=dates)
    return [
        SeenWrongly(entry.id, entry.date, seen, placed) for entry, placed in zip(listed, places, strict=True)
    ]
