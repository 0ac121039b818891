"""Whether the store is available: logs when it fails and when it is back, and keeps callers from waiting for it.

Every transaction of a `Database` passes through here, so that no caller logs an outage, and none waits during
one that another caller has just detected.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum
from threading import Lock

from aggregator.quantities import span_in_words
from aggregator.store.errors import StoreUnavailable

log = logging.getLogger(__name__)

REMINDER = 300.0  # seconds between two lines in the log during an outage
SETTLED = 6.0  # seconds without a failure after which an outage has ended; a damaged file still answers now and then
LONGEST_TRY = 20.0  # seconds that other callers are refused while one tests whether the store is back
LONGEST_PAUSE = 2.0  # seconds between two tries
QUICK = 0.2  # seconds; a caller that is refused this soon may retry at once


class Access(Enum):
    """What a transaction does; a full disk can be read but not written to."""

    READ = "read"
    WRITE = "write"


@dataclass(slots=True)
class _Refusal:
    message: str
    until: float


@dataclass(slots=True)
class _Outage:
    began: float
    failed_at: float  # the last time
    failing: set[Access] = field(default_factory=set)
    works_since: float | None = None
    logged_at: float | None = None


class Availability:
    """The known availability of one store. Thread-safe."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = Lock()
        self._refusals: dict[Access, _Refusal] = {}
        self._outage: _Outage | None = None
        self._has_answered = False

    @property
    def is_out_of_use(self) -> bool:
        """Whether it failed a moment ago, for any use."""
        outage = self._outage
        return outage is not None and self._now() - outage.failed_at < SETTLED

    @contextmanager
    def attempt(self, access: Access) -> Iterator[None]:
        """Observe a transaction. Raises StoreUnavailable at once if another caller has just timed out."""
        began = self._now()
        self._refuse_early(access, began)
        try:
            yield
        except StoreUnavailable as error:
            self._note_failure(access, str(error), began)
            raise
        except Exception:
            self._note_success(access)  # the caller's own error: the store did answer
            raise
        self._note_success(access)

    def _refuse_early(self, access: Access, now: float) -> None:
        with self._lock:
            refusal = self._refusals.get(access)
            if refusal is None:
                return
            if now < refusal.until:
                raise StoreUnavailable(refusal.message)
            refusal.until = now + LONGEST_TRY

    def _note_failure(self, access: Access, message: str, began: float) -> None:
        """Delay the next attempt by as long as this one took: a timeout blocks a thread."""
        now = self._now()
        pause = min(now - began, LONGEST_PAUSE) if now - began > QUICK else 0.0
        with self._lock:
            self._refusals[access] = _Refusal(message, now + pause)
            # The first failure of a store that never answered is left to the caller: a command prints it and
            # ends.
            is_first_of_all = self._outage is None and not self._has_answered
            outage = self._outage = self._outage or _Outage(began, now)
            outage.failed_at, outage.works_since = now, None
            outage.failing.add(access)
            is_logged = outage.logged_at is not None and now - outage.logged_at < REMINDER
            if is_first_of_all or is_logged:
                return
            outage.logged_at = now
        log.error("%s; trying again until it works", message)

    def _note_success(self, access: Access) -> None:
        if self._outage is None and self._has_answered:
            return
        with self._lock:
            self._has_answered = True
            self._refusals.pop(access, None)
            ended = self._outage if self._outage and self._is_over(self._outage, access) else None
            if ended:
                self._outage = None
        if ended and ended.logged_at is not None and ended.works_since is not None:
            span = timedelta(seconds=ended.works_since - ended.began)
            log.warning("the database works again; it was out of use for %s", span_in_words(span))

    def _is_over(self, outage: _Outage, access: Access) -> bool:
        """Whether an outage is over, now that a transaction succeeded; writing takes more than reading does."""
        now = self._now()
        outage.failing -= {access} if access is Access.READ else set(Access)
        if not outage.failing and outage.works_since is None:
            outage.works_since = now
        return not outage.failing and now - outage.failed_at >= SETTLED
