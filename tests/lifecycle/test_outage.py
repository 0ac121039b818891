from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.lifecycle.outage import LONGEST_WINDOW, PROBE_EVERY, WINDOW, Outage
from aggregator.model import Fault, FaultCode, FaultKind, Outcome
from tests.lifecycle.examples import AT, failure, state, success

HOUR = timedelta(hours=1)


def after(outcomes: Sequence[Outcome]) -> Outage:
    """What is known after these; each feed has a host of its own."""
    outage = Outage()
    for outcome in outcomes:
        outage = outage.note(outcome, f"host-{outcome.feed.id}")
    return outage


@pytest.mark.parametrize("kind", [FaultKind.DNS, FaultKind.CONNECT])
def test_many_hosts_that_cannot_be_reached_are_our_own_outage(kind: FaultKind) -> None:
    assert after([failure(number, kind) for number in range(3)]).is_on


@pytest.mark.parametrize("hosts", [0, 1, 2])
def test_one_or_two_sources_tell_nothing(hosts: int) -> None:
    assert not after([failure(number, FaultKind.DNS) for number in range(hosts)]).is_on


def test_many_feeds_of_one_host_are_one_voice() -> None:
    outage = Outage()
    for number in range(30):
        outage = outage.note(failure(number, FaultKind.CONNECT), "blogs.example.org")
    assert not outage.is_on


@pytest.mark.parametrize("kind", [kind for kind in FaultKind if not kind.is_unreachable])
def test_an_answer_is_an_answer_however_bad(kind: FaultKind) -> None:
    assert not after([failure(number, kind) for number in range(30)]).is_on


def test_a_few_dead_hosts_among_many_are_no_outage() -> None:
    good = [success(number) for number in range(10)]
    dead = [failure(number, FaultKind.DNS) for number in range(10, 18)]
    assert not after([*good, *dead]).is_on


def test_hosts_that_were_dead_before_say_nothing_by_being_dead_still() -> None:
    dead = state(failures=4, fault=Fault(FaultCode.NO_SUCH_NAME, {"host": "a.test"}))
    assert not after([failure(number, FaultKind.DNS, before=dead) for number in range(30)]).is_on


def test_failures_far_apart_are_no_outage() -> None:
    apart = [failure(number, FaultKind.DNS, AT + number * LONGEST_WINDOW) for number in range(10)]
    assert not after(apart).is_on


def test_failures_apart_with_an_answer_between_them_are_no_outage() -> None:
    later = [success(9, AT + 2 * WINDOW), failure(2, FaultKind.DNS, AT + 3 * WINDOW)]
    assert not after([failure(0, FaultKind.DNS), failure(1, FaultKind.DNS, AT + WINDOW), *later]).is_on


def test_an_outage_shows_though_few_sources_are_polled() -> None:
    apart = [failure(number, FaultKind.DNS, AT + number * WINDOW) for number in range(3)]
    good = [success(number, AT - HOUR) for number in range(4)]
    assert after([*good, *apart]).is_on
    assert not after([*good, *apart[:2]]).is_on


def test_of_those_that_were_asked_long_ago_no_more_count_than_it_takes() -> None:
    old = [failure(number, FaultKind.DNS, AT - HOUR) for number in range(2)]
    recent = [success(9), *(failure(number, FaultKind.DNS) for number in range(2, 4))]
    assert not after([*old, *recent]).is_on


def test_an_outage_shows_at_once_however_many_were_polled_before() -> None:
    good = [success(number) for number in range(500)]
    assert after([*good, *(failure(number, FaultKind.DNS) for number in range(500, 511))]).is_on


def test_one_answer_ends_it_and_the_failures_that_were_ours_are_named() -> None:
    outage = after([failure(number, FaultKind.DNS) for number in range(3)])
    assert outage.failed == (0, 1)  # the third showed the outage: it is excused and not even saved
    assert outage.note(failure(3, FaultKind.DNS), "host-3") == outage
    ended = outage.note(success(9), "host-9")
    assert not ended.is_on
    assert ended.failed == ()


def test_while_it_lasts_unreachable_feeds_are_excused_and_others_are_not() -> None:
    outage = after([failure(number, FaultKind.DNS) for number in range(3)])
    assert outage.explains(failure(7, FaultKind.CONNECT))
    assert not outage.explains(failure(7, FaultKind.STATUS))
    assert not Outage().explains(failure(7, FaultKind.CONNECT))


def test_a_probe_goes_out_now_and_then() -> None:
    outage = after([failure(number, FaultKind.DNS) for number in range(3)])
    assert not Outage().probe_is_due(AT)
    assert not outage.probe_is_due(AT)
    later = AT + PROBE_EVERY
    assert outage.probe_is_due(later)
    assert not outage.probe(later).probe_is_due(later + timedelta(seconds=1))


@given(st.lists(st.tuples(st.integers(0, 40), st.booleans()), max_size=60))
def test_an_outage_never_outlives_an_answer(polls: list[tuple[int, bool]]) -> None:
    outcomes = [success(feed) if reached else failure(feed, FaultKind.DNS) for feed, reached in polls]
    outage = after(outcomes)
    if polls and polls[-1][1]:
        assert not outage.is_on
