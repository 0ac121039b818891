"""Which pollers have died, by the heartbeats that they leave in the store.

Only whether a heartbeat changes counts, never the time in it: the clocks of two machines may differ by minutes.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

HEARTBEAT = timedelta(seconds=5)  # between two heartbeats, and between two checks of the others'

# Two heartbeats may fail. Including the time until the next check and the next claim, a dead poller's feeds
# are free
# within 30 seconds.
_SILENCE = 12.0  # seconds
_MISSED_LOOK = 1.5 * HEARTBEAT.total_seconds()


class Liveness:
    """What one poller knows of the others."""

    def __init__(self) -> None:
        self._looked = 0.0
        self._seen: dict[str, tuple[datetime, float]] = {}  # the last heartbeat, and when it was first seen
        self._buried: set[str] = set()

    def dead(self, heartbeats: Mapping[str, datetime], at: float) -> set[str]:
        """Return the pollers whose heartbeat has stopped. `at` is the observer's monotonic time in seconds.

        If the observer could not check for a while, perhaps no poller could write either: all timeouts start
        again.
        """
        known = {} if at - self._looked > _MISSED_LOOK else self._seen
        self._looked = at
        self._seen = {}
        for owner, beat in heartbeats.items():
            last, since = known.get(owner, (beat, at))
            self._seen[owner] = (beat, since if last == beat else at)
        silent = {owner for owner, (_, since) in self._seen.items() if at - since >= _SILENCE}
        self._buried &= silent
        return silent - self._buried

    def bury(self, owners: Iterable[str]) -> None:
        """Do not return these again unless they come back to life: their claims are free."""
        self._buried.update(owners)
