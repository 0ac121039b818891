"""Counters of one process for /metrics, mainly of what never reaches the store."""

from collections import Counter
from enum import StrEnum
from threading import Lock


class Count(StrEnum):
    """The names of the counters. The store's counters have those of the pollers under these names."""

    STORE_ERRORS = "store errors"  # transactions that failed in the database
    LOCK_WAIT = "lock wait microseconds"  # spent waiting for locks of other writers
    READERS_KILLED = "readers killed"  # processes that were ended because of the document that they read
    KEPT = "documents kept"  # cached answers of the web side
    RENDERED = "documents rendered"  # rendered answers


class Tally:
    """Counters that only grow. Thread-safe."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._counts: Counter[Count] = Counter()

    def add(self, count: Count, number: int = 1) -> None:
        """Add to a counter."""
        with self._lock:
            self._counts[count] += number

    def counts(self) -> Counter[Count]:
        """Return all counters."""
        with self._lock:
            return self._counts.copy()
