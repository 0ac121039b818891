"""The time, as a value that can be set.

Nothing else in the package asks the operating system what time it is.
"""

from datetime import UTC, datetime, timedelta
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


class CommonClock:
    """A clock that several machines go by: this machine's own, less what it is ahead of the common one."""

    def __init__(self, own: Clock) -> None:
        self.own = own
        self.ahead = timedelta()

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        return self.own.now() - self.ahead


# This program is younger: a clock before it is wrong, as after a start without a battery.
EARLIEST = datetime(2026, 1, 1, tzinfo=UTC)


def is_wrong(moment: datetime, now: datetime) -> bool:
    """Whether nothing that this program did can have happened then, if it is `now`."""
    return moment > now or moment < EARLIEST
