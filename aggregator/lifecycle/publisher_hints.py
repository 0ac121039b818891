"""What a publisher asks of pollers: how long to wait, and which hours to skip.

Each rule reads one header or hint and knows nothing of the others. A value that cannot be parsed is ignored.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from aggregator.model import FetchResult, Hints, Reason, ReasonCode

LONGEST = timedelta(weeks=1)  # a longer wait is cut to this
_CACHEABLE = (200, 304)  # the cache headers of an error are about the error page
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class RequestedDelay:
    """How long the publisher asks us to wait, and by which header or element."""

    until: datetime
    why: tuple[Reason, ...]


def retry_after(answer: FetchResult, _hints: Hints) -> RequestedDelay | None:
    """`Retry-After` in seconds or as a date, on whatever status (RFC 9110, section 10.2.3)."""
    value = (answer.header("retry-after") or "").strip()
    date = http_date(value)
    wait = _seconds(value) or (date - answer.at if date else None)
    return _asked(answer.at, wait, ReasonCode.RETRY_AFTER)


def max_age(answer: FetchResult, _hints: Hints) -> RequestedDelay | None:
    """`Cache-Control: max-age` minus the `Age` of the response (RFC 9111, section 4.2).

    `s-maxage` is meant for caches that serve others. Under `no-cache` and `no-store` nothing stays fresh.
    """
    directives = _cache_control(answer)
    if not directives.keys().isdisjoint({"no-cache", "no-store"}):
        return None
    wait = _fresh(answer, _seconds(directives.get("max-age", "")))
    return _asked(answer.at, wait, ReasonCode.MAX_AGE)


def expires(answer: FetchResult, _hints: Hints) -> RequestedDelay | None:
    """`Expires` minus `Date`, unless `Cache-Control` has the answer (RFC 9111, section 5.3)."""
    if not _cache_control(answer).keys().isdisjoint({"no-cache", "no-store", "max-age"}):
        return None
    end = http_date(answer.header("expires") or "")
    sent = http_date(answer.header("date") or "") or answer.at
    wait = _fresh(answer, end - sent if end else None)
    return _asked(answer.at, wait, ReasonCode.EXPIRES)


def ttl(answer: FetchResult, hints: Hints) -> RequestedDelay | None:
    """RSS 2.0 `<ttl>`: how long the channel may be kept before it is asked for again."""
    return _asked(answer.at, hints.ttl, ReasonCode.TTL)


def update_period(answer: FetchResult, hints: Hints) -> RequestedDelay | None:
    """`sy:updatePeriod` and `sy:updateFrequency`, counted from `sy:updateBase` if that is given."""
    period = hints.update_period
    if not period or period <= timedelta(0):
        return None
    base = hints.update_base or answer.at
    wait = period - (answer.at - base) % period
    return _asked(answer.at, wait, ReasonCode.UPDATE_PERIOD, told=period)


WISHES: tuple[Callable[[FetchResult, Hints], RequestedDelay | None], ...] = (
    retry_after,
    max_age,
    expires,
    ttl,
    update_period,
)


def longest_requested_delay(answer: FetchResult, hints: Hints) -> RequestedDelay | None:
    """Return the longest wait that the publisher asks for, at most a week, with its reason."""
    wishes = [wish for rule in WISHES if (wish := rule(answer, hints))]
    return max(wishes, key=lambda wish: wish.until, default=None)


def retry_after_only(answer: FetchResult) -> RequestedDelay | None:
    """Return the delay that a response without a feed may ask for: only `Retry-After`."""
    return retry_after(answer, Hints())


def after_skipped(at: datetime, hints: Hints) -> datetime:
    """Return the first moment from `at` on outside `skipHours` and `skipDays` (GMT).

    If these leave no hour of the week, they cannot be meant and `at` is returned.
    """
    whole_hour = at.replace(minute=0, second=0, microsecond=0)
    hours = (whole_hour + step * _HOUR for step in range(7 * 24 + 1))
    free = (
        hour for hour in hours if hour.hour not in hints.skip_hours and hour.weekday() not in hints.skip_days
    )
    return max(at, next(free, at))


def http_date(value: str) -> datetime | None:
    """Return a date as HTTP and mail write it (RFC 9110, section 5.6.7), None if it is none."""
    try:
        date = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    try:
        return date.astimezone(UTC) if date.tzinfo else date.replace(tzinfo=UTC)
    except OverflowError:  # the year 1 or 9999, moved over the edge by its zone
        return None


def _cache_control(answer: FetchResult) -> dict[str, str]:
    """Return the directives of an answer that may be kept; the first of a name counts."""
    if answer.status not in _CACHEABLE:
        return {}
    directives: dict[str, str] = {}
    for part in (answer.header("cache-control") or "").split(","):
        name, _, value = part.partition("=")
        directives.setdefault(name.strip().lower(), value.strip().strip('"'))
    return directives


def _fresh(answer: FetchResult, lifetime: timedelta | None) -> timedelta | None:
    if lifetime is None or answer.status not in _CACHEABLE:
        return None
    return lifetime - (_seconds((answer.header("age") or "").strip()) or timedelta(0))


def _seconds(digits: str) -> timedelta | None:
    """Return delta-seconds; ten digits are three centuries, more of them mean no more (RFC 9111, 1.2.2)."""
    if not re.fullmatch(r"[0-9]+", digits):
        return None
    return timedelta(seconds=int(digits.lstrip("0")[:10] or "0"))


def _asked(
    at: datetime, wait: timedelta | None, code: ReasonCode, told: timedelta | None = None
) -> RequestedDelay | None:
    if wait is None or wait <= timedelta(0):
        return None
    why = (Reason(code, span=told or wait),)
    if wait > LONGEST:
        return RequestedDelay(at + LONGEST, (*why, Reason(ReasonCode.CUT, span=LONGEST)))
    return RequestedDelay(at + wait, why)
