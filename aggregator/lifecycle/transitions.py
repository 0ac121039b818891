"""The state machine of one feed: state and event in, new state out.

The only place that decides what becomes of a feed, whether it was polled, pushed, paused or released. Pure:
the callers that poll, claim or sync the sources file apply the event and write what it returns. When the next
poll is after a
good one is decided in `interval`, after a failure in `backoff`.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import assert_never

from aggregator.clock import is_wrong
from aggregator.lifecycle import backoff, profile, publisher_hints, redirects, takeover, unreliable_validators
from aggregator.lifecycle.interval import next_poll
from aggregator.lifecycle.planned import NextPoll
from aggregator.lifecycle.rate import merged_times
from aggregator.model import (
    Fault,
    FeedContent,
    FeedState,
    FetchResult,
    HoldEvidence,
    Reason,
    ReasonCode,
    State,
    Validators,
)
from aggregator.sources.settings import Polling

# --- events ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Exchange:
    """What every poll knows once the publisher has responded."""

    answer: FetchResult
    url: str  # as the admin wrote it
    polling: Polling
    # The mean over all polled feeds of the square root of posts a day; None if it is not known.
    mean_root_rate: float | None
    chance: float  # from 0 up to 1, spreads polls
    in_full: bool = False  # requested without our validators, since they are not trusted

    @property
    def at(self) -> datetime:
        """The end of the exchange."""
        return self.answer.at


@dataclass(frozen=True, slots=True)
class NotModified:
    """The response was a 304."""

    exchange: Exchange


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The body is the same as the time before."""

    exchange: Exchange


@dataclass(frozen=True, slots=True)
class DocumentRead:
    """A document of the feed was read."""

    exchange: Exchange
    body_hash: str
    reading: FeedContent


@dataclass(frozen=True, slots=True)
class OtherSiteFound:
    """A document was read that belongs to another site."""

    exchange: Exchange
    body_hash: str
    evidence: tuple[HoldEvidence, ...]


@dataclass(frozen=True, slots=True)
class PollFailed:
    """There was no document, or none that could be read."""

    exchange: Exchange
    fault: Fault


Polled = NotModified | Unchanged | DocumentRead | OtherSiteFound | PollFailed


@dataclass(frozen=True, slots=True)
class Pushed:
    """A hub pushed a document (WebSub), which was read as if it had been polled."""

    found: Polled


@dataclass(frozen=True, slots=True)
class HubPushes:
    """A poll ended of a feed whose hub pushes new posts: polls only find what the hub has missed."""

    at: datetime
    longest: timedelta  # from this poll to the next


@dataclass(frozen=True, slots=True)
class PutOff:
    """A poll failed on our side: no network, no memory for a large document, or an internal error."""

    at: datetime
    wait: timedelta
    reason: ReasonCode


@dataclass(frozen=True, slots=True)
class OutageEnded:
    """Our own network is back; `due` is when this feed is polled."""

    due: datetime
    was_blamed: bool  # a failure was counted against the feed before the outage showed


@dataclass(frozen=True, slots=True)
class Released:
    """The admin ended a hold, or an end by a 410."""

    at: datetime


@dataclass(frozen=True, slots=True)
class AddressChanged:
    """The admin wrote another address for the source."""

    at: datetime
    url: str


@dataclass(frozen=True, slots=True)
class ClockCorrected:
    """The feed was polled while our clock was wrong; it is right again."""

    at: datetime
    last_success: datetime | None  # the last good poll by the right clock, if there was one


@dataclass(frozen=True, slots=True)
class HostPaused:
    """The feed's host asked for a pause that holds for all of its feeds."""

    host: str
    until: datetime


@dataclass(frozen=True, slots=True)
class ClaimEnded:
    """A claim ended without a poll: given back, or its lease was lost."""


Event = (
    Polled
    | Pushed
    | HubPushes
    | PutOff
    | OutageEnded
    | Released
    | AddressChanged
    | ClockCorrected
    | HostPaused
    | ClaimEnded
)


def apply(state: FeedState, event: Event) -> FeedState:  # noqa: C901, PLR0911 - a case an event, each a line
    """Return the state of a feed after an event."""
    match event:
        case NotModified() | Unchanged() | DocumentRead() | OtherSiteFound() | PollFailed():
            return _polled(state, event)
        case Pushed():
            return _pushed(state, event)
        case HubPushes():
            return _relaxed(state, event)
        case PutOff():
            return replace(state, next_poll=event.at + event.wait, why=(Reason(event.reason),))
        case OutageEnded():
            return _after_outage(state, event)
        case Released():
            return _released(state, event.at)
        case AddressChanged():
            return _at_new_address(state, event)
        case ClockCorrected():
            return _by_right_clock(state, event)
        case HostPaused():
            return replace(
                state, next_poll=event.until, why=(Reason(ReasonCode.HOST_PAUSED, text=event.host),)
            )
        case ClaimEnded():
            return state
        case _:
            assert_never(event)


