"""The headings of the timeline: days while they are near, months further back. Days are those of UTC."""

from datetime import datetime, timedelta

DAY = timedelta(days=1)


def period(moment: datetime, now: datetime | None) -> str:
    """Return the heading under which a moment stands: "Today", "Yesterday", "This week" or "March 2026".

    A week begins on Monday; what is ahead stands under "Today". Without a `now` it is the month, which stays true.
    """
    if now is None:
        return f"{moment:%B} {moment.year}"
    today = now.date()
    if moment.date() >= today:
        return "Today"
    if moment.date() == today - DAY:
        return "Yesterday"
    if moment.date() >= today - today.weekday() * DAY:
        return "This week"
    return f"{moment:%B} {moment.year}"
