"""One feed, once: fetch, read, decide.

Never raises for what a publisher does: unchanged, gone and unreadable are outcomes. Knows no database; the
poller saves what `poll` returns. What an answer means for the next poll is decided in `schedule`.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

from aggregator import explain
from aggregator.clock import Clock
from aggregator.fetch.addresses import host_of, same_origin
from aggregator.fetch.fetcher import Fetcher
from aggregator.marks import compared
from aggregator.model import (
    Answer,
    Fault,
    FaultKind,
    Feed,
    LastDocument,
    Outcome,
    PollState,
    Reading,
    Reason,
    ReasonCode,
    Result,
    State,
    Validators,
)
from aggregator.reader import Reader
from aggregator.schedule import backoff, hold, lies, moves, wishes
from aggregator.schedule.chance import chance
from aggregator.schedule.plan import Plan
from aggregator.schedule.policy import next_poll
from aggregator.schedule.rate import merged_times
from aggregator.sources.settings import Source

_GONE = 410


async def poll(
    feed: Feed,
    source: Source,
    fetcher: Fetcher,
    reader: Reader,
    *,
    clock: Clock,
    mean_root_rate: float | None,
    keep: timedelta | None = None,
) -> Outcome:
    """Ask one publisher once, and say what came of it and when to ask again.

    `mean_root_rate` is the mean over all polled feeds of the square root of posts a day; None where not known.
    Entries older than `keep` are not stored; None is for ever.
    """
    before = feed.poll_state
    in_full = lies.wants_whole(before, clock.now())
    async with fetcher.room() as room:
        answer = await fetcher.fetch(
            before.address,
            validators=Validators() if in_full else before.validators,
            polling=source.polling,
            # Where the feed has moved to another origin, the admin's secrets stay behind.
            headers=source.headers if same_origin(source.url, before.address) else {},
            room=room,
        )
        return await _decide(_Exchange(feed, source, answer, mean_root_rate, keep, in_full=in_full), reader)


async def take(
    feed: Feed,
    source: Source,
    body: bytes,
    content_type: str | None,
    reader: Reader,
    *,
    clock: Clock,
    mean_root_rate: float | None,
    keep: timedelta | None = None,
) -> Outcome:
    """Read a document that came by itself (WebSub), and say what it is, as if the feed had just been asked.

    It brings no validators, so the last answer's stay, and it says nothing of when to ask: the next poll is when
    it was. One that cannot be read is no failure of the feed's; then the feed is asked as soon as it may be.
    """
    before = feed.poll_state
    carried = {
        "content-type": content_type,
        "etag": before.validators.etag,
        "last-modified": before.validators.last_modified,
    }
    headers = tuple((name, value) for name, value in carried.items() if value is not None)
    answer = Answer(before.address, before.address, clock.now(), 0.0, 200, headers, body, len(body))
    exchange = _Exchange(feed, source, answer, mean_root_rate, keep, in_full=False)
    outcome = await _decide(exchange, reader)
    return replace(outcome, after=_pushed(exchange, outcome))


@dataclass(frozen=True, slots=True)
class _Exchange:
    """What a poll knows once the publisher has answered."""

    feed: Feed
    source: Source
    answer: Answer
    mean_root_rate: float | None
    keep: timedelta | None
    in_full: bool  # asked without the validators that we have, since we do not trust them

    @property
    def before(self) -> PollState:
        return self.feed.poll_state

    @property
    def last(self) -> LastDocument:
        return LastDocument(self.before.marks, self.before.listing, self.keep)

    @property
    def at(self) -> datetime:
        return self.answer.at

    @property
    def chance(self) -> float:
        return chance(self.feed.id, self.at)


async def _decide(exchange: _Exchange, reader: Reader) -> Outcome:
    answer, before = exchange.answer, exchange.before
    if answer.fault is not None:
        return _failed(exchange, answer.fault, before)
    if answer.body is None:
        return _not_modified(exchange)
    seen = replace(
        before,
        validators=answer.validators,
        body_hash=sha256(answer.body).hexdigest(),
        last_full=exchange.at,
        unchanged_polls=0,
    )
    if seen.body_hash == before.body_hash:
        return _unchanged(exchange, seen)
    reading = await reader.read(
        answer.body,
        content_type=answer.header("content-type"),
        address=answer.final_address,
        last=exchange.last,
        is_doubtful=before.fault is not None and before.fault.kind is FaultKind.PARSER,
    )
    if reading.fault is not None:
        # Forgotten, or a 304 would keep us from ever reading the document (RFC 9110, section 13).
        unread = replace(seen, validators=Validators(), body_hash=None)
        return _failed(exchange, _with_feeds(reading.fault, reading.feeds), unread)
    return _held(exchange, seen, reading) or _read(exchange, seen, reading)


# --- what came ---------------------------------------------------------------------------------------------


def _not_modified(exchange: _Exchange) -> Outcome:
    before, new = exchange.before, exchange.answer.validators
    after = replace(
        before,
        # What a 304 does not carry stays as it was (RFC 9111, section 4.3.4).
        validators=Validators(
            new.etag or before.validators.etag, new.last_modified or before.validators.last_modified
        ),
        unchanged_polls=before.unchanged_polls + 1,
        churned_validators=0,
    )
    after = replace(after, validator_doubts=lies.doubts(after, exchange.at))
    return _good(exchange, Result.NOT_MODIFIED, after, "unchanged (304)")


def _unchanged(exchange: _Exchange, seen: PollState) -> Outcome:
    after = replace(seen, churned_validators=lies.churned(exchange.before, exchange.answer))
    if not exchange.in_full:  # else what is said of its 304s holds on
        after = replace(after, validator_doubts=lies.doubts(after, exchange.at))
    return _good(exchange, Result.UNCHANGED, after, "unchanged (the same document again)")


def _held(exchange: _Exchange, seen: PollState, reading: Reading) -> Outcome | None:
    """Keep another site's document out; what is known of the feed stays as it was."""
    before = exchange.before
    evidence = hold.hold_evidence(
        known=before.listing,
        title=before.title,
        link=before.link,
        reading=reading,
        final_address=exchange.answer.final_address,
    )
    if not evidence:
        return None
    sentence = f"on hold: {explain.hold(evidence, exchange.feed.slug)}"
    return _good(exchange, Result.HELD, replace(seen, hold=evidence), sentence)


