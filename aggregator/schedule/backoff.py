"""How long a feed that fails is left alone, and what its host is told by a 429."""

from datetime import datetime, timedelta

from aggregator.model import Answer, Fault, FaultKind, Hints, HostPause, Reason, ReasonCode
from aggregator.schedule.plan import NEVER, Plan
from aggregator.schedule.wishes import LONGEST as LONGEST_WISH
from aggregator.schedule.wishes import Wish, after_skipped
from aggregator.sources.settings import Polling

LONGEST = timedelta(days=1)
_TOO_MANY_REQUESTS = 429
# The wait is shortened by up to this share: feeds that fell together must not all come back together.
_SPREAD = 0.2
# Doublings at the first failure of a document that took too long to read: it costs us more than a request.
_HEAD_START = 2


def after_failure(
    at: datetime,
    *,
    failures: int,
    fault: Fault,
    polling: Polling,
    wish: Wish | None,
    hints: Hints,
    chance: float,
) -> Plan:
    """Return the retry after so many failures in a row: `interval`, doubled each time, up to a day.

    `chance` is from 0 up to 1. Never given up; `min_interval`, `Retry-After` (a week at most) and the hours that
    the last good document asks to skip (`hints`) lengthen it.
    """
    head_start = _HEAD_START if fault.kind is FaultKind.PARSER else 0
    doublings = min(
        failures - 1 + head_start, 20
    )  # more change nothing: a second doubled 20 times is 12 days
    wait = min(polling.interval * 2**doublings, max(LONGEST, polling.interval)) * (1 - _SPREAD * chance)
    retry = at + max(wait, polling.min_interval)
    why: tuple[Reason, ...] = (Reason(ReasonCode.BACKOFF, count=failures, text=fault.sentence),)
    if wish and wish.until > retry:
        retry, why = wish.until, (*why, *wish.why)
    return Plan(max(retry, min(after_skipped(retry, hints), at + LONGEST_WISH)), why)


def gone() -> Plan:
    """Return the end of polling that a 410 asks for (RFC 9110, section 15.5.11)."""
    return Plan(NEVER, (Reason(ReasonCode.GONE),))


def host_pause(answer: Answer, host: str, until: datetime) -> HostPause | None:
    """Return the pause of a whole host that a 429 asks for (RFC 6585, section 4), with or without `Retry-After`.

    It lasts as long as the feed itself backs off, so it grows where the host keeps answering so. A 503 speaks of
    one address alone.
    """
    if answer.status != _TOO_MANY_REQUESTS:
        return None
    return HostPause(host, until)
