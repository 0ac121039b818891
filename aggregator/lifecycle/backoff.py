"""How long a failing feed is not polled, and how long a 429 pauses its host."""

from datetime import datetime, timedelta

from aggregator.lifecycle.planned import FAR_FUTURE, NextPoll
from aggregator.lifecycle.publisher_hints import LONGEST as LONGEST_WISH
from aggregator.lifecycle.publisher_hints import RequestedDelay, after_skipped
from aggregator.model import Fault, FaultKind, FetchResult, Hints, HostPause, Reason, ReasonCode
from aggregator.sources.settings import Polling

LONGEST = timedelta(days=1)
_TOO_MANY_REQUESTS = 429
# The wait is shortened by up to this share: feeds that failed together must not all be retried together.
_SPREAD = 0.2
# Doublings at the first failure of a document that took too long to read: it costs us more than a request.
_HEAD_START = 2


def after_failure(
    at: datetime,
    *,
    failures: int,
    fault: Fault,
    polling: Polling,
    wish: RequestedDelay | None,
    hints: Hints,
    chance: float,
) -> NextPoll:
    """Return the retry after so many failures in a row: `interval`, doubled each time, up to a day.

    `chance` is from 0 up to 1. Retries never end; `min_interval`, `Retry-After` (a week at most) and the
    hours that the last good document asks to skip (`hints`) lengthen the wait.
    """
    head_start = _HEAD_START if fault.kind is FaultKind.PARSER else 0
    doublings = min(
        failures - 1 + head_start, 20
    )  # more change nothing: a second doubled 20 times is 12 days
    wait = min(polling.interval * 2**doublings, max(LONGEST, polling.interval)) * (1 - _SPREAD * chance)
    retry = at + max(wait, polling.min_interval)
    why: tuple[Reason, ...] = (Reason(ReasonCode.BACKOFF, count=failures, fault=fault),)
    if wish and wish.until > retry:
        retry, why = wish.until, (*why, *wish.why)
    return NextPoll(max(retry, min(after_skipped(retry, hints), at + LONGEST_WISH)), why)


def gone() -> NextPoll:
    """Return the end of polling that a 410 asks for (RFC 9110, section 15.5.11)."""
    return NextPoll(FAR_FUTURE, (Reason(ReasonCode.GONE),))


LONGEST_PAUSE = timedelta(hours=1)


def host_pause(answer: FetchResult, host: str, until: datetime) -> HostPause | None:
    """Return the pause of a whole host that a 429 asks for (RFC 6585, section 4), with or without `Retry-After`.

    It lasts as long as the feed itself backs off, an hour at most: one feed of a shared host, or one route of it, must
    not keep the others away for a week. Nor must a feed that redirects to a host that it does not belong to. A
    503 is about one address only.
    """
    if answer.status != _TOO_MANY_REQUESTS or answer.final_address != answer.address:
        return None
    return HostPause(host, min(until, answer.at + LONGEST_PAUSE))
