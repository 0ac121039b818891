"""Whether the store answers: says in the log when it stops and when it is back, and keeps callers from waiting for it.

Every transaction of a `Database` passes here, so that no caller logs an outage, and none waits for one that another
caller has just met.
"""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from threading import Lock

from aggregator.quantities import span_in_words
from aggregator.store.errors import StoreUnavailable

log = logging.getLogger(__name__)

REMINDER = 300.0  # seconds between two lines in the log during an outage
LONGEST_TRY = 20.0  # seconds that others are refused while one caller finds out whether the store is back
LONGEST_PAUSE = 2.0  # seconds between two tries
QUICK = 0.2  # seconds; who is told that soon may ask again at once


class Access(Enum):
    """What a transaction wants; a full disk can be read and not written to."""

    READ = "read"
    WRITE = "write"


@dataclass(slots=True)
class _Failure:
    message: str
    retry_at: float = 0.0


class Availability:
    """What is known of one store. Safe between threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._failures: dict[Access, _Failure] = {}
        self._since = 0.0
        self._logged: float | None = None  # when the log last said that it is away; None during no outage
        self._has_answered = False

    @contextmanager
    def attempt(self, access: Access) -> Iterator[None]:
        """Observe a transaction. Raises StoreUnavailable at once if another caller has just waited in vain."""
        began = time.monotonic()
        self._refuse_early(access, began)
        try:
            yield
        except StoreUnavailable as error:
            self._note_failure(access, str(error), began)
            raise
        except Exception:
            self._note_success(access)  # it is of the caller's making: the store did answer
            raise
        self._note_success(access)

    def _refuse_early(self, access: Access, now: float) -> None:
        with self._lock:
            failure = self._failures.get(access)
            if failure is None:
                return
            if now < failure.retry_at:
                raise StoreUnavailable(failure.message)
            failure.retry_at = now + LONGEST_TRY

    def _note_failure(self, access: Access, message: str, began: float) -> None:
        """Let the next try wait for as long as this one took: a timeout blocks a thread."""
        now = time.monotonic()
        pause = min(now - began, LONGEST_PAUSE) if now - began > QUICK else 0.0
        with self._lock:
            # The first failure of a store that never answered is for the caller: a command says it and ends.
            is_first_of_all = not self._failures and not self._has_answered
            if not self._failures:
                self._since = began
            self._failures[access] = _Failure(message, now + pause)
            if is_first_of_all or (self._logged is not None and now - self._logged < REMINDER):
                return
            self._logged = now
        log.error("%s; trying again until it works", message)

    def _note_success(self, access: Access) -> None:
        if not self._failures and self._has_answered:
            return
        with self._lock:
            self._has_answered = True
            self._failures.pop(access, None)
            if access is Access.WRITE:  # which takes more than reading does
                self._failures.clear()
            is_back = not self._failures and self._logged is not None
            if is_back:
                self._logged = None
        if is_back:
            log.warning("the database works again after %s", span_in_words(self._lasted()))

    def _lasted(self) -> timedelta:
        return timedelta(seconds=time.monotonic() - self._since)
