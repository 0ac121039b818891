"""What a publisher took back: missing although it is newer than the oldest entry that is still listed."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from aggregator.model import Entry
from aggregator.reconcile.rows import Known

PATIENCE = 3  # polls in a row that do not list it; caches and load balancers serve old documents


def missing(entries: Sequence[Entry], unlisted: Sequence[Known], listed: int) -> list[Known]:
    """Return the rows that the document should list and does not; `listed` is how many rows it does.

    None where most are missing: that is another selection, or a feed that moved, not a publisher who thought twice.
    """
    since = _horizon(entries)
    if since is None:
        return []
    found = [row for row in unlisted if not (row.pruned or row.withdrawn) and _date(row) > since]
    return found if len(found) <= listed else []


def _date(row: Known) -> datetime:
    return row.published or row.placed


def _horizon(entries: Sequence[Entry]) -> datetime | None:
    """Return the date of the oldest entry of a document that is in order, None for one that is not.

    Entries that a feed pins stand first out of order and say nothing of how far back the document goes.
    """
    dates = [entry.published for entry in entries if entry.published]
    if len(dates) < max(1, len(entries)):
        return None  # undated entries hide where the document ends
    if all(earlier <= later for earlier, later in pairwise(dates)):
        return dates[0]
    start = len(dates) - 1
    while start and dates[start - 1] >= dates[start]:
        start -= 1
    return dates[-1] if start <= len(dates) // 4 else None
