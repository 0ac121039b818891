"""The positions of new entries in the timeline: an order that cannot be gamed."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count, pairwise

from aggregator.reconcile.types import Arrival

# This many back-dated entries at once are not late posts but a republished archive.
CROWD = 5
# This many entries of one poll are placed at first sight; of a larger number, this many more for each day
# further back.
AT_SIGHT = 10
_DAY = timedelta(days=1)
# Undated entries of one document keep its order, newest first.
_STEP = timedelta(milliseconds=1)


def sort_positions(
    new: Sequence[datetime | None],
    *,
    now: datetime,
    last_success: datetime | None,
    dates: Sequence[datetime | None],
) -> list[datetime]:
    """Return the permanent position of each new entry, in the order given, never later than `now`.

    `new` are the dates of the new entries (published, else updated), in the order of the document.
    `last_success` is the feed's last good poll, None if it is read for the first time; `dates` are those of all
    entries of the document.
    """
    if last_success is None:
        return _first_positions(new, now, dates)
    return _later_positions(new, now, last_success)


def _first_positions(
    new: Sequence[datetime | None], now: datetime, dates: Sequence[datetime | None]
) -> list[datetime]:
    """Return the positions in a feed that is read for the first time.

    - At its own date: published, else updated. So the first import of a source does not flood the front.
    - At first sight if that is in the future: it would otherwise stay on top until then.
    - After the oldest dated one of its document if it has no date: its age is unknown, and it is often a page
    of the site.
    - In a document without any date: the first at first sight, each other one a day earlier than the one
    before.
    """
    turns = count()
    dated = [_own_place(date, now) or _sight(now, next(turns)) if date else None for date in new]
    found = [date for date in (*dated, *dates) if date]
    behind = (
        (min(found) - turn * _STEP for turn in count(1)) if found else (now - turn * _DAY for turn in count())
    )
    return [date or next(behind) for date in dated]


def _later_positions(new: Sequence[datetime | None], now: datetime, last_success: datetime) -> list[datetime]:
    """Return the positions in a feed that was read before.

    - At its own date, as in a first reading.
    - At first sight if it has no date, or one in the future.
    - At first sight, too, if it is dated before the feed's last good poll, which did not list it: at its own
      date it would never be seen.
    - But at its own date if more than CROWD are: then an archive was republished, and would flood the front
    page.
    - If more than AT_SIGHT entries have no usable date, the first of the document are placed at first sight
      and the others after them, AT_SIGHT a day: a list without dates would flood the front page, too.
    """
    late = [date is not None and date < last_success for date in new]
    is_archive = sum(late) > CROWD
    turns = count()
    return [
        (None if is_late and not is_archive else _own_place(date, now)) or _sight(now, next(turns))
        for date, is_late in zip(new, late, strict=True)
    ]


def oldest_first(arrivals: Sequence[Arrival], dates: Sequence[datetime | None]) -> tuple[Arrival, ...]:
    """Return the new entries of a document in the order of the timeline, oldest first.

    If several have one date, as when a publisher dates by the day alone, the document's order decides: newest
    first unless the `dates` of all its entries say otherwise.
    """
    known = [date for date in dates if date]
    ascends = len(set(known)) > 1 and all(earlier <= later for earlier, later in pairwise(known))
    return tuple(sorted(arrivals if ascends else reversed(arrivals), key=lambda arrival: arrival.placed))


def _own_place(date: datetime | None, now: datetime) -> datetime | None:
    """Return an entry's own date, None if it has no usable one."""
    return None if date is None or date > now else date


def _sight(now: datetime, turn: int) -> datetime:
    return now - turn // AT_SIGHT * _DAY - turn * _STEP
