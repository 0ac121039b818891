from datetime import timedelta

import pytest

from aggregator.model import Mention
from aggregator.rank.finds import find_mentions, find_title, found_at
from tests.support.items import MOMENT
from tests.support.mentions import a_mention

URL = "https://paper.example/on/time/"


@pytest.mark.parametrize(
    ("texts", "title"),
    [
        (["A paper on time", "Read this paper now, please", "A paper on time"], "A paper on time"),
        (["A paper on time", "A longer paper on time"], "A longer paper on time"),  # equally common
        (["“A Paper on Time”", "a paper on time.", "Some other name of it"], "“A Paper on Time”"),
        (["here", "here", "this post", "A paper on time"], "A paper on time"),
        (["here", "this post"], "paper.example/on/time"),
        ([], "paper.example/on/time"),
    ],
)
def test_a_find_is_called_what_most_posts_call_it(texts: list[str], title: str) -> None:
    assert find_title(texts, URL) == title


def test_the_order_of_the_posts_does_not_change_the_title() -> None:
    texts = ["A paper on time", "The paper on it", "a paper on time!"]

    assert find_title(texts, URL) == find_title(reversed(texts), URL)


def voices(*days: float) -> list[Mention]:
    """Return mentions by a publisher each, so many days after the first."""
    return [
        a_mention(f"{number}.example", placed=MOMENT + timedelta(days=after), post_id=number)
        for number, after in enumerate(days)
    ]


@pytest.mark.parametrize(
    ("days", "found"),
    [
        ((0, 1), []),
        ((0, 1, 14), [0, 1, 2]),
        ((0, 1, 14.1), []),
        ((0, 13, 26, 39, 52), []),  # again and again, as people refer to what they know
        ((0, 20, 25, 30), [1, 2, 3]),
        ((0, 1, 2, 13, 15), [0, 1, 2, 3]),
        ((0, 1, 2, 400, 401, 402), [0, 1, 2]),  # a find once
    ],
)
def test_a_find_is_what_three_publishers_point_to_within_two_weeks(
    days: tuple[float, ...], found: list[int]
) -> None:
    assert [mention.post_id for mention in find_mentions(reversed(voices(*days)))] == found


def test_a_publisher_that_points_to_a_page_three_times_makes_no_find() -> None:
    one = [a_mention("a.example", post_id=number) for number in range(3)]

    assert find_mentions(one) == ()
    assert find_mentions([*one, a_mention("b.example")]) == ()
    assert len(find_mentions([*one, a_mention("b.example"), a_mention("c.example")])) == 3


def test_a_page_is_found_when_the_third_publisher_points_to_it() -> None:
    assert found_at(find_mentions(voices(0, 3, 8, 9))) == MOMENT + timedelta(days=8)
