from datetime import timedelta

import pytest

from aggregator.rank.mentions import independent, is_repeated, link_weight
from tests.support.items import MOMENT
from tests.support.mentions import a_mention


@pytest.mark.parametrize(("links", "weight"), [(0, 1), (1, 1), (4, 1 / 2), (100, 1 / 10)])
def test_a_link_weighs_less_among_many(links: int, weight: float) -> None:
    assert link_weight(links) == pytest.approx(weight)


@pytest.mark.parametrize(
    ("times", "posts", "repeated"),
    [
        (3, 12, True),
        (3, 13, False),
        (2, 2, False),  # too few to tell
        (3, 3, True),
        (25, 100, True),
        (24, 100, False),
    ],
)
def test_a_link_in_a_quarter_of_the_posts_belongs_to_the_feed(
    times: int, posts: int, *, repeated: bool
) -> None:
    assert is_repeated(times, posts) is repeated


def test_of_a_publisher_the_heaviest_mention_counts_and_the_first_of_equals() -> None:
    light = a_mention("a.example", links=9, post_id=1)
    late = a_mention("a.example", post_id=2, placed=MOMENT + timedelta(days=1))
    first = a_mention("a.example", post_id=3)

    assert independent([light, late, first], ()) == (first,)


def test_the_heaviest_publisher_is_first() -> None:
    light, heavy = a_mention("a.example", links=9), a_mention("b.example")

    assert independent([light, heavy], ()) == (heavy, light)


def test_mentions_by_the_pages_own_publishers_do_not_count() -> None:
    other = a_mention("b.example")

    assert independent(
        [a_mention("a.example"), a_mention("c.example", publisher="C"), other], {"a.example", "C"}
    ) == (other,)
