from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.sources.durations import format_duration, parse_duration


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("90s", timedelta(seconds=90)),
        ("30m", timedelta(minutes=30)),
        ("1h", timedelta(hours=1)),
        ("1h30m", timedelta(minutes=90)),
        ("365d", timedelta(days=365)),
        ("1d2h3m4s", timedelta(days=1, hours=2, minutes=3, seconds=4)),
        (" 5m ", timedelta(minutes=5)),
        ("0s", timedelta(0)),
    ],
)
def test_a_duration_reads_as_people_write_it(text: str, span: timedelta) -> None:
    assert parse_duration(text) == span


@pytest.mark.parametrize(
    "text",
    ["", "30", "m", "1.5h", "-5m", "30m1h", "5m5m", "1 h", "1w", "5min", "1H", "٣m", "9999999999d"],
)
def test_what_is_no_duration_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match=r'write one like "90s"'):
        parse_duration(text)


@given(st.integers(min_value=0, max_value=999_999 * 86400).map(lambda seconds: timedelta(seconds=seconds)))
def test_what_is_written_reads_back(span: timedelta) -> None:
    assert parse_duration(format_duration(span)) == span
