from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.lifecycle.rate import KEPT, merged_times, pace, posts_a_day
from tests.lifecycle.examples import AT, in_words

DAY = timedelta(days=1)


def every(gap: timedelta, count: int, *, until: datetime = AT) -> tuple[datetime, ...]:
    return tuple(until - number * gap for number in range(count))


@pytest.mark.parametrize(
    ("gap", "count", "expected"),
    [(DAY / 10, 200, 10), (DAY, 100, 1), (7 * DAY, 60, 1 / 7), (30 * DAY, 40, 1 / 30)],
)
def test_a_steady_feed_is_estimated_from_its_first_document_within_a_third(
    gap: timedelta, count: int, expected: float
) -> None:
    assert posts_a_day(every(gap, count, until=AT - gap / 2), AT) == pytest.approx(expected, rel=0.35)


def test_a_livelier_feed_is_estimated_higher_even_from_a_few_posts() -> None:
    assert posts_a_day(every(DAY, 5), AT) > posts_a_day(every(5 * DAY, 5), AT)


def test_silence_lowers_the_rate_more_the_longer_it_lasts() -> None:
    rates = [posts_a_day(every(DAY, 30), AT + days * DAY) for days in (0, 3, 10, 30, 100, 1000)]
    assert rates == sorted(rates, reverse=True)
    assert rates[-1] < rates[0] / 20


def test_a_feed_that_wakes_up_is_soon_taken_for_lively_again() -> None:
    asleep = every(DAY, 30, until=AT - 300 * DAY)
    assert posts_a_day((*every(DAY / 4, 4), *asleep), AT) > 5 * posts_a_day(asleep, AT)


@given(st.lists(st.timedeltas(timedelta(0), timedelta(days=20000)), max_size=KEPT))
def test_a_rate_is_always_above_zero(ages: list[timedelta]) -> None:
    assert posts_a_day([AT - age for age in sorted(ages)], AT) > 0


def test_the_first_document_tells_the_past_by_its_own_dates() -> None:
    dates = [AT - 3 * DAY, None, AT - DAY, AT + 400 * DAY]
    # What is dated into the future is there now.
    assert merged_times((), dates, at=AT, last_success=None) == (AT, AT - DAY, AT - 3 * DAY)


@pytest.mark.parametrize(
    ("date", "counts_as"),
    [
        (AT - timedelta(minutes=10), AT - timedelta(minutes=10)),
        (None, AT),
        (AT + 7 * DAY, AT),
        # A date without a time: it was not there an hour ago.
        (AT.replace(hour=0), AT - timedelta(hours=1)),
    ],
)
def test_a_later_post_counts_when_it_can_have_appeared(date: datetime | None, counts_as: datetime) -> None:
    last = AT - timedelta(hours=1)
    assert merged_times((AT - DAY,), [date], at=AT, last_success=last) == (counts_as, AT - DAY)


def test_an_archive_that_turns_up_is_no_sign_of_life() -> None:
    archive = [AT - days * DAY for days in range(30, 90)]
    assert merged_times((), archive, at=AT, last_success=AT - DAY) == ()


def test_times_that_are_known_are_not_counted_again_and_the_newest_200_are_kept() -> None:
    known = every(DAY, KEPT)
    assert merged_times(known, known, at=AT, last_success=AT - DAY) == known
    assert merged_times(known, [AT + DAY], at=AT + DAY, last_success=AT) == (AT + DAY, *known[:-1])


@pytest.mark.parametrize(
    ("post_times", "words"),
    [
        (every(3.5 * DAY, 10), "posts about twice a week"),
        (every(DAY / 12, 100), "posts about 12 times a day"),
        (every(DAY, 10, until=AT - 20 * DAY), "posts about once a day"),
        (every(DAY, 10, until=AT - 800 * DAY), "posted about once a day, silent for 2 years"),
        (every(DAY, 1, until=AT - 4 * DAY), "posted last 4 days ago, too little to know how often it posts"),
        ((AT, AT), "posted last 1 second ago, too little to know how often it posts"),
        ((), "no post of it has a date yet"),
    ],
)
def test_the_pace_is_told_in_words(post_times: tuple[datetime, ...], words: str) -> None:
    assert in_words((pace(post_times, AT),)) == words
