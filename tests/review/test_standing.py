from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from aggregator import explain
from aggregator.model import (
    DoubtKind,
    Fault,
    FaultCode,
    FeedState,
    FindingCode,
    HoldEvidence,
    HoldSign,
    SourceRef,
    SourceStatus,
    State,
    ValidatorDoubt,
)
from aggregator.review.standing import stand
from aggregator.sources import Policy, Source

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
URL = "https://a.example/feed"
SOURCE = Source(url=URL, slug="a")
GOOD = FeedState(
    address=URL,
    next_poll=NOW,
    state=State.OK,
    last_poll=NOW,
    last_success=NOW,
    listing=("host", "one", "two"),
    post_times=(NOW - timedelta(days=3), NOW - timedelta(days=9)),
    language="en",
)
FAULT = Fault(FaultCode.HTTP_STATUS, {"status": 500})


def days(number: float) -> timedelta:
    return timedelta(days=number)


def codes(state: FeedState, policy: Policy | None = None, source: Source = SOURCE) -> list[FindingCode]:
    status = SourceStatus(SourceRef("a", "A", URL), (), enabled=True, poll_state=state)
    found = stand(source, status, policy or Policy(), NOW)
    assert all(explain.finding(one) for one in found)
    assert all(explain.edit(one, "a") for one in found)
    return [one.code for one in found]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, None),
        (
            {"state": State.NEW, "last_poll": None, "last_success": None, "post_times": (), "listing": ()},
            None,
        ),
        ({"state": State.GONE, "fault": Fault(FaultCode.HTTP_STATUS, {"status": 410})}, FindingCode.GONE),
        ({"address": "https://new.example/feed"}, FindingCode.MOVED),
        ({"address": "https://A.example:443/feed"}, None),  # the same, spelled otherwise
        (
            {"address": "https://new.example/feed", "state": State.FAILING, "failures": 1, "fault": FAULT},
            None,
        ),
        ({"post_times": (NOW - days(400),)}, FindingCode.SILENT),
        ({"post_times": (NOW - days(300),)}, None),
        (
            {"state": State.FAILING, "failures": 9, "fault": FAULT, "last_success": NOW - days(8)},
            FindingCode.FAILING,
        ),
        ({"state": State.FAILING, "failures": 9, "fault": FAULT, "last_success": NOW - days(3)}, None),
        ({"state": State.FAILING, "failures": 5, "fault": FAULT, "last_success": None}, FindingCode.FAILING),
        ({"state": State.FAILING, "failures": 1, "fault": FAULT, "last_success": None}, None),
        (
            {"state": State.ON_HOLD, "hold": (HoldEvidence(HoldSign.TITLE, "Casino", "A blog"),)},
            FindingCode.ON_HOLD,
        ),
        ({"validator_doubts": (ValidatorDoubt(DoubtKind.MISSED_CHANGE),)}, FindingCode.DOUBTFUL),
    ],
)
def test_what_polls_have_left_says_how_a_source_stands(
    changes: dict[str, object], code: FindingCode | None
) -> None:
    assert codes(replace(GOOD, **changes)) == ([code] if code else [])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("policy", "changes", "code"),
    [
        (Policy(active_within=days(2)), {}, FindingCode.ACTIVE_WITHIN),  # and not `silent`, too
        (Policy(active_within=days(30)), {"post_times": (NOW - days(400),)}, FindingCode.ACTIVE_WITHIN),
        (Policy(max_per_week=1), {"post_times": (NOW - days(1), NOW - days(2))}, FindingCode.MAX_PER_WEEK),
        (Policy(languages=("de",)), {}, FindingCode.LANGUAGES),
        (Policy(languages=("en-GB",)), {}, None),
        (Policy(dates=True), {"post_times": ()}, FindingCode.DATES),
        (Policy(https=True), {}, None),
    ],
)
def test_a_listed_source_is_held_to_the_policy(
    policy: Policy, changes: dict[str, object], code: FindingCode | None
) -> None:
    assert codes(replace(GOOD, **changes), policy) == ([code] if code else [])  # type: ignore[arg-type]
