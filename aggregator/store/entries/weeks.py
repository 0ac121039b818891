"""Weeks as numbers, as counts of posts by week have them."""

from datetime import UTC, datetime


def week_of(moment: datetime) -> int:
    """Return the number of a moment's week, Monday to Sunday in UTC, since the first Monday of the year 1."""
    return (moment.astimezone(UTC).date().toordinal() - 1) // 7