# --- polls ----------------------------------------------------------------------------------------------------


def _polled(state: FeedState, event: Polled) -> FeedState:
    match event:
        case NotModified():
            return _good(state, _with_304(state, event.exchange), event.exchange)
        case Unchanged():
            return _good(state, _with_same_body(state, event.exchange), event.exchange)
        case DocumentRead():
            return _good(state, _with_document(state, event), event.exchange)
        case OtherSiteFound():
            seen = _with_body(state, event.exchange, event.body_hash)
            return _good(state, replace(seen, hold=event.evidence), event.exchange)
        case PollFailed():
            return _failed(state, event)
        case _:
            assert_never(event)


def _with_304(state: FeedState, exchange: Exchange) -> FeedState:
    new = exchange.answer.validators
    after = replace(
        state,
        # What a 304 does not carry stays as it was (RFC 9111, section 4.3.4).
        validators=Validators(
            new.etag or state.validators.etag, new.last_modified or state.validators.last_modified
        ),
        unchanged_polls=state.unchanged_polls + 1,
        churned_validators=0,
    )
    return replace(after, validator_doubts=unreliable_validators.doubts(after, exchange.at))


def _with_body(state: FeedState, exchange: Exchange, body_hash: str | None) -> FeedState:
    return replace(
        state,
        validators=exchange.answer.validators,
        body_hash=body_hash,
        last_full=exchange.at,
        unchanged_polls=0,
    )


def _with_same_body(state: FeedState, exchange: Exchange) -> FeedState:
    seen = _with_body(state, exchange, state.body_hash)
    after = replace(seen, churned_validators=unreliable_validators.count_churn(state, exchange.answer))
    if exchange.in_full:  # what is known of its 304s stays
        return after
    return replace(after, validator_doubts=unreliable_validators.doubts(after, exchange.at))


def _with_document(state: FeedState, event: DocumentRead) -> FeedState:
    exchange, reading = event.exchange, event.reading
    new = takeover.new_entries(reading.entries, state.listing)
    dates = [entry.date for entry in new]
    after = replace(
        _with_body(state, exchange, event.body_hash),
        hold=(),
        profile=profile.merged(state.profile, new),
        churned_validators=0,
        language=reading.language,
        hub=reading.hub,
        topic=reading.topic,
        format=reading.format,
        hints=reading.hints,
        warnings=reading.warnings,
        validator_doubts=unreliable_validators.proven_by(state, dates) if exchange.in_full else (),
        post_times=merged_times(
            state.post_times,
            dates,
            at=exchange.at,
            last_success=state.last_success if state.listing else None,
        ),
    )
    if not reading.listed and state.listing:  # an empty document says nothing about whose it is
        return after
    return replace(
        after,
        title=reading.title,
        link=reading.link,
        listing=takeover.listing(reading, exchange.answer.final_address, state.listing),
        marks=reading.marks,
    )


def _good(before: FeedState, after: FeedState, exchange: Exchange) -> FeedState:
    """Plan the next poll of a feed that answered; while it is on hold, only that."""
    at = exchange.at
    if not after.hold:
        after = replace(redirects.after_good_poll(after, exchange.answer), last_success=at)
    share = next_poll(
        at,
        post_times=after.post_times,
        mean_root_rate=exchange.mean_root_rate,
        polling=exchange.polling,
        wish=publisher_hints.longest_requested_delay(exchange.answer, after.hints),
        hints=after.hints,
        chance=exchange.chance,
        is_first=before.last_poll is None,
    )
    return replace(
        after,
        next_poll=share.plan.at,
        why=share.plan.why,
        state=State.ON_HOLD if after.hold else State.OK,
        last_poll=at,
        failures=0,
        fault=None,
        rate=share.rate,
    )


