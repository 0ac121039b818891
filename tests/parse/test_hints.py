from datetime import UTC, datetime, timedelta

import pytest

from aggregator.model import Hints
from aggregator.parse import parse


def hints(words: str) -> Hints:
    body = f"""<rss version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel><title>F</title>
    {words}</channel></rss>"""
    return parse(body.encode(), content_type=None).hints


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("<ttl>60</ttl>", Hints(ttl=timedelta(hours=1))),
        ("<ttl>0</ttl><ttl>soon</ttl>", Hints()),
        ("<skipHours><hour>0</hour><hour>5</hour><hour>24</hour><hour>99</hour></skipHours>", Hints(skip_hours=(0, 5))),
        ("<skipDays><day>Sunday</day><day>Nonday</day></skipDays>", Hints(skip_days=(6,))),
        (
            "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>",
            Hints(update_period=timedelta(hours=6)),
        ),
        ("<sy:updatePeriod>often</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>", Hints()),
        (
            "<sy:updateBase>2000-01-01T12:00+00:00</sy:updateBase>",
            Hints(update_base=datetime(2000, 1, 1, 12, tzinfo=UTC)),
        ),
    ],
)  # fmt: skip
def test_a_feed_says_how_often_to_ask(words: str, meant: Hints) -> None:
    assert hints(words) == meant
