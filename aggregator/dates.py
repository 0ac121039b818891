"""Formats dates in the current language. Patterns are those of CLDR, and part of the catalogues."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from babel.dates import format_date, format_skeleton

from aggregator.model import Week
from aggregator.translations import current
from aggregator.translations import gettext as _


def day_in_words(day: date) -> str:
    """Return a day, as in `2 March 2026`."""
    return _written(day, _("d MMMM y"))


def day_of_year(day: date) -> str:
    """Return a day without its year, as in `2 March`."""
    return _written(day, _("d MMMM"))


def month_in_words(day: date) -> str:
    """Return the month of a day, as in `March 2026`; the page's script formats it by the same rule of CLDR."""
    return str(format_skeleton("yMMMM", day, locale=current().locale))


def short_month(day: date) -> str:
    """Return the month of a day alone and short, as in `Mar`."""
    return _written(day, "MMM")


def moment_in_words(moment: datetime) -> str:
    """Return a moment to the minute, as in `2 March 2026, 09:30 UTC`."""
    utc = moment.astimezone(UTC)
    return _("{day}, {time} UTC", day=day_in_words(utc.date()), time=f"{utc:%H:%M}")


def exact_moment(moment: datetime) -> str:
    """Return a moment with its day of the week, as in `Monday, 2 March 2026, 09:30 UTC`."""
    utc = moment.astimezone(UTC)
    day = _written(utc.date(), _("EEEE, d MMMM y"))
    return _("{day}, {time} UTC", day=day, time=f"{utc:%H:%M}")


def days_in_words(week: Week) -> str:
    """Return the days of a week, as in `23 February to 1 March 2026`."""
    first, last = week.start.date(), week.end.date() - timedelta(days=1)
    if (first.year, first.month) == (last.year, last.month):
        # Translators: the day alone, before another of the same month: `16` to `22 March 2026`
        pattern = _("d")
    elif first.year == last.year:
        pattern = _("d MMMM")
    else:
        pattern = _("d MMMM y")
    return _("{first} to {last}", first=_written(first, pattern), last=day_in_words(last))


def _written(day: date, pattern: str) -> str:
    return _in_locale(day, pattern, current().locale)


@lru_cache(maxsize=4096)  # a page has the days of its posts again each time that it is made
def _in_locale(day: date, pattern: str, locale: str) -> str:
    return str(format_date(day, pattern, locale=locale))