def _read(exchange: _Exchange, seen: PollState, reading: Reading) -> Outcome:
    before, at = exchange.before, exchange.at
    new = hold.unlisted(reading.entries, before.listing)
    dates = [entry.published or entry.updated for entry in new]
    after = replace(
        seen,
        hold=(),
        churned_validators=0,
        language=reading.language,
        hub=reading.hub,
        topic=reading.topic,
        format=reading.format,
        hints=reading.hints,
        warnings=reading.warnings,
        validator_doubts=lies.found_out(before, dates) if exchange.in_full else (),
        post_times=merged_times(
            before.post_times, dates, at=at, last_success=before.last_success if before.listing else None
        ),
    )
    if reading.listed or not before.listing:  # an empty document does not say whose it is
        after = replace(
            after,
            title=reading.title,
            link=reading.link,
            listing=hold.listing(reading, exchange.answer.final_address, before.listing),
            marks=reading.marks,
        )
    sentence = {0: "no entries", 1: "1 entry"}.get(reading.listed, f"{reading.listed} entries")
    outcome = _good(exchange, Result.READ, after, sentence)
    return replace(outcome, entries=reading.entries, delta=compared(reading, exchange.last))


def _failed(exchange: _Exchange, fault: Fault, after: PollState) -> Outcome:
    """Back off; a 429 stops the whole host, a 410 ends the polling."""
    answer, failures = exchange.answer, exchange.before.failures + 1
    if answer.status == _GONE:
        return _trouble(exchange, Result.GONE, fault, after, backoff.gone())
    plan = backoff.after_failure(
        exchange.at,
        failures=failures,
        fault=fault,
        polling=exchange.source.polling,
        wish=wishes.patience(answer),
        hints=after.hints,
        chance=exchange.chance,
    )
    outcome = _trouble(exchange, Result.FAILED, fault, after, plan)
    return replace(
        outcome,
        after=moves.after_failure(outcome.after, exchange.feed.url),
        host_pause=backoff.host_pause(answer, host_of(answer.final_address), plan.at),
    )


def _trouble(exchange: _Exchange, result: Result, fault: Fault, after: PollState, plan: Plan) -> Outcome:
    after = replace(
        after,
        next_poll=plan.at,
        why=plan.why,
        state=State.GONE if result is Result.GONE else State.FAILING,
        last_poll=exchange.at,
        # A request in full that failed counts too: there is at most one a day.
        last_full=exchange.at if exchange.in_full else after.last_full,
        failures=exchange.before.failures + 1,
        fault=fault,
    )
    return _outcome(exchange, result, after, fault.sentence)


def _with_feeds(fault: Fault, feeds: tuple[str, ...]) -> Fault:
    """Give the whole address of the feed that a page names; it is the admin who decides to follow it."""
    if not feeds or feeds[0] in fault.sentence:
        return fault
    return replace(fault, sentence=f"{fault.sentence} (that is {feeds[0]})")


# --- what it means -----------------------------------------------------------------------------------------


def _good(exchange: _Exchange, result: Result, after: PollState, sentence: str) -> Outcome:
    """Plan the next poll of a feed that answered; while it is on hold, only that."""
    before, at = exchange.before, exchange.at
    if not after.hold:
        after = replace(moves.after_feed(after, exchange.answer), last_success=at)
    if after.address != before.address:
        sentence = f"{sentence}; moved for good to {after.address}"
    share = next_poll(
        at,
        post_times=after.post_times,
        mean_root_rate=exchange.mean_root_rate,
        polling=exchange.source.polling,
        wish=wishes.longest_wish(exchange.answer, after.hints),
        hints=after.hints,
        chance=exchange.chance,
        is_first=before.last_poll is None,
    )
    after = replace(
        after,
        next_poll=share.plan.at,
        why=share.plan.why,
        state=State.ON_HOLD if after.hold else State.OK,
        last_poll=at,
        failures=0,
        fault=None,
        rate=share.rate,
    )
    return _outcome(exchange, result, after, sentence)


def _pushed(exchange: _Exchange, outcome: Outcome) -> PollState:
    """Return what a push leaves: all that its document says, and nothing about polls."""
    before = exchange.before
    if outcome.result is Result.FAILED:
        soon = max(exchange.at, (before.last_poll or exchange.at) + exchange.source.polling.min_interval)
        why = (Reason(ReasonCode.PUSH_UNREADABLE, text=outcome.sentence),)
        return replace(before, next_poll=soon, why=why) if soon < before.next_poll else before
    return replace(
        outcome.after,
        next_poll=before.next_poll,
        why=before.why,
        state=before.state if before.failures else outcome.after.state,
        last_poll=before.last_poll,
        failures=before.failures,
        fault=before.fault,
    )


def _outcome(exchange: _Exchange, result: Result, after: PollState, sentence: str) -> Outcome:
    answer = exchange.answer
    return Outcome(
        feed=exchange.feed,
        at=exchange.at,
        result=result,
        after=after,
        status=answer.status,
        elapsed=answer.elapsed,
        received=answer.received,
        sentence=sentence,
    )
