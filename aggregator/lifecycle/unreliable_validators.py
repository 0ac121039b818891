"""Detects servers whose validators cannot be trusted, and decides when to poll without them.

Two kinds are known: those that answer 304 whatever happened, and those that send a new validator with every
answer, so that the whole document comes each time.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from aggregator.lifecycle.publisher_hints import http_date
from aggregator.lifecycle.rate import posts_a_day
from aggregator.model import DoubtKind, FeedState, FetchResult, ValidatorDoubt

ONCE_A_DAY = timedelta(days=1)
# The number of posts expected by now: with so many expected, none appears by chance once in 150 times.
_OVERDUE_POSTS = 5.0
_FEWEST_304S = 5
_SKEW = timedelta(days=1)  # a clock may be a little off
_CHURN = 3  # unchanged bodies in a row, each with a new validator

PROVEN = ValidatorDoubt(DoubtKind.MISSED_CHANGE)
CHURNED = ValidatorDoubt(DoubtKind.NEW_EACH_TIME)


def should_skip_validators(before: FeedState, at: datetime) -> bool:
    """Whether this poll asks without validators: on evidence, at most once a day.

    A server that fails at a conditional request, in whatever way, may answer one without conditions.
    """
    is_time = before.last_full is not None and at - before.last_full >= ONCE_A_DAY
    return is_time and (before.fault is not None or doubt(before, at) is not None)


def doubt(state: FeedState, at: datetime) -> ValidatorDoubt | None:
    """Return why the 304s of this server are not trusted, None if they are."""
    if state.unchanged_polls == 0:
        return None
    if PROVEN in state.validator_doubts:
        return PROVEN
    return _from_the_future(state, at) or _overdue(state, at)


def proven_by(before: FeedState, arrived: Iterable[datetime | None]) -> tuple[ValidatorDoubt, ...]:
    """Return the doubt that follows from a document which came only because we asked for it in full.

    An entry dated before a 304 that kept it back is the proof; it holds until a conditional request brings news.
    """
    last_304 = before.last_poll if before.unchanged_polls else None
    is_proof = last_304 is not None and any(time < last_304 for time in arrived if time)
    return (PROVEN,) if is_proof or PROVEN in before.validator_doubts else ()


def count_churn(before: FeedState, answer: FetchResult) -> int:
    """Return how many unchanged bodies in a row came with a new validator, this one included."""
    is_new = bool(answer.validators) and answer.validators != before.validators
    return before.churned_validators + 1 if is_new else 0


def doubts(state: FeedState, at: datetime) -> tuple[ValidatorDoubt, ...]:
    """Return all that makes the validators of a feed unreliable now."""
    churn = CHURNED if state.churned_validators >= _CHURN else None
    return tuple(found for found in (doubt(state, at), churn) if found)


def _from_the_future(state: FeedState, at: datetime) -> ValidatorDoubt | None:
    modified = http_date(state.validators.last_modified or "")
    if modified is None or modified < at + _SKEW:
        return None
    return ValidatorDoubt(DoubtKind.FUTURE_DATE, modified=modified)


def _overdue(state: FeedState, at: datetime) -> ValidatorDoubt | None:
    """Judge by the posting rate when a whole body was last received, over the time since."""
    if not state.post_times or state.last_full is None or state.unchanged_polls < _FEWEST_304S:
        return None
    silence = at - state.last_full
    if posts_a_day(state.post_times, state.last_full) * (silence / ONCE_A_DAY) < _OVERDUE_POSTS:
        return None
    return ValidatorDoubt(DoubtKind.LONG_SILENCE, silence=silence)
