from datetime import timedelta
from statistics import fmean

from aggregator.lifecycle.jitter import chance
from tests.lifecycle.examples import AT


def test_chance_can_be_repeated() -> None:
    assert chance(7, AT) == chance(7, AT)


def test_chance_differs_by_feed_and_by_moment_and_is_even() -> None:
    drawn = [chance(feed, AT + minute * timedelta(minutes=1)) for feed in range(40) for minute in range(40)]
    assert len(set(drawn)) == len(drawn)
    assert 0 <= min(drawn) <= max(drawn) < 1
    assert 0.47 < fmean(drawn) < 0.53
