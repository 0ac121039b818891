"""Spans of time, rates and sizes in words."""

from datetime import timedelta

from aggregator.model import Week

_UNITS = (
    ("year", timedelta(days=365)),
    ("month", timedelta(days=30)),
    ("week", timedelta(weeks=1)),
    ("day", timedelta(days=1)),
    ("hour", timedelta(hours=1)),
    ("minute", timedelta(minutes=1)),
    ("second", timedelta(seconds=1)),
)
# Largest first: a rate is told by the first period in which something is posted at least about once.
_PERIODS = (("day", 1.0), ("week", 7.0), ("month", 30.4), ("year", 365.0))
# A unit is used from one and a half of it on, so that rounding stays slight: 90 minutes, then 2 hours.
_ENOUGH = 1.5


def span_in_words(span: timedelta) -> str:
    """Return a span in its largest fitting unit, such as `12 hours`, `90 minutes` or `1 week`."""
    for name, unit in _UNITS:
        if span >= _ENOUGH * unit or span == unit:
            return counted(round(span / unit), name)
    return "1 second"


def rate_in_words(posts_a_day: float) -> str:
    """Return a rate as in `about twice a week`."""
    for name, days in _PERIODS:
        times = round(posts_a_day * days)
        if times >= 1:
            return f"about {_times(times)} a {name}"
    return "less than once a year"


def size_in_words(count: int) -> str:
    """Return a number of bytes as people say it: `10 MB`, `1.5 kB`, `20 bytes`."""
    for unit, size in (("MB", 1_000_000), ("kB", 1_000)):
        if count >= size:
            return f"{round(count / size, 1):g} {unit}"
    return counted(count, "byte")


def days_in_words(week: Week) -> str:
    """Return the days of a week, as in `23 February to 1 March 2026`."""
    first, last = week.start, week.end - timedelta(days=1)
    if first.month == last.month:
        start = f"{first.day}"
    elif first.year == last.year:
        start = f"{first.day} {first:%B}"
    else:
        start = f"{first.day} {first:%B %Y}"
    return f"{start} to {last.day} {last:%B %Y}"


def counted(number: int, name: str) -> str:
    """Return a number of things, as in `1 day` or `1,200 days`."""
    return f"{number:,} {name}" + ("s" if number != 1 else "")


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number:,} times")
