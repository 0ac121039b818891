from datetime import timedelta

import pytest

from aggregator.quantities import playing_time_in_words, rate_in_words, size_in_words, span_in_words


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(hours=12), "12 hours"),
        (timedelta(minutes=15), "15 minutes"),
        (timedelta(minutes=90), "2 hours"),
        (timedelta(minutes=80), "80 minutes"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(days=1), "1 day"),
        (timedelta(days=9), "9 days"),
        (timedelta(weeks=1), "1 week"),
        (timedelta(days=365 * 3), "3 years"),
        (timedelta(seconds=20), "20 seconds"),
        (timedelta(0), "1 second"),
    ],
)
def test_a_span_is_told_in_its_largest_fitting_unit(span: timedelta, words: str) -> None:
    assert span_in_words(span) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1, "1 s"),
        (59, "59 s"),
        (60, "1 min"),
        (2520, "42 min"),
        (3599, "1 h 00 min"),
        (3900, "1 h 05 min"),
        (7200, "2 h 00 min"),
    ],
)
def test_a_playing_time_is_told_to_the_minute(seconds: int, words: str) -> None:
    assert playing_time_in_words(seconds) == words


@pytest.mark.parametrize(
    ("posts_a_day", "words"),
    [
        (1200, "about 1,200 times a day"),
        (12, "about 12 times a day"),
        (2.1, "about twice a day"),
        (1, "about once a day"),
        (2 / 7, "about twice a week"),
        (1 / 7, "about once a week"),
        (2 / 30, "about twice a month"),
        (1 / 30, "about once a month"),
        (3 / 365, "about 3 times a year"),
        (1 / 365, "about once a year"),
        (0.0001, "less than once a year"),
    ],
)
def test_a_rate_is_told_as_people_do(posts_a_day: float, words: str) -> None:
    assert rate_in_words(posts_a_day) == words


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1_000, "1 kB"),
        (1_540, "1.5 kB"),
        (10_000_000, "10 MB"),
        (10_485_760, "10.5 MB"),
    ],
)
def test_bytes_are_said_as_people_do(count: int, words: str) -> None:
    assert size_in_words(count) == words
