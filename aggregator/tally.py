"""What one process counts by itself, for /metrics: above all what never reaches the store."""

from collections import Counter
from enum import StrEnum
from threading import Lock


class Count(StrEnum):
    """What is counted. The store's counters have those of the pollers under these names."""

    STORE_ERRORS = "store errors"  # transactions that the database did not carry out
    LOCK_WAIT = "lock wait microseconds"  # until other writers let go what a transaction needed
    READERS_KILLED = "readers killed"  # processes that were ended because of the document that they read
    KEPT = "documents kept"  # answers of the web side that were at hand
    RENDERED = "documents rendered"  # answers that had to be made


class Tally:
    """Counts that only grow. Safe between threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._counts: Counter[Count] = Counter()

    def add(self, count: Count, number: int = 1) -> None:
        """Count so many more."""
        with self._lock:
            self._counts[count] += number

    def counts(self) -> Counter[Count]:
        """Return all counts so far."""
        with self._lock:
            return self._counts.copy()
