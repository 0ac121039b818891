"""What a publisher took back: missing although it is newer than the oldest entry that is still listed."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from aggregator.reconcile.types import Known

# What is missing for so many polls in a row and so long is withdrawn: caches and load balancers serve old documents.
FEWEST_POLLS = 3
SHORTEST = timedelta(hours=6)


def missing(listed_dates: Sequence[datetime | None], unlisted: Sequence[Known], listed: int) -> list[Known]:
    """Return the rows that the document should list and does not; `listed` is how many known entries it does list.

    Only what is dated tells: an entry without a date may be of any age. `listed_dates` are in the document's order.
    None if most are missing: that is another selection, or a feed that moved, not a publisher who thought twice.
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
    """Return the date of the oldest entry of a document that is in order, None for one that is not.

    Entries that a feed pins stand first out of order and say nothing of how far back the document goes.
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
