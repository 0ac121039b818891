from datetime import datetime, timedelta
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.lifecycle.posting_pattern import PostingPattern, posting_pattern
from tests.lifecycle.examples import AT

DAY = timedelta(days=1)
DAILY_AT_NINE = tuple(AT.replace(hour=9) - number * DAY for number in range(60))
MONDAYS = tuple(AT - number * 7 * DAY for number in range(40))


def test_few_posts_make_no_rhythm() -> None:
    assert posting_pattern(DAILY_AT_NINE[:9]) == PostingPattern()
    assert PostingPattern().liveliness(AT) == 1


def test_a_feed_is_lively_at_the_hours_at_which_it_posts() -> None:
    slots = posting_pattern(DAILY_AT_NINE).slots
    assert slots[18] == max(slots)
    assert slots[18] > 5
    assert slots[2] < 0.5


def test_hours_close_by_are_lively_too_also_across_midnight() -> None:
    slots = posting_pattern(tuple(AT.replace(hour=0) - number * DAY for number in range(60))).slots
    assert slots[0] > slots[2] > slots[6]
    assert slots[46] == pytest.approx(slots[2])


def test_a_feed_is_lively_on_the_weekdays_on_which_it_posts() -> None:
    weekdays = posting_pattern(MONDAYS).weekdays
    assert weekdays[0] > 3
    assert max(weekdays[1:]) < 0.5


def test_two_weeks_of_posts_are_the_least_that_tells_weekdays_apart() -> None:
    crowded = tuple(AT - number * timedelta(hours=6) for number in range(40))
    assert posting_pattern(crowded).weekdays == ()


def test_right_after_a_post_a_daily_feed_is_quiet_and_a_bursty_one_lively() -> None:
    bursty = tuple(
        AT - burst * 5 * DAY - post * timedelta(minutes=20) for burst in range(10) for post in range(5)
    )
    soon, later = timedelta(minutes=15), timedelta(days=3)
    assert _by_age(DAILY_AT_NINE, soon) < _by_age(DAILY_AT_NINE, DAY)
    assert _by_age(bursty, soon) > 3 * _by_age(bursty, later)


def _by_age(post_times: tuple[datetime, ...], age: timedelta) -> float:
    """Liveliness by the time since the last post alone."""
    habits = posting_pattern(post_times)
    return PostingPattern(ages=habits.ages, last_post=habits.last_post).liveliness(post_times[0] + age)


@given(st.lists(st.timedeltas(timedelta(0), timedelta(days=900)), min_size=10, max_size=200))
def test_factors_are_above_zero_and_one_in_the_mean(ages: list[timedelta]) -> None:
    habits = posting_pattern([AT - age for age in sorted(ages)])
    assert min((*habits.slots, *habits.weekdays, *habits.ages), default=1) > 0
    assert fmean(habits.slots) == pytest.approx(1)
    assert fmean(habits.weekdays or (1,)) == pytest.approx(1)
