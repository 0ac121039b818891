"""The headings of the timeline: recent days, then months, in UTC."""

from datetime import datetime, timedelta

from aggregator.dates import month_in_words
from aggregator.translations import gettext as _

DAY = timedelta(days=1)


def period(moment: datetime, now: datetime | None) -> str:
    """Return the heading of a moment: "Today", "Yesterday", "This week" or "March 2026".

    A week begins on Monday; the future is under "Today". Without a `now` it is the month, which stays true.
    """
    if now is None:
        return month_in_words(moment)
    today = now.date()
    if moment.date() >= today:
        return _("Today")
    if moment.date() == today - DAY:
        return _("Yesterday")
    if moment.date() >= today - today.weekday() * DAY:
        return _("This week")
    return month_in_words(moment)
