"""What becomes of a feed: a row for each state and event."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, get_args

import pytest

from aggregator.lifecycle.planned import FAR_FUTURE
from aggregator.lifecycle.transitions import (
    AddressChanged,
    ClaimEnded,
    ClockCorrected,
    DocumentRead,
    Event,
    Exchange,
    HostPaused,
    HubPushes,
    NotModified,
    OtherSiteFound,
    OutageEnded,
    PollFailed,
    Pushed,
    PutOff,
    Released,
    Unchanged,
    apply,
)
from aggregator.model import (
    DoubtKind,
    Fault,
    FaultCode,
    FeedState,
    HoldEvidence,
    HoldSign,
    Reason,
    ReasonCode,
    State,
    ValidatorDoubt,
    Validators,
)
from aggregator.sources.settings import Polling
from tests.lifecycle.examples import ADDRESS, AT, answer, entry, reading, state

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
TIMEOUT = Fault(FaultCode.ANSWER_TOO_LATE, {"host": "a.test", "seconds": 30})
PAGE = Fault(FaultCode.PAGE)
CASINO = (HoldEvidence(HoldSign.TITLE, now="Casino", before="Ponds"),)
DOCUMENT = reading("Ponds", "https://ponds.example/", entry("1", "https://ponds.example/1", "Otters"))

NEW = state()
WELL = state(
    state=State.OK,
    last_poll=AT - HOUR,
    last_success=AT - HOUR,
    next_poll=AT,
    validators=Validators('"1"'),
    body_hash="known",
    listing=("host", "entry"),
    post_times=(AT - DAY,),
    title="Ponds",
)
FAILING = replace(WELL, state=State.FAILING, failures=1, fault=TIMEOUT)
HELD = replace(WELL, state=State.ON_HOLD, hold=CASINO)
GONE = replace(WELL, state=State.GONE, failures=1, fault=TIMEOUT, next_poll=FAR_FUTURE)


def exchange(status: int = 200, *, in_full: bool = False, **headers: str) -> Exchange:
    return Exchange(
        answer(status, **headers),
        url=ADDRESS,
        polling=Polling(),
        mean_root_rate=None,
        chance=0.5,
        in_full=in_full,
    )


READ = DocumentRead(exchange(ETag='"2"'), "new", DOCUMENT)
FAILED = PollFailed(exchange(500), TIMEOUT)
UNREADABLE = PollFailed(exchange(), PAGE)

# Each row: what a feed is, what happens, and what it is then, as far as the event is about it.
TABLE: list[tuple[FeedState, Event, dict[str, Any]]] = [
    # A poll that found the feed.
    (NEW, READ, {"state": State.OK, "body_hash": "new", "title": "Ponds", "last_success": AT, "failures": 0}),
    (WELL, READ, {"state": State.OK, "validators": Validators('"2"'), "unchanged_polls": 0, "last_full": AT}),
    (FAILING, READ, {"state": State.OK, "failures": 0, "fault": None}),
    (HELD, READ, {"state": State.OK, "hold": ()}),
    (GONE, READ, {"state": State.OK, "failures": 0, "fault": None}),
    (WELL, NotModified(exchange(304)), {"state": State.OK, "validators": Validators('"1"'), "unchanged_polls": 1}),
    (WELL, NotModified(exchange(304, ETag='"3"')), {"validators": Validators('"3"')}),
    (FAILING, NotModified(exchange(304)), {"state": State.OK, "failures": 0}),
    (HELD, NotModified(exchange(304)), {"state": State.ON_HOLD, "hold": CASINO, "last_success": AT - HOUR}),
    (WELL, Unchanged(exchange(ETag='"1"')), {"state": State.OK, "churned_validators": 0, "body_hash": "known"}),
    (WELL, Unchanged(exchange(ETag='"2"')), {"churned_validators": 1}),
    # Another site behind the address.
    (WELL, OtherSiteFound(exchange(), "casino", CASINO), {"state": State.ON_HOLD, "hold": CASINO, "title": "Ponds"}),
    (FAILING, OtherSiteFound(exchange(), "casino", CASINO), {"state": State.ON_HOLD, "failures": 0}),
    # A poll that failed.
    (NEW, FAILED, {"state": State.FAILING, "failures": 1, "fault": TIMEOUT, "last_poll": AT, "last_success": None}),
    (WELL, FAILED, {"state": State.FAILING, "validators": Validators('"1"'), "body_hash": "known"}),
    (FAILING, FAILED, {"state": State.FAILING, "failures": 2}),
    (HELD, FAILED, {"state": State.FAILING, "hold": CASINO}),
    (WELL, UNREADABLE, {"state": State.FAILING, "validators": Validators(), "body_hash": None}),
    (WELL, PollFailed(exchange(410), TIMEOUT), {"state": State.GONE, "next_poll": FAR_FUTURE, "why": (Reason(ReasonCode.GONE),)}),
    (GONE, FAILED, {"state": State.FAILING, "failures": 2}),
    # A push: what its document says counts, and nothing about polls.
    (WELL, Pushed(READ), {"state": State.OK, "body_hash": "new", "next_poll": AT, "last_poll": AT - HOUR}),
    (FAILING, Pushed(READ), {"state": State.FAILING, "failures": 1, "fault": TIMEOUT, "body_hash": "new"}),
    (WELL, Pushed(UNREADABLE), {"state": State.OK, "next_poll": AT, "failures": 0, "body_hash": "known"}),
    (
        replace(WELL, next_poll=AT + DAY),
        Pushed(UNREADABLE),
        {"next_poll": AT, "why": (Reason(ReasonCode.PUSH_UNREADABLE, fault=PAGE),)},
    ),
    (WELL, HubPushes(AT, DAY), {"next_poll": AT + DAY, "why": (Reason(ReasonCode.HUB_PUSHES, span=DAY),)}),
    (replace(WELL, next_poll=AT + 2 * DAY), HubPushes(AT, DAY), {"next_poll": AT + 2 * DAY}),
    (FAILING, HubPushes(AT, DAY), {"next_poll": FAILING.next_poll}),
    (HELD, HubPushes(AT, DAY), {"next_poll": HELD.next_poll}),
    # Our own faults.
    (
        WELL,
        PutOff(AT, HOUR, ReasonCode.NETWORK_DOWN),
        {"state": State.OK, "failures": 0, "next_poll": AT + HOUR, "why": (Reason(ReasonCode.NETWORK_DOWN),)},
    ),
    (FAILING, PutOff(AT, HOUR, ReasonCode.INTERNAL_ERROR), {"failures": 1, "state": State.FAILING}),
    (WELL, OutageEnded(AT + HOUR, was_blamed=False), {"state": State.OK, "next_poll": AT + HOUR}),
    (FAILING, OutageEnded(AT, was_blamed=False), {"state": State.FAILING, "failures": 1}),
    (FAILING, OutageEnded(AT, was_blamed=True), {"state": State.OK, "failures": 0, "fault": None}),
    (replace(FAILING, failures=3), OutageEnded(AT, was_blamed=True), {"state": State.FAILING, "failures": 2}),
    (replace(FAILING, last_success=None), OutageEnded(AT, was_blamed=True), {"state": State.NEW}),
    # The admin.
    (HELD, Released(AT), {"state": State.OK, "hold": (), "listing": (), "body_hash": None, "next_poll": AT}),
    (GONE, Released(AT), {"state": State.OK, "failures": 0, "fault": None, "validators": Validators()}),
    (replace(GONE, last_success=None), Released(AT), {"state": State.NEW}),
    (
        FAILING,
        AddressChanged(AT, "https://new.example/"),
        {"state": State.NEW, "address": "https://new.example/", "failures": 0, "body_hash": None, "title": "Ponds",
         "post_times": WELL.post_times, "last_success": None},
    ),
    # A clock that was ahead.
    (
        replace(WELL, last_poll=AT + 3650 * DAY, last_success=AT + 3650 * DAY, next_poll=AT + 3651 * DAY),
        ClockCorrected(AT, AT - 3 * DAY),
        {"next_poll": AT, "last_poll": AT, "last_success": AT - 3 * DAY, "validators": Validators(), "body_hash": None},
    ),
    # Its host, and its poller.
    (
        WELL,
        HostPaused("example.org", AT + HOUR),
        {"state": State.OK, "next_poll": AT + HOUR, "why": (Reason(ReasonCode.HOST_PAUSED, text="example.org"),)},
    ),
    (WELL, ClaimEnded(), {"next_poll": WELL.next_poll, "why": WELL.why}),
]  # fmt: skip


@pytest.mark.parametrize(("before", "event", "expected"), TABLE)
def test_what_becomes_of_a_feed(before: FeedState, event: Event, expected: dict[str, Any]) -> None:
    after = apply(before, event)

    assert {name: getattr(after, name) for name in expected} == expected


def test_every_kind_of_event_has_a_row() -> None:
    assert {type(event) for _, event, _ in TABLE} == set(get_args(Event))


@pytest.mark.parametrize("before", [NEW, WELL, FAILING, HELD, GONE])
@pytest.mark.parametrize("event", [READ, NotModified(exchange(304)), FAILED, UNREADABLE])
def test_after_every_poll_there_is_a_later_one_and_a_reason(before: FeedState, event: Event) -> None:
    after = apply(before, event)

    assert after.next_poll > AT
    assert after.why
    assert after.last_poll == AT


def test_an_event_that_a_claim_ends_with_changes_nothing_else() -> None:
    put_off = apply(WELL, PutOff(AT, HOUR, ReasonCode.NETWORK_DOWN))

    assert replace(put_off, next_poll=WELL.next_poll, why=WELL.why) == WELL
    assert apply(WELL, ClaimEnded()) == WELL


def test_a_document_that_came_only_because_it_was_asked_for_in_full_convicts_the_server() -> None:
    before = replace(WELL, unchanged_polls=5, last_poll=AT - HOUR)
    late = replace(entry("2", "https://ponds.example/2", "Newts"), published=AT - DAY)
    document = reading("Ponds", "https://ponds.example/", late)

    after = apply(before, DocumentRead(exchange(in_full=True), "new", document))

    assert after.validator_doubts == (ValidatorDoubt(DoubtKind.MISSED_CHANGE),)


def _count(event: Callable[[FeedState], FeedState], before: FeedState, times: int) -> FeedState:
    for _ in range(times):
        before = event(before)
    return before


def test_a_feed_that_moved_and_fails_five_times_is_asked_at_the_admins_address_again() -> None:
    moved = replace(WELL, address="https://new.example/feed")

    after = _count(lambda before: apply(before, FAILED), moved, 5)

    assert after.address == ADDRESS
    assert after.why[-1] == Reason(ReasonCode.MOVED_BACK, text="https://new.example/feed")
