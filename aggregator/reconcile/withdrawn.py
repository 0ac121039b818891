"""Withdrawn entries: missing although they are newer than the oldest entry that is still listed."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from aggregator.reconcile.types import Known

# An entry is withdrawn if it is missing this many polls in a row and this long: caches and load balancers
# serve old documents.
FEWEST_POLLS = 3
SHORTEST = timedelta(hours=6)


def missing(listed_dates: Sequence[datetime | None], unlisted: Sequence[Known], listed: int) -> list[Known]:
    """Return the rows that the document should list but does not; `listed` is how many known entries it lists.

    Only dated entries count: one without a date may be of any age. `listed_dates` are in the document's
    order. None if most are missing: that is another selection, or a feed that moved, and not a withdrawal.
    """
    since = _horizon(listed_dates)
    if since is None:
        return []
    found = [row for row in unlisted if not (row.pruned or row.withdrawn) and _is_newer(row, since)]
    return found if len(found) <= listed else []


def missing_again(rows: Iterable[Known], now: datetime) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return which of the rows that are missing once more may come back, and which have been missing for too long."""
    waiting: list[int] = []
    withdrawn: list[int] = []
    for row in rows:
        is_over = row.missing + 1 >= FEWEST_POLLS and now - (row.missing_since or now) >= SHORTEST
        (withdrawn if is_over else waiting).append(row.id)
    return tuple(waiting), tuple(withdrawn)


def _is_newer(row: Known, since: datetime) -> bool:
    return row.date is not None and row.date > since


def _horizon(listed: Sequence[datetime | None]) -> datetime | None:
    """Return the date of the oldest entry of a sorted document, None for an unsorted one.

    Pinned entries come first, out of order, and say nothing about how far back the document goes.
    """
    dates = [date for date in listed if date]
    if 2 * len(dates) < max(1, len(listed)):
        return None  # too few to tell the order
    if all(earlier <= later for earlier, later in pairwise(dates)):
        return dates[0]
    start = len(dates) - 1
    while start and dates[start - 1] >= dates[start]:
        start -= 1
    return dates[-1] if start <= len(dates) // 4 else None
