import pytest

from aggregator.rank.pages import is_front_page, page


@pytest.mark.parametrize(
    ("url", "same"),
    [
        ("https://blog.example/post", "blog.example/post"),
        ("http://blog.example/post", "blog.example/post"),
        ("https://www.blog.example/post/", "blog.example/post"),
        ("https://blog.example/post/index.html", "blog.example/post"),
        ("https://blog.example/post/index.php", "blog.example/post"),
        ("https://blog.example/", "blog.example"),
        ("https://blog.example/?p=1", "blog.example/?p=1"),
        ("https://blog.example/index.php?p=1", "blog.example/index.php?p=1"),
        ("https://blog.example/#/post/", "blog.example/#/post/"),
        ("https://blog.example/Post", "blog.example/Post"),
    ],
)
def test_addresses_of_one_page_are_one(url: str, same: str) -> None:
    assert page(url) == same


@pytest.mark.parametrize(
    ("url", "front"),
    [
        ("https://www.blog.example/", True),
        ("https://blog.example/index.html", True),
        ("https://blog.example/?p=1", False),
        ("https://blog.example/#/post", False),
        ("https://blog.example/post", False),
    ],
)
def test_a_front_page_has_no_path(url: str, *, front: bool) -> None:
    assert is_front_page(url) is front
