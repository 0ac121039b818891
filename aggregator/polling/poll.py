"""One feed, once: fetch, read, decide.

Never raises for what a publisher does: unchanged, gone and unreadable are outcomes. Knows no database; the
poller saves what `poll` returns. What an answer means for the feed is decided in `lifecycle.transitions`.
"""

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import assert_never

from aggregator.clock import Clock
from aggregator.fetch.addresses import same_origin
from aggregator.fetch.fetcher import Fetcher
from aggregator.fetch.request import ChangeHost
from aggregator.fetch.room import Room
from aggregator.lifecycle import backoff, takeover, unreliable_validators
from aggregator.lifecycle.jitter import chance
from aggregator.lifecycle.transitions import (
    DocumentRead,
    Exchange,
    NotModified,
    OtherSiteFound,
    Polled,
    PollFailed,
    Pushed,
    Unchanged,
    apply,
)
from aggregator.model import (
    FaultKind,
    Feed,
    FeedContent,
    FeedState,
    FetchResult,
    HoldEvidence,
    HostPause,
    LastDocument,
    Outcome,
    PollDetails,
    Result,
    Validators,
)
from aggregator.reading.marks import compared
from aggregator.reading.reader import Reader
from aggregator.sources.settings import Source
from aggregator.urls import host_of


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a poll depends on besides the feed and its source."""

    clock: Clock
    # The mean over all polled feeds of the square root of posts a day; None if it is not known.
    mean_root_rate: float | None = None
    keep: timedelta | None = None  # entries older than this are not stored; None keeps all


async def poll(
    feed: Feed,
    source: Source,
    fetcher: Fetcher,
    reader: Reader,
    circumstances: Circumstances,
    *,
    room: Room | None = None,
    change_host: ChangeHost | None = None,
) -> Outcome:
    """Poll one feed, and return the outcome and the time of the next poll.

    `room`, from the fetcher, bounds the memory of large documents for as long as it is held. `change_host` is asked before
    a redirect is followed to another host.
    """
    state = feed.poll_state
    in_full = unreliable_validators.should_skip_validators(state, circumstances.clock.now())
    answer = await fetcher.fetch(
        state.address,
        validators=Validators() if in_full else state.validators,
        polling=source.polling,
        # If the feed has moved to another origin, the admin's headers are not sent there.
        headers=source.headers if source.headers and same_origin(source.url, state.address) else {},
        secrets=source.secrets,
        room=room,
        change_host=change_host,
    )
    exchange = _exchange(feed, source, answer, circumstances, in_full=in_full)
    event = await _read(exchange, state, reader, circumstances.keep)
    return _outcome(feed, event, apply(state, event), circumstances.keep)


async def read_push(
    feed: Feed,
    source: Source,
    reader: Reader,
    circumstances: Circumstances,
    *,
    body: bytes,
    content_type: str | None,
) -> Outcome:
    """Read a document that was pushed (WebSub), and return the outcome as if the feed had just been polled.

    It has no validators, so those of the last response stay, and so does the time of the next poll.
    """
    state = feed.poll_state
    carried = {
        "content-type": content_type,
        "etag": state.validators.etag,
        "last-modified": state.validators.last_modified,
    }
    headers = tuple((name, value) for name, value in carried.items() if value is not None)
    now = circumstances.clock.now()
    answer = FetchResult(state.address, state.address, now, 0.0, 200, headers, body, len(body))
    exchange = _exchange(feed, source, answer, circumstances, in_full=False)
    event = await _read(exchange, state, reader, circumstances.keep)
    return _outcome(feed, event, apply(state, Pushed(event)), circumstances.keep)


def _exchange(
    feed: Feed, source: Source, answer: FetchResult, circumstances: Circumstances, *, in_full: bool
) -> Exchange:
    return Exchange(
        answer,
        url=feed.url,
        polling=source.polling,
        mean_root_rate=circumstances.mean_root_rate,
        chance=chance(feed.id, answer.at),
        in_full=in_full,
    )


async def _read(exchange: Exchange, state: FeedState, reader: Reader, keep: timedelta | None) -> Polled:
    """Read the body, if there is one that differs from the last, and return what was found."""
    answer = exchange.answer
    if answer.fault is not None:
        return PollFailed(exchange, answer.fault)
    if answer.body is None:
        return NotModified(exchange)
    body_hash = sha256(answer.body).hexdigest()
    if body_hash == state.body_hash:
        return Unchanged(exchange)
    reading = await reader.read(
        answer.body,
        content_type=answer.header("content-type"),
        address=answer.final_address,
        last=_last_document(state, keep),
        is_doubtful=state.fault is not None and state.fault.kind is FaultKind.PARSER,
    )
    if reading.fault is not None:
        return PollFailed(exchange, reading.fault)
    evidence = _evidence(state, reading, answer)
    if evidence:
        return OtherSiteFound(exchange, body_hash, evidence)
    return DocumentRead(exchange, body_hash, reading)


def _last_document(state: FeedState, keep: timedelta | None) -> LastDocument:
    return LastDocument(state.marks, state.listing, keep)


def _evidence(state: FeedState, reading: FeedContent, answer: FetchResult) -> tuple[HoldEvidence, ...]:
    other_site = takeover.hold_evidence(
        known=state.listing,
        title=state.title,
        link=state.link,
        reading=reading,
        final_address=answer.final_address,
    )
    return other_site or takeover.change_evidence(state, reading, answer.final_address, answer.at)


# --- the outcome --------------------------------------------------------------------------------------------


def _outcome(feed: Feed, event: Polled, after: FeedState, keep: timedelta | None) -> Outcome:
    answer = event.exchange.answer
    reading = event.reading if isinstance(event, DocumentRead) else None
    return Outcome(
        feed=feed,
        at=answer.at,
        result=_result(event),
        after=after,
        entries=reading.entries if reading else (),
        delta=compared(reading, _last_document(feed.poll_state, keep)) if reading else None,
        status=answer.status,
        elapsed=answer.elapsed,
        received=answer.received,
        details=_details(feed, event, after),
        host_pause=_host_pause(event, after),
        answered_by=host_of(answer.final_address),
    )


def _result(event: Polled) -> Result:
    match event:
        case NotModified():
            return Result.NOT_MODIFIED
        case Unchanged():
            return Result.UNCHANGED
        case DocumentRead():
            return Result.READ
        case OtherSiteFound():
            return Result.HELD
        case PollFailed():
            return Result.GONE if event.exchange.answer.is_gone else Result.FAILED
        case _:
            assert_never(event)


def _host_pause(event: Polled, after: FeedState) -> HostPause | None:
    """Return the pause of the whole host that a failure may ask for."""
    if not isinstance(event, PollFailed):
        return None
    answer = event.exchange.answer
    return backoff.host_pause(answer, host_of(answer.final_address), after.next_poll)


def _details(feed: Feed, event: Polled, after: FeedState) -> PollDetails:
    return PollDetails(
        entries=event.reading.listed if isinstance(event, DocumentRead) else None,
        fault=event.fault if isinstance(event, PollFailed) else None,
        hold=event.evidence if isinstance(event, OtherSiteFound) else (),
        moved_to=after.address if after.address != feed.poll_state.address else None,
    )
