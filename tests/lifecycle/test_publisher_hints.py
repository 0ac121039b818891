from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.lifecycle.publisher_hints import (
    LONGEST,
    after_skipped,
    http_date,
    longest_requested_delay,
    retry_after_only,
)
from aggregator.model import Hints
from tests.lifecycle.examples import AT, answer, in_words

NOTHING = Hints()


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


@pytest.mark.parametrize(
    ("headers", "wait", "why"),
    [
        (
            {"Cache_Control": "public, max-age=43200"},
            hours(12),
            "the publisher asks for 12 hours between polls (Cache-Control: max-age)",
        ),
        (
            {"Cache_Control": 'MAX-AGE="7200"', "Age": "3600"},
            hours(1),
            "the publisher asks for 1 hour between polls (Cache-Control: max-age)",
        ),
        (
            {"Expires": "Mon, 02 Mar 2026 18:00:00 GMT", "Date": "Mon, 02 Mar 2026 12:00:00 GMT"},
            hours(6),
            "the publisher asks for 6 hours between polls (Expires)",
        ),
        # The server's clock is a year behind; only the difference counts.
        (
            {"Expires": "Sun, 02 Mar 2025 18:00:00 GMT", "Date": "Sun, 02 Mar 2025 12:00:00 GMT"},
            hours(6),
            "the publisher asks for 6 hours between polls (Expires)",
        ),
        ({"Retry_After": "7200"}, hours(2), "the publisher asks to wait 2 hours (Retry-After)"),
        (
            {"Retry_After": "Mon, 02 Mar 2026 15:00:00 GMT"},
            hours(3),
            "the publisher asks to wait 3 hours (Retry-After)",
        ),
    ],
)
def test_headers_ask_to_wait_and_the_reason_says_so(
    headers: dict[str, str], wait: timedelta, why: str
) -> None:
    wish = longest_requested_delay(answer(**headers), NOTHING)
    assert wish
    assert wish.until == AT + wait
    assert in_words(wish.why) == why


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Cache_Control": "s-maxage=86400"},  # for caches that serve others
        {"Cache_Control": "no-cache, max-age=86400"},
        {"Cache_Control": "no-store", "Expires": "Tue, 03 Mar 2026 12:00:00 GMT"},
        {"Cache_Control": "max-age=0", "Expires": "Tue, 03 Mar 2026 12:00:00 GMT"},  # max-age overrides
        {"Cache_Control": "max-age=600", "Age": "900"},
        {"Cache_Control": "max-age=-1"},
        {"Cache_Control": "max-age=soon"},
        {"Cache_Control": "max-age=١٢"},  # digits, but not those of HTTP
        {"Expires": "0"},
        {"Expires": "Sun, 01 Mar 2026 12:00:00 GMT"},
        {"Retry_After": "-5"},
        {"Retry_After": "a while"},
        {"Retry_After": "Sun, 01 Mar 2026 12:00:00 GMT"},
    ],
)
def test_nothing_is_asked_where_nothing_stays_fresh_or_nobody_can_read_it(headers: dict[str, str]) -> None:
    assert longest_requested_delay(answer(**headers), NOTHING) is None


def test_a_304_may_ask_as_well() -> None:
    assert longest_requested_delay(answer(304, Cache_Control="max-age=3600"), NOTHING)


def test_an_error_is_asked_for_its_retry_after_alone() -> None:
    assert (
        retry_after_only(answer(404, Cache_Control="max-age=86400", Expires="Tue, 03 Mar 2026 12:00:00 GMT"))
        is None
    )
    wish = retry_after_only(answer(404, Retry_After="600"))
    assert wish
    assert wish.until == AT + timedelta(minutes=10)


