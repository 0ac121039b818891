"""How long ago something was, in words: the rounding rules of date-fns' `formatDistance`, in English.

The page's script has the same rules, so that the words stay true while a page is open.
"""

from datetime import datetime, timedelta

HOUR = 60  # minutes
DAY = 24 * HOUR
MONTH = 30 * DAY
ALMOST_TWO_DAYS = 42 * HOUR

FEBRUARY = 2


def age(then: datetime, now: datetime) -> str:
    """Return how long ago `then` was: "19 days ago". What lies ahead reads "in 3 hours"."""
    if then > now:
        return f"in {distance(now, then)}"
    return f"{distance(then, now)} ago"


def distance(earlier: datetime, later: datetime) -> str:
    """Return the time between two moments in words, without a direction."""
    seconds = (later - earlier) // timedelta(seconds=1)
    minutes = _rounded(seconds, 60)
    if minutes < 1:
        return "less than a minute"
    if minutes < 2 * MONTH:
        return _up_to_two_months(minutes)
    months = months_between(earlier, later)
    return _count(_rounded(minutes, MONTH), "month") if months < 12 else _years(months)  # noqa: PLR2004 - of a year


def _up_to_two_months(minutes: int) -> str:
    """Return the words of the last row whose bound lies above; each with its own unit and rounding."""
    rows = (
        (45, "", 1, "minute"),
        (90, "about ", minutes, "hour"),
        (DAY, "about ", HOUR, "hour"),
        (ALMOST_TWO_DAYS, "", minutes, "day"),
        (MONTH, "", DAY, "day"),
        (2 * MONTH, "about ", MONTH, "month"),
    )
    about, unit, name = next(row[1:] for row in rows if minutes < row[0])
    return about + _count(_rounded(minutes, unit), name)


def _years(months: int) -> str:
    years, beyond = divmod(months, 12)
    if beyond < 3:  # noqa: PLR2004 - a quarter of a year
        return f"about {_count(years, 'year')}"
    if beyond < 9:  # noqa: PLR2004 - three quarters
        return f"over {_count(years, 'year')}"
    return f"almost {_count(years + 1, 'year')}"


def months_between(earlier: datetime, later: datetime) -> int:
    """Return the whole months between two moments, as date-fns' `differenceInMonths` counts them."""
    months = (later.year - earlier.year) * 12 + later.month - earlier.month
    if months < 1:
        return 0
    # A day that ends February stands for the end of a longer month, too.
    ends_february = later.month == FEBRUARY and later.day > 27  # noqa: PLR2004 - the first day that may end it
    moved = _months_before(later.replace(day=1) + timedelta(days=29) if ends_february else later, months)
    return months - (moved < earlier)


def _months_before(moment: datetime, months: int) -> datetime:
    """Return the same day so many months before; a day that its month lacks runs over into the next, as in JavaScript."""
    index = moment.year * 12 + moment.month - 1 - months
    first = moment.replace(year=index // 12, month=index % 12 + 1, day=1)
    return first + timedelta(days=moment.day - 1)


def _rounded(amount: int, unit: int) -> int:
    """Return how many units an amount comes to, a half rounded up."""
    return (2 * amount + unit) // (2 * unit)


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
