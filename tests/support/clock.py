"""Clocks that are not right."""

from datetime import UTC, datetime, timedelta

from aggregator.clock import SystemClock


class ManualClock:
    """Tells the time that it was last set to."""

    def __init__(self, now: datetime = datetime(2026, 3, 2, 12, tzinfo=UTC)) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def set(self, now: datetime) -> None:
        self._now = now

    def advance(self, **span: float) -> None:
        self._now += timedelta(**span)


class SkewedClock(SystemClock):
    """The time of a machine whose clock is wrong."""

    def __init__(self, ahead: timedelta) -> None:
        self.ahead = ahead

    def now(self) -> datetime:
        return super().now() + self.ahead
