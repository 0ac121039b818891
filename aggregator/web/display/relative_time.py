"""Relative times, with the rounding rules of date-fns' `formatDistance`.

The page's script has the same rules, so that the times stay true while a page is open.
"""

from datetime import datetime, timedelta

from aggregator.translations import gettext as _
from aggregator.translations import ngettext, ngettext_noop

HOUR = 60  # minutes
DAY = 24 * HOUR
MONTH = 30 * DAY
ALMOST_TWO_DAYS = 42 * HOUR

FEBRUARY = 2


# Whole sentences, since other languages inflect what follows a word like "ago".
_PAST = {
    "minutes": ngettext_noop("{count} minute ago", "{count} minutes ago"),
    "about hours": ngettext_noop("about {count} hour ago", "about {count} hours ago"),
    "days": ngettext_noop("{count} day ago", "{count} days ago"),
    "about months": ngettext_noop("about {count} month ago", "about {count} months ago"),
    "months": ngettext_noop("{count} month ago", "{count} months ago"),
    "about years": ngettext_noop("about {count} year ago", "about {count} years ago"),
    "over years": ngettext_noop("over {count} year ago", "over {count} years ago"),
    "almost years": ngettext_noop("almost {count} year ago", "almost {count} years ago"),
}
_AHEAD = {
    "minutes": ngettext_noop("in {count} minute", "in {count} minutes"),
    "about hours": ngettext_noop("in about {count} hour", "in about {count} hours"),
    "days": ngettext_noop("in {count} day", "in {count} days"),
    "about months": ngettext_noop("in about {count} month", "in about {count} months"),
    "months": ngettext_noop("in {count} month", "in {count} months"),
    "about years": ngettext_noop("in about {count} year", "in about {count} years"),
    "over years": ngettext_noop("in over {count} year", "in over {count} years"),
    "almost years": ngettext_noop("in almost {count} year", "in almost {count} years"),
}


def age(then: datetime, now: datetime) -> str:
    """Return how long ago `then` was: "19 days ago". For the future: "in 3 hours"."""
    is_ahead = then > now
    count, unit = distance(now, then) if is_ahead else distance(then, now)
    if not count:
        return _("in less than a minute") if is_ahead else _("less than a minute ago")
    return ngettext(*(_AHEAD if is_ahead else _PAST)[unit], count)


def distance(earlier: datetime, later: datetime) -> tuple[int, str]:
    """Return the time between two moments as a number and its unit, such as `19, "days"`; 0 is less than a minute."""
    seconds = (later - earlier) // timedelta(seconds=1)
    minutes = _rounded(seconds, 60)
    if minutes < 2 * MONTH:
        return _up_to_two_months(minutes)
    months = months_between(earlier, later)
    return (_rounded(minutes, MONTH), "months") if months < 12 else _years(months)  # noqa: PLR2004 - of a year


def _up_to_two_months(minutes: int) -> tuple[int, str]:
    """Return the first row whose bound lies above; each has its own unit and rounding."""
    rows = (
        (45, 1, "minutes"),
        (90, minutes, "about hours"),
        (DAY, HOUR, "about hours"),
        (ALMOST_TWO_DAYS, minutes, "days"),
        (MONTH, DAY, "days"),
        (2 * MONTH, MONTH, "about months"),
    )
    unit, name = next(row[1:] for row in rows if minutes < row[0])
    return _rounded(minutes, unit), name


def _years(months: int) -> tuple[int, str]:
    years, beyond = divmod(months, 12)
    if beyond < 3:  # noqa: PLR2004 - a quarter of a year
        return years, "about years"
    if beyond < 9:  # noqa: PLR2004 - three quarters
        return years, "over years"
    return years + 1, "almost years"


def months_between(earlier: datetime, later: datetime) -> int:
    """Return the whole months between two moments, as date-fns' `differenceInMonths` counts them."""
    months = (later.year - earlier.year) * 12 + later.month - earlier.month
    if months < 1:
        return 0
    # The last day of February counts as the end of a longer month, too.
    ends_february = later.month == FEBRUARY and later.day > 27  # noqa: PLR2004 - the first day that may end it
    moved = _months_before(later.replace(day=1) + timedelta(days=29) if ends_february else later, months)
    return months - (moved < earlier)


def _months_before(moment: datetime, months: int) -> datetime:
    """Return the same day so many months before; a day that the month lacks overflows into the next, as in JavaScript."""
    index = moment.year * 12 + moment.month - 1 - months
    first = moment.replace(year=index // 12, month=index % 12 + 1, day=1)
    return first + timedelta(days=moment.day - 1)


def _rounded(amount: int, unit: int) -> int:
    """Return an amount in units, a half rounded up."""
    return (2 * amount + unit) // (2 * unit)