@pytest.mark.parametrize(
    ("hints", "wait", "why"),
    [
        (Hints(ttl=hours(6)), hours(6), "the publisher asks for 6 hours between polls (ttl)"),
        (
            Hints(update_period=hours(12)),
            hours(12),
            "the publisher says it is updated every 12 hours (sy:updatePeriod)",
        ),
        (
            Hints(update_period=hours(1)),
            hours(1),
            "the publisher says it is updated every hour (sy:updatePeriod)",
        ),
        # Updated at 06:00 and 18:00: from noon that is six hours.
        (
            Hints(update_period=hours(12), update_base=datetime(2000, 1, 1, 6, tzinfo=UTC)),
            hours(6),
            "the publisher says it is updated every 12 hours (sy:updatePeriod)",
        ),
    ],
)
def test_a_document_asks_too(hints: Hints, wait: timedelta, why: str) -> None:
    wish = longest_requested_delay(answer(), hints)
    assert wish
    assert (wish.until, in_words(wish.why)) == (AT + wait, why)


@pytest.mark.parametrize("hints", [Hints(ttl=timedelta(0)), Hints(update_period=timedelta(0))])
def test_a_wish_for_nothing_is_none(hints: Hints) -> None:
    assert longest_requested_delay(answer(), hints) is None


def test_the_longest_wish_counts() -> None:
    wish = longest_requested_delay(
        answer(Cache_Control="max-age=3600", Retry_After="60"), Hints(ttl=hours(4))
    )
    assert wish
    assert in_words(wish.why).endswith("(ttl)")


@pytest.mark.parametrize("seconds", ["94608000", "9" * 5000])
def test_an_absurd_wish_is_cut_to_a_week_and_that_is_said(seconds: str) -> None:
    wish = longest_requested_delay(answer(Cache_Control=f"max-age={seconds}"), NOTHING)
    assert wish
    assert wish.until == AT + LONGEST
    assert in_words(wish.why).endswith("years between polls (Cache-Control: max-age); cut to 1 week")


def test_a_week_itself_is_not_cut() -> None:
    wish = longest_requested_delay(answer(Cache_Control="max-age=604800"), NOTHING)
    assert wish
    assert in_words(wish.why) == "the publisher asks for 1 week between polls (Cache-Control: max-age)"


@pytest.mark.parametrize(
    ("hints", "expected"),
    [
        (NOTHING, AT),
        (Hints(skip_hours=(3, 4)), AT),
        (Hints(skip_hours=(12, 13)), AT.replace(hour=14)),
        (Hints(skip_days=(0, 1)), datetime(2026, 3, 4, tzinfo=UTC)),
        # Tuesday begins with hours that are skipped as well.
        (Hints(skip_days=(0,), skip_hours=(0, 1, 2)), datetime(2026, 3, 3, 3, tzinfo=UTC)),
        (Hints(skip_hours=tuple(range(24))), AT),  # cannot be meant
        (Hints(skip_days=tuple(range(7))), AT),
    ],
)
def test_skipped_hours_and_days_are_waited_for(hints: Hints, expected: datetime) -> None:
    assert after_skipped(AT, hints) == expected


def test_the_rest_of_an_hour_that_is_free_is_used() -> None:
    at = AT + timedelta(minutes=20)
    assert after_skipped(at, Hints(skip_hours=(13,))) == at


@given(
    st.dictionaries(
        st.sampled_from(["retry-after", "cache-control", "expires", "date", "age"]),
        st.text(max_size=60) | st.integers().map(lambda number: f"max-age={number}") | st.integers().map(str),
    )
)
def test_no_header_breaks_the_rules_and_no_wish_is_longer_than_a_week(headers: dict[str, str]) -> None:
    wish = longest_requested_delay(replace(answer(), headers=tuple(headers.items())), NOTHING)
    assert wish is None or AT < wish.until <= AT + LONGEST


@pytest.mark.parametrize(
    "value", ["", "0", "now", "Mon, 99 Mar 2026 12:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 -1200", "9" * 400]
)
def test_a_date_that_nobody_can_read_is_none(value: str) -> None:
    assert http_date(value) is None
