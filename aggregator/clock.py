"""The current time, replaceable in tests.

Nothing else in the package reads the system's time.
"""

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Returns the time; tests set it."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        ...


class SystemClock:
    """The system's clock."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        return datetime.now(UTC)


class CommonClock:
    """A clock shared by several machines: this machine's own, corrected by its offset from the common one."""

    def __init__(self, own: Clock) -> None:
        self.own = own
        self.ahead = timedelta()

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        return self.own.now() - self.ahead


# The program is newer than this: an earlier clock is wrong, as after a boot without a battery.
EARLIEST = datetime(2026, 1, 1, tzinfo=UTC)


def is_wrong(moment: datetime, now: datetime) -> bool:
    """Whether this program cannot have done anything at that time, given that it is `now`."""
    return moment > now or moment < EARLIEST
