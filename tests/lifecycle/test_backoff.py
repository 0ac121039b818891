from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.lifecycle.backoff import after_failure, gone, host_pause
from aggregator.lifecycle.planned import NextPoll
from aggregator.lifecycle.publisher_hints import RequestedDelay, retry_after_only
from aggregator.model import Fault, FaultCode, Hints, Reason, ReasonCode
from aggregator.sources.settings import Polling
from tests.lifecycle.examples import AT, answer, in_words

EXPIRED = Fault(FaultCode.CERTIFICATE_EXPIRED, {"date": "2026-03-01"})
HOUR = timedelta(hours=1)


def backoff(
    failures: int,
    *,
    fault: Fault = EXPIRED,
    polling: Polling | None = None,
    wish: RequestedDelay | None = None,
    hints: Hints | None = None,
    chance: float = 0.0,
) -> NextPoll:
    return after_failure(
        AT,
        failures=failures,
        fault=fault,
        polling=polling or Polling(),
        wish=wish,
        hints=hints or Hints(),
        chance=chance,
    )


@pytest.mark.parametrize(
    ("failures", "hours"), [(1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 24), (7, 24), (10**6, 24)]
)
def test_waits_double_from_the_interval_to_once_a_day(failures: int, hours: int) -> None:
    assert backoff(failures).at == AT + hours * HOUR


def test_a_document_that_took_too_long_to_read_is_left_alone_for_longer() -> None:
    spun = Fault(FaultCode.READING_TOO_LATE, {"seconds": 3})

    assert [backoff(failures, fault=spun).at for failures in (1, 2, 3)] == [
        AT + hours * HOUR for hours in (4, 8, 16)
    ]


def test_the_reason_names_the_failures_and_the_fault() -> None:
    assert in_words(backoff(3).why) == "backing off after 3 failures: TLS certificate expired on 2026-03-01"
    assert in_words(backoff(1).why) == "backing off after 1 failure: TLS certificate expired on 2026-03-01"


def test_feeds_that_fell_together_do_not_come_back_together() -> None:
    retries = [backoff(6, chance=number / 10).at for number in range(10)]
    assert max(retries) - min(retries) > 4 * HOUR


def test_a_longer_retry_after_is_respected_and_said() -> None:
    plan = backoff(1, wish=retry_after_only(answer(503, Retry_After="43200")))
    assert plan == NextPoll(
        AT + 12 * HOUR,
        (
            Reason(ReasonCode.BACKOFF, count=1, fault=EXPIRED),
            Reason(ReasonCode.RETRY_AFTER, span=12 * HOUR),
        ),
    )


def test_a_shorter_retry_after_does_not_hurry_us() -> None:
    assert backoff(4, wish=retry_after_only(answer(503, Retry_After="60"))).at == AT + 8 * HOUR


def test_hours_that_the_publisher_asked_to_skip_are_skipped_while_it_fails_too() -> None:
    assert backoff(1, hints=Hints(skip_hours=(13, 14))).at == AT + 3 * HOUR
    assert backoff(1, hints=Hints(skip_days=(0, 1))).at == AT + 36 * HOUR


@given(
    skip_days=st.lists(st.integers(0, 6)).map(tuple),
    failures=st.integers(1, 10**9),
    chance=st.floats(0, 1, exclude_max=True),
    seconds=st.integers(0, 10**30),
    interval=st.timedeltas(timedelta(seconds=1), timedelta(days=31)),
    least=st.timedeltas(timedelta(seconds=1), timedelta(days=31)),
)
def test_never_too_soon_and_never_given_up(
    *,
    failures: int,
    chance: float,
    seconds: int,
    interval: timedelta,
    least: timedelta,
    skip_days: tuple[int, ...],
) -> None:
    polling = Polling.model_construct(interval=interval, min_interval=least)
    wish = retry_after_only(answer(500, Retry_After=str(seconds)))
    hints = Hints(skip_days=skip_days)
    wait = backoff(failures, polling=polling, wish=wish, hints=hints, chance=chance).at - AT
    assert least <= wait <= max(timedelta(weeks=1), interval, least)


def test_a_feed_that_is_gone_is_polled_no_more_and_that_is_said() -> None:
    plan = gone()
    assert plan.at > datetime(2500, 1, 1, tzinfo=UTC)
    assert in_words(plan.why).startswith(
        "polled no more: the publisher says that the feed is gone for good (HTTP 410)"
    )
    assert "aggregator poll --once --source example" in in_words(plan.why)


def test_too_many_requests_pause_the_whole_host_with_or_without_retry_after() -> None:
    pause = host_pause(answer(429), "blogs.example.org", AT + HOUR)
    assert pause
    assert (pause.host, pause.until) == ("blogs.example.org", AT + HOUR)


@pytest.mark.parametrize("status", [200, 304, 403, 500, 503])
def test_no_other_status_pauses_a_host(status: int) -> None:
    assert host_pause(answer(status, Retry_After="60"), "blogs.example.org", AT) is None
