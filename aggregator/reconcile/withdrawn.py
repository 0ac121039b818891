"""What a publisher took back: missing although it is newer than the oldest entry that is still listed."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from aggregator.model import Entry
from aggregator.reconcile.rows import Known

PATIENCE = 3  # polls in a row that do not list it; caches and load balancers serve old documents


def missing(entries: Sequence[Entry], unlisted: Sequence[Known], listed: int) -> list[Known]:
    """Return the rows that the document should list and does not; `listed` is how many rows it does.

    Only what is dated tells: an entry without a date may be of any age.
    None where most are missing: that is another selection, or a feed that moved, not a publisher who thought twice.
    """
    since = _horizon(entries)
    if since is None:
        return []
    found = [row for row in unlisted if not (row.pruned or row.withdrawn) and _is_newer(row, since)]
    return found if len(found) <= listed else []


def _is_newer(row: Known, since: datetime) -> bool:
    date = row.published or row.updated
    return date is not None and date > since


def _horizon(entries: Sequence[Entry]) -> datetime | None:
    """Return the date of the oldest entry of a document that is in order, None for one that is not.

    Entries that a feed pins stand first out of order and say nothing of how far back the document goes.
    """
    dates = [date for entry in entries if (date := entry.published or entry.updated)]
    if 2 * len(dates) < max(1, len(entries)):
        return None  # too few to tell the order
    if all(earlier <= later for earlier, later in pairwise(dates)):
        return dates[0]
    start = len(dates) - 1
    while start and dates[start - 1] >= dates[start]:
        start -= 1
    return dates[-1] if start <= len(dates) // 4 else None
