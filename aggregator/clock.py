"""The time, as a value that can be set.

Nothing else in the package asks the operating system what time it is.
"""

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time; a test sets it."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        return datetime.now(UTC)


# This program is younger: a clock before it is wrong, as after a start without a battery.
EARLIEST = datetime(2026, 1, 1, tzinfo=UTC)


def is_wrong(moment: datetime, now: datetime) -> bool:
    """Whether nothing that this program did can have happened then, if it is `now`."""
    return moment > now or moment < EARLIEST
