from datetime import datetime, timedelta
from math import sqrt
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.lifecycle.interval import PlannedPoll, next_poll
from aggregator.lifecycle.jitter import chance
from aggregator.lifecycle.publisher_hints import LONGEST, RequestedDelay, longest_requested_delay
from aggregator.model import Hints
from aggregator.sources.settings import Polling
from tests.lifecycle.examples import AT, answer, in_words

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MIDDLE = 0.5  # the chance that changes nothing


def every(gap: timedelta, count: int = 9) -> tuple[datetime, ...]:
    return tuple(AT - number * gap for number in range(count))


def share(
    post_times: tuple[datetime, ...] = (),
    *,
    mean: float | None = None,
    polling: Polling | None = None,
    wish: RequestedDelay | None = None,
    hints: Hints | None = None,
    chance: float = MIDDLE,
    is_first: bool = False,
    at: datetime = AT,
) -> PlannedPoll:
    return next_poll(
        at,
        post_times=post_times,
        mean_root_rate=mean,
        polling=polling or Polling(),
        wish=wish,
        hints=hints or Hints(),
        chance=chance,
        is_first=is_first,
    )


def wait(**kwargs: object) -> timedelta:
    return share(**kwargs).plan.at - AT  # type: ignore[arg-type]  # passed on as they are


def asked(**headers: str) -> RequestedDelay | None:
    return longest_requested_delay(answer(**headers), Hints())


def test_without_a_mean_a_feed_is_the_average() -> None:
    assert wait(post_times=every(DAY)) == HOUR


def test_intervals_are_as_one_over_the_root_of_the_rates() -> None:
    quick, slow = share(every(DAY / 5), mean=1.0), share(every(5 * DAY), mean=1.0)
    ratio = (slow.plan.at - AT) / (quick.plan.at - AT)
    assert ratio == pytest.approx(sqrt(quick.rate / slow.rate))
    assert 2 < ratio < 6


@pytest.mark.parametrize(
    ("gap", "words"),
    [
        (3.5 * DAY, "posts about twice a week"),
        (DAY / 6, "posts about 6 times a day"),
        (30 * DAY, "posts about once a month"),
    ],
)
def test_the_reason_is_how_often_a_feed_posts(gap: timedelta, words: str) -> None:
    assert in_words(share(every(gap)).plan.why) == words


def test_the_bounds_hold_and_are_said() -> None:
    soonest, latest = share(every(DAY / 100), mean=0.001).plan, share(every(90 * DAY), mean=1000.0).plan
    assert soonest.at == AT + timedelta(minutes=15)
    assert (
        in_words(soonest.why) == "posts about 100 times a day; polled every 15 minutes at most (min_interval)"
    )
    assert latest.at == AT + DAY
    assert in_words(latest.why) == "posts about 4 times a year; polled every 1 day at least (max_interval)"


def test_a_wish_that_is_longer_wins_and_is_the_reason() -> None:
    plan = share(every(DAY), wish=asked(Cache_Control="max-age=43200"), chance=0).plan
    assert plan.at == AT + 12 * HOUR
    assert in_words(plan.why) == "the publisher asks for 12 hours between polls (Cache-Control: max-age)"


def test_a_wish_beats_max_interval_up_to_a_week() -> None:
    assert wait(wish=asked(Retry_After="345600"), chance=0) == 4 * DAY
    assert wait(wish=asked(Retry_After="34560000")) == LONGEST


def test_a_shorter_wish_changes_nothing() -> None:
    assert share(every(DAY), wish=asked(Retry_After="60")) == share(every(DAY))


def test_hours_that_the_publisher_skips_are_waited_for_and_said() -> None:
    plan = share(every(DAY), hints=Hints(skip_hours=(12, 13, 14, 15)), chance=0).plan
    assert plan.at == AT.replace(hour=16)
    assert in_words(plan.why).endswith("; the publisher asks for no poll before (skipHours, skipDays)")


