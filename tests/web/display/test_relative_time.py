from datetime import UTC, datetime, timedelta

import pytest

from aggregator.web.display.relative_time import age, months_between

NOW = datetime(2026, 3, 19, 12, tzinfo=UTC)

# The table of date-fns' documentation of formatDistance, each bound from both sides.
AGES = [
    (timedelta(0), "less than a minute"),
    (timedelta(seconds=29), "less than a minute"),
    (timedelta(seconds=30), "1 minute"),
    (timedelta(minutes=1, seconds=29), "1 minute"),
    (timedelta(minutes=1, seconds=30), "2 minutes"),
    (timedelta(minutes=44, seconds=29), "44 minutes"),
    (timedelta(minutes=44, seconds=30), "about 1 hour"),
    (timedelta(minutes=89, seconds=29), "about 1 hour"),
    (timedelta(minutes=89, seconds=30), "about 2 hours"),
    (timedelta(hours=23, minutes=59, seconds=29), "about 24 hours"),
    (timedelta(hours=23, minutes=59, seconds=30), "1 day"),
    (timedelta(hours=41, minutes=59, seconds=29), "1 day"),
    (timedelta(hours=41, minutes=59, seconds=30), "2 days"),
    (timedelta(days=19), "19 days"),
    (timedelta(days=29, hours=23, minutes=59, seconds=29), "30 days"),
    (timedelta(days=29, hours=23, minutes=59, seconds=30), "about 1 month"),
    (timedelta(days=44, hours=23, minutes=59, seconds=29), "about 1 month"),
    (timedelta(days=44, hours=23, minutes=59, seconds=30), "about 2 months"),
    (timedelta(days=59, hours=23, minutes=59, seconds=29), "about 2 months"),
    (timedelta(days=59, hours=23, minutes=59, seconds=30), "2 months"),
    (timedelta(days=90), "3 months"),
    (timedelta(days=364), "12 months"),
    (timedelta(days=365), "about 1 year"),
    (timedelta(days=365 + 89), "about 1 year"),
    (timedelta(days=365 + 90), "over 1 year"),
    (timedelta(days=365 + 276), "almost 2 years"),
    (timedelta(days=2 * 365 + 1), "about 2 years"),
    (timedelta(days=10 * 365 + 3), "about 10 years"),
]


@pytest.mark.parametrize(("span", "words"), AGES)
def test_a_distance_is_rounded_as_date_fns_does(span: timedelta, words: str) -> None:
    assert age(NOW - span, NOW) == f"{words} ago"


def test_what_is_past_is_ago_and_what_is_ahead_is_in() -> None:
    assert age(NOW - timedelta(days=19), NOW) == "19 days ago"
    assert age(NOW + timedelta(hours=6), NOW) == "in about 6 hours"


@pytest.mark.parametrize(
    ("earlier", "later", "months"),
    [
        ("2025-12-31", "2026-03-31", 3),
        ("2025-12-31", "2026-03-30", 2),
        ("2025-11-30", "2026-02-28", 3),  # the end of February stands for the end of a longer month
        ("2026-03-01", "2026-03-31", 0),
    ],
)
def test_months_are_counted_by_the_calendar(earlier: str, later: str, months: int) -> None:
    assert (
        months_between(*(datetime.fromisoformat(day).replace(tzinfo=UTC) for day in (earlier, later)))
        == months
    )
