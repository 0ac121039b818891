"""Servers whose validators cannot be trusted, and what to do about it.

Two kinds are known: those that answer 304 whatever happened, and those that send a new validator with every
answer, so that the whole document comes each time.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from aggregator.model import Answer, PollState
from aggregator.schedule.rate import posts_a_day
from aggregator.schedule.wishes import http_date
from aggregator.schedule.words import span_in_words

ONCE_A_DAY = timedelta(days=1)
_MISLEADS = "its validators mislead: "  # begins each warning of this module, so that it can be taken back
_IN_FULL = "so it is asked for the whole feed now and then, at most once a day"
# Posts that should have come by now: with so many expected, chance keeps them all away once in 150 times.
_OVERDUE_POSTS = 5.0
_FEWEST_304S = 5
_SKEW = timedelta(days=1)  # a clock that is set wrong a little is no lie
_CHURN = 3  # unchanged bodies in a row, each with a new validator

PROVEN = f"{_MISLEADS}the server answered 304 (not modified) although the feed had changed, {_IN_FULL}"
CHURNED = (
    f"{_MISLEADS}the server sends a new one (ETag, Last-Modified) with every answer although the feed is unchanged,"
    " so each poll costs it the whole document"
)


def wants_whole(before: PollState, at: datetime) -> bool:
    """Whether this poll asks without validators: on evidence, at most once a day."""
    is_time = before.last_full is not None and at - before.last_full >= ONCE_A_DAY
    return is_time and doubt(before, at) is not None


def doubt(state: PollState, at: datetime) -> str | None:
    """Return why the 304s of this server are not taken at their word; None where they are."""
    if state.unchanged_polls == 0:
        return None
    if PROVEN in state.warnings:
        return PROVEN
    return _from_the_future(state, at) or _overdue(state, at)


def found_out(before: PollState, arrived: Iterable[datetime | None]) -> tuple[str, ...]:
    """Return the warning that a document earns which came only because we asked for it in full.

    An entry dated before a 304 that kept it back is the proof; it holds until a conditional request brings news.
    """
    last_304 = before.last_poll if before.unchanged_polls else None
    is_proof = last_304 is not None and any(time < last_304 for time in arrived if time)
    return (PROVEN,) if is_proof or PROVEN in before.warnings else ()


def churned(before: PollState, answer: Answer) -> int:
    """Return how many unchanged bodies in a row came with a new validator, this one included."""
    is_new = bool(answer.validators) and answer.validators != before.validators
    return before.churned_validators + 1 if is_new else 0


def with_warnings(state: PollState, at: datetime) -> tuple[str, ...]:
    """Return the warnings of a state, those about its validators renewed."""
    about_document = tuple(words for words in state.warnings if not words.startswith(_MISLEADS))
    churn = CHURNED if state.churned_validators >= _CHURN else None
    return about_document + tuple(words for words in (doubt(state, at), churn) if words)


def _from_the_future(state: PollState, at: datetime) -> str | None:
    modified = http_date(state.validators.last_modified or "")
    if modified is None or modified < at + _SKEW:
        return None
    return (
        f"{_MISLEADS}the server says that the feed was last modified in the future ({modified:%Y-%m-%d})"
        f" and answers 304 (not modified), {_IN_FULL}"
    )


def _overdue(state: PollState, at: datetime) -> str | None:
    """Judge by the rhythm: the rate when a whole body last came, over the time since."""
    if not state.post_times or state.last_full is None or state.unchanged_polls < _FEWEST_304S:
        return None
    silence = at - state.last_full
    if posts_a_day(state.post_times, state.last_full) * (silence / ONCE_A_DAY) < _OVERDUE_POSTS:
        return None
    return (
        f"{_MISLEADS}the server has answered 304 (not modified) for {span_in_words(silence)},"
        f" unusually long for this feed, {_IN_FULL}"
    )
