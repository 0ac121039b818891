import pytest

from aggregator.model import SourceRef
from aggregator.rank.publishers import publisher_of, site_of


@pytest.mark.parametrize(
    ("link", "declared", "publisher"),
    [
        ("https://www.blog.example/", "", "blog.example"),
        ("https://team.blog.example/", "", "blog.example"),
        ("https://me.github.io/", "", "me.github.io"),
        (None, "", "feeds.example"),  # no site named: the feed's
        ("https://blog.example/", "Acme", "Acme"),
    ],
)
def test_a_publisher_is_declared_or_known_by_the_site(
    link: str | None, declared: str, publisher: str
) -> None:
    source = SourceRef("blog", "Blog", "https://feeds.example/blog", link)

    assert publisher_of(source, declared) == publisher


def test_the_site_is_known_whoever_is_declared() -> None:
    assert site_of(SourceRef("b", "B", "https://feeds.example/b", "https://blog.example/")) == "blog.example"
