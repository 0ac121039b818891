import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.sources.slugs import LONGEST, default_slug, slugify


@pytest.mark.parametrize(
    ("title", "url", "slug"),
    [
        ("AWS Compute Blog", "https://aws.amazon.com/blogs/compute/feed/", "aws-compute-blog"),
        ("Café & Crème", "https://example.org/", "cafe-creme"),
        ("", "https://www.example.org/feed.xml", "example-org"),
        ("", "https://EXAMPLE.org:8080/feed.xml", "example-org"),
        ("云原生", "https://serverlesslife.cn/index.xml", "serverlesslife-cn"),  # nothing of it is ASCII
        ("", "http://127.0.0.1:8000/feed.xml", "127-0-0-1"),
        ("", "http://[::1]/feed.xml", "1"),
        ("", "https://例え.jp/", "jp"),
        ("…", "https://例え/", "source"),
    ],
)
def test_a_default_slug_comes_from_the_title_else_the_host(title: str, url: str, slug: str) -> None:
    assert default_slug(title, url, set()) == slug


def test_a_taken_slug_gets_the_words_of_the_path_and_then_a_number() -> None:
    taken: set[str] = set()
    for slug in ("example-org", "example-org-blog-go", "example-org-blog-go-2", "example-org-blog-go-3"):
        assert default_slug("", "https://example.org/blog/go/index.xml", taken) == slug
        taken.add(slug)


def test_a_path_that_says_only_feed_leaves_nothing_but_a_number() -> None:
    assert default_slug("", "https://example.org/feed.xml", {"example-org"}) == "example-org-2"


@given(st.text(max_size=200), st.sets(st.from_regex(r"[a-z0-9]{1,5}", fullmatch=True), max_size=5))
def test_every_slug_is_short_plain_and_free(title: str, taken: set[str]) -> None:
    slug = default_slug(title, "https://example.org/", taken | {"example-org"})

    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug)
    assert len(slug) <= LONGEST
    assert slug not in taken | {"example-org"}


@given(st.text(max_size=200))
def test_a_slug_is_its_own_slug(text: str) -> None:
    assert slugify(slugify(text)) == slugify(text)


def test_a_long_name_leaves_room_for_its_number() -> None:
    title = "a" * 200
    assert default_slug(title, "https://example.org/", {"a" * LONGEST}) == "a" * (LONGEST - 2) + "-2"