def _failed(state: FeedState, event: PollFailed) -> FeedState:
    """Back off; a 410 ends the polling."""
    exchange, fault = event.exchange, event.fault
    failures = state.failures + 1
    after = state
    if exchange.answer.body is not None:
        # Dropped, or a 304 would keep us from ever reading the document (RFC 9110, section 13).
        after = replace(_with_body(state, exchange, None), validators=Validators())
    plan = backoff.gone() if exchange.answer.is_gone else _retry(exchange, failures, fault, after)
    after = replace(
        after,
        next_poll=plan.at,
        why=plan.why,
        state=State.GONE if exchange.answer.is_gone else State.FAILING,
        last_poll=exchange.at,
        # A request in full that failed counts too: there is at most one a day.
        last_full=exchange.at if exchange.in_full else after.last_full,
        failures=failures,
        fault=fault,
    )
    return after if exchange.answer.is_gone else redirects.after_failure(after, exchange.url)


def _retry(exchange: Exchange, failures: int, fault: Fault, state: FeedState) -> NextPoll:
    return backoff.after_failure(
        exchange.at,
        failures=failures,
        fault=fault,
        polling=exchange.polling,
        wish=publisher_hints.retry_after_only(exchange.answer),
        hints=state.hints,
        chance=exchange.chance,
    )


# --- pushes ---------------------------------------------------------------------------------------------------


def _pushed(state: FeedState, event: Pushed) -> FeedState:
    """Keep all that a pushed document says, and change nothing about polls: it has no hints on when to poll.

    One that cannot be read does not count as a failure of the feed; the feed is then polled as soon as it may
    be.
    """
    exchange = event.found.exchange
    if isinstance(event.found, PollFailed):
        soon = max(exchange.at, (state.last_poll or exchange.at) + exchange.polling.min_interval)
        why = (Reason(ReasonCode.PUSH_UNREADABLE, fault=event.found.fault),)
        return replace(state, next_poll=soon, why=why) if soon < state.next_poll else state
    after = _polled(state, event.found)
    return replace(
        after,
        next_poll=state.next_poll,
        why=state.why,
        state=state.state if state.failures else after.state,
        last_poll=state.last_poll,
        failures=state.failures,
        fault=state.fault,
    )


def _relaxed(state: FeedState, event: HubPushes) -> FeedState:
    """Delay the poll after a good one; a failing feed is polled like any other: its hub may have failed with it."""
    later = event.at + event.longest
    if state.state is not State.OK or state.next_poll >= later:
        return state
    return replace(state, next_poll=later, why=(Reason(ReasonCode.HUB_PUSHES, span=event.longest),))


# --- what others decide ---------------------------------------------------------------------------------------


def _after_outage(state: FeedState, event: OutageEnded) -> FeedState:
    """Let the feed be due again, with one failure less if our own outage caused it."""
    due = replace(state, next_poll=event.due, why=(Reason(ReasonCode.AFTER_OUTAGE),))
    if not event.was_blamed:
        return due
    excused = replace(due, failures=max(state.failures - 1, 0))
    if state.failures == 1 and state.state is State.FAILING:
        return replace(excused, state=_well(state), fault=None)
    return excused


def _released(state: FeedState, at: datetime) -> FeedState:
    """Let the feed be due at once, and accept what it then contains as its own."""
    return replace(
        state,
        state=_well(state),
        hold=(),
        fault=None,
        failures=0,
        # The document that was held back must be read, whether or not it changed since.
        listing=(),
        profile="",
        validators=Validators(),
        body_hash=None,
        next_poll=at,
        why=(Reason(ReasonCode.RELEASED),),
    )


def _at_new_address(state: FeedState, event: AddressChanged) -> FeedState:
    """Start again at another address; what is known of the feed's posts stays."""
    return FeedState(
        address=event.url,
        next_poll=event.at,
        why=(Reason(ReasonCode.NEW_ADDRESS),),
        title=state.title,
        link=state.link,
        language=state.language,
        post_times=state.post_times,
        rate=state.rate,
    )


def _by_right_clock(state: FeedState, event: ClockCorrected) -> FeedState:
    """Let the feed be due at once, and replace what a wrong clock has dated by the present time."""
    at = event.at

    def by_right_clock(moment: datetime | None) -> datetime | None:
        return at if moment and is_wrong(moment, at) else moment

    return replace(
        state,
        next_poll=at,
        why=(Reason(ReasonCode.CLOCK_CORRECTED),),
        last_poll=by_right_clock(state.last_poll),
        last_success=event.last_success,
        last_full=by_right_clock(state.last_full),
        post_times=tuple(min(time, at) for time in state.post_times),
        # Read again: its posts may have seemed too old to keep by the wrong clock.
        validators=Validators(),
        body_hash=None,
        marks=b"",
    )


def _well(state: FeedState) -> State:
    return State.OK if state.last_success else State.NEW
