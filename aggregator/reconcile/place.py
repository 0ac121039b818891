"""Where new entries stand in the timeline: an order that cannot be gamed."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from aggregator.model import Entry

# So many back-dated entries at once are no late posts, they are an archive republished.
CROWD = 5
# Undated entries of one document stand in its order, newest first.
_STEP = timedelta(milliseconds=1)


def places(entries: Sequence[Entry], *, now: datetime, last_success: datetime | None) -> list[datetime]:
    """Return where each new entry will stand for ever, in the order given, never later than `now`.

    - At its own date: published, else updated. So the first import of a source does not flood the front.
    - At first sight where it has no date, or one in the future: that one would stay on top until its day.
    - At first sight, too, where it is dated before the feed's last good poll, which did not list it: at its own
      date nobody would ever see it.
    - But at its own date where more than CROWD are: then an archive was republished, and would flood the front.
    """
    late = [last_success is not None and _is_late(entry, last_success) for entry in entries]
    is_archive = sum(late) > CROWD
    return [
        _place(entry, now - index * _STEP, at_sight=is_late and not is_archive)
        for index, (entry, is_late) in enumerate(zip(entries, late, strict=True))
    ]


def _is_late(entry: Entry, last_success: datetime) -> bool:
    date = entry.published or entry.updated
    return date is not None and date < last_success


def _place(entry: Entry, sight: datetime, *, at_sight: bool) -> datetime:
    date = entry.published or entry.updated
    return sight if date is None or at_sight else min(date, sight)
