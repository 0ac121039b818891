import pytest

from aggregator.rank.finds import find_title

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
