from datetime import UTC, datetime

import pytest

from aggregator.web.display.date_headings import period

NOW = datetime(2026, 3, 19, 12, tzinfo=UTC)  # a Thursday


@pytest.mark.parametrize(
    ("moment", "heading"),
    [
        ("2026-03-19T00:00", "Today"),
        ("2026-03-20T09:00", "Today"),  # ahead: a clock that is wrong
        ("2026-03-18T23:59", "Yesterday"),
        ("2026-03-17T23:59", "This week"),
        ("2026-03-16T00:00", "This week"),
        ("2026-03-15T23:59", "March 2026"),
        ("2025-03-31T12:00", "March 2025"),
    ],
)
def test_a_post_stands_under_its_day_its_week_or_its_month(moment: str, heading: str) -> None:
    assert period(datetime.fromisoformat(moment).replace(tzinfo=UTC), NOW) == heading
