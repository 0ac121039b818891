"""Where new entries stand in the timeline: an order that cannot be gamed."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from aggregator.model import Entry
from aggregator.reconcile.types import Arrival

# So many back-dated entries at once are no late posts, they are an archive republished.
CROWD = 5
# So many entries of one poll stand at first sight; of a larger crowd that many more a day further back.
AT_SIGHT = 10
_DAY = timedelta(days=1)
# Undated entries of one document stand in its order, newest first.
_STEP = timedelta(milliseconds=1)


def sort_positions(
    entries: Sequence[Entry], *, now: datetime, last_success: datetime | None
) -> list[datetime]:
    """Return where each new entry will stand for ever, in the order given, never later than `now`.

    - At its own date: published, else updated. So the first import of a source does not flood the front.
    - At first sight where it has no date, or one in the future: that one would stay on top until its day.
    - At first sight, too, where it is dated before the feed's last good poll, which did not list it: at its own
      date nobody would ever see it.
    - But at its own date where more than CROWD are: then an archive was republished, and would flood the front.
    - Where more than AT_SIGHT entries have no date to stand at, the first of the document stand at first sight and
      the others behind them, AT_SIGHT a day: a list without dates would flood the front, too.
    """
    late = [last_success is not None and _is_late(entry, last_success) for entry in entries]
    is_archive = sum(late) > CROWD
    dates = [
        _own_place(entry, now, is_late=is_late and not is_archive)
        for entry, is_late in zip(entries, late, strict=True)
    ]
    turns = iter(range(len(dates)))
    return [date or _sight(now, next(turns)) for date in dates]


def oldest_first(arrivals: Sequence[Arrival], dates: Sequence[datetime | None]) -> tuple[Arrival, ...]:
    """Return the new entries of a document in the order of the timeline, from below.

    Of those of one moment, as where a publisher dates by the day alone, the document's order tells, which is newest
    first unless the `dates` of all its entries say otherwise.
    """
    known = [date for date in dates if date]
    ascends = len(set(known)) > 1 and all(earlier <= later for earlier, later in pairwise(known))
    return tuple(sorted(arrivals if ascends else reversed(arrivals), key=lambda arrival: arrival.placed))


def _is_late(entry: Entry, last_success: datetime) -> bool:
    return entry.date is not None and entry.date < last_success


def _own_place(entry: Entry, now: datetime, *, is_late: bool) -> datetime | None:
    """Return an entry's own date, None where it stands at first sight."""
    return None if entry.date is None or is_late or entry.date > now else entry.date


def _sight(now: datetime, turn: int) -> datetime:
    return now - turn // AT_SIGHT * _DAY - turn * _STEP
