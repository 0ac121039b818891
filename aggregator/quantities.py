"""Formats durations, rates and sizes."""

from datetime import timedelta

from aggregator.translations import N_, digits, ngettext, ngettext_noop, number
from aggregator.translations import gettext as _

_UNITS = (
    (timedelta(days=365), ngettext_noop("{count} year", "{count} years")),
    (timedelta(days=30), ngettext_noop("{count} month", "{count} months")),
    (timedelta(weeks=1), ngettext_noop("{count} week", "{count} weeks")),
    (timedelta(days=1), ngettext_noop("{count} day", "{count} days")),
    (timedelta(hours=1), ngettext_noop("{count} hour", "{count} hours")),
    (timedelta(minutes=1), ngettext_noop("{count} minute", "{count} minutes")),
    (timedelta(seconds=1), ngettext_noop("{count} second", "{count} seconds")),
)
_INTERVALS = (
    ngettext_noop("every year", "every {count} years"),
    ngettext_noop("every month", "every {count} months"),
    ngettext_noop("every week", "every {count} weeks"),
    ngettext_noop("every day", "every {count} days"),
    ngettext_noop("every hour", "every {count} hours"),
    ngettext_noop("every minute", "every {count} minutes"),
    ngettext_noop("every second", "every {count} seconds"),
)
# Largest first: a rate is given by the first period with at least about one post.
_PERIODS = (
    (1.0, N_("about once a day"), N_("about twice a day"), N_("about {times} times a day")),
    (7.0, N_("about once a week"), N_("about twice a week"), N_("about {times} times a week")),
    (30.4, N_("about once a month"), N_("about twice a month"), N_("about {times} times a month")),
    (365.0, N_("about once a year"), N_("about twice a year"), N_("about {times} times a year")),
)
# A unit is used from one and a half of it on, to limit rounding: 90 minutes, then 2 hours.
_ENOUGH = 1.5
_MINUTE = 60  # seconds


def span_in_words(span: timedelta) -> str:
    """Return a span in its largest fitting unit, such as `12 hours`, `90 minutes` or `1 week`."""
    index, count = _in_units(span)
    return ngettext(*_UNITS[index][1], count)


def interval_in_words(span: timedelta) -> str:
    """Return an interval as a frequency: `every hour`, `every 2 hours`."""
    index, count = _in_units(span)
    return ngettext(*_INTERVALS[index], count)


def _in_units(span: timedelta) -> tuple[int, int]:
    """Return the index of the largest fitting unit, and the number of them in a span; at least one second."""
    for index, (unit, _name) in enumerate(_UNITS):
        if span >= _ENOUGH * unit or span == unit:
            return index, round(span / unit)
    return len(_UNITS) - 1, 1


def rate_in_words(posts_a_day: float) -> str:
    """Return a rate as in `about twice a week`."""
    for days, once, twice, often in _PERIODS:
        times = round(posts_a_day * days)
        if times >= 1:
            return _({1: once, 2: twice}.get(times, often), times=number(times))
    return _("less than once a year")


def size_in_words(count: int) -> str:
    """Return a number of bytes in a fitting unit: `10 MB`, `1.5 kB`, `20 bytes`."""
    for unit, size in (("MB", 1_000_000), ("kB", 1_000)):
        if count >= size:
            return f"{digits(f'{round(count / size, 1):g}')} {unit}"
    return ngettext("{count} byte", "{count} bytes", count)


def playing_time_in_words(seconds: int) -> str:
    """Return how long something plays, as in `42 min`, `1 h 05 min` or `50 s`."""
    if seconds < _MINUTE:
        return _("{seconds} s", seconds=number(seconds))
    hours, minutes = divmod(round(seconds / _MINUTE), 60)
    if hours:
        return _("{hours} h {minutes} min", hours=number(hours), minutes=digits(f"{minutes:02}"))
    return _("{minutes} min", minutes=number(minutes))


def counted(number: int, name: str) -> str:
    """Return a number of things in English, as in `1 day` or `1,200 days`: for the command line and the log."""
    return f"{number:,} {name}" + ("s" if number != 1 else "")