def test_feeds_of_one_rate_do_not_keep_step() -> None:
    waits = {wait(post_times=every(DAY), chance=number / 10) for number in range(10)}
    assert len(waits) == 10
    assert 0.9 * HOUR <= min(waits) <= max(waits) <= 1.1 * HOUR


def test_the_first_waits_of_a_crowd_of_new_sources_are_spread_over_the_whole() -> None:
    waits = sorted(
        wait(post_times=every(DAY), chance=chance(feed, AT), is_first=True) for feed in range(1000)
    )
    assert waits[0] >= timedelta(minutes=15)
    quarter = sum(1 for each in waits if each < timedelta(minutes=15) + 0.25 * timedelta(minutes=45))
    assert 200 < quarter < 300


def test_a_feed_that_posts_at_nine_is_polled_densely_then() -> None:
    at_nine = tuple(AT.replace(hour=9) - number * DAY for number in range(60))
    night, morning = AT.replace(hour=0) + DAY, AT.replace(hour=9) + DAY
    assert share(at_nine, mean=1.0, at=night).plan.at - night > 3 * (
        share(at_nine, mean=1.0, at=morning).plan.at - morning
    )


def test_the_mean_over_all_feeds_settles_at_the_interval_whatever_bounds_and_wishes_do() -> None:
    gaps = [DAY / 400, DAY / 30, DAY / 3, DAY, 3 * DAY, 7 * DAY, 30 * DAY, 200 * DAY]
    slow_down = [None, asked(Cache_Control="max-age=14400")]
    feeds = [(every(gap), wish) for gap in gaps for wish in slow_down]
    mean: float | None = None
    for _ in range(60):
        shares = [share(times, mean=mean, wish=wish) for times, wish in feeds]
        mean = fmean(sqrt(each.rate) for each in shares)
    polls_an_hour = fmean(HOUR / (each.plan.at - AT) for each in shares)
    assert polls_an_hour == pytest.approx(1, rel=0.05)


def test_bounds_that_cannot_be_met_do_not_drive_the_mean_away_for_ever() -> None:
    polling = Polling(interval=10 * HOUR, max_interval=HOUR)
    mean = 1.0
    for _ in range(2000):
        mean = sqrt(share(every(DAY), mean=mean, polling=polling).rate)
    assert mean < 1000


@given(
    ages=st.lists(st.timedeltas(timedelta(0), timedelta(days=9000)), max_size=40),
    mean=st.none() | st.floats(1e-6, 1e6),
    interval=st.timedeltas(timedelta(seconds=1), timedelta(days=31)),
    least=st.timedeltas(timedelta(seconds=1), timedelta(days=31)),
    most=st.timedeltas(timedelta(seconds=1), timedelta(days=31)),
    chance=st.floats(0, 1, exclude_max=True),
    is_first=st.booleans(),
    header=st.sampled_from(["Retry_After", "Cache_Control", "Expires"]),
    value=st.text(max_size=30) | st.integers(0, 10**20).map(lambda number: f"max-age={number}"),
    hints=st.builds(
        Hints,
        ttl=st.none() | st.timedeltas(),
        skip_hours=st.lists(st.integers(0, 23)).map(tuple),
        skip_days=st.lists(st.integers(0, 6)).map(tuple),
        update_period=st.none() | st.timedeltas(),
        update_base=st.none() | st.just(AT - 400 * DAY) | st.just(AT + 3 * DAY),
    ),
)
def test_whatever_a_publisher_says_the_next_poll_is_never_too_soon_and_never_never(
    *,
    ages: list[timedelta],
    mean: float | None,
    interval: timedelta,
    least: timedelta,
    most: timedelta,
    chance: float,
    is_first: bool,
    header: str,
    value: str,
    hints: Hints,
) -> None:
    polling = Polling.model_construct(interval=interval, min_interval=least, max_interval=most)
    planned = wait(
        post_times=tuple(AT - age for age in sorted(ages)),
        mean=mean,
        polling=polling,
        wish=longest_requested_delay(answer(**{header: value}), hints),
        hints=hints,
        chance=chance,
        is_first=is_first,
    )
    assert least <= planned <= max(LONGEST, least, most)
