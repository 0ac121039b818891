"""A page of a site among its posts is a nuisance; a post that is taken for one is lost."""

# ruff: noqa: RUF001 - titles in many scripts

from datetime import UTC, datetime

import pytest

from aggregator.model import Entry
from aggregator.reconcile.fixed_pages import fixed_pages

SITE = "https://example.org/blog/"
DAY = datetime(2026, 3, 2, tzinfo=UTC)


def page(
    title: str, link: str | None, *, text: str = "Some words.", published: datetime | None = None
) -> Entry:
    return Entry(None, link, "", title, text, minutes=1, published=published)


POST = page("A post", "https://example.org/blog/a-post", published=DAY)


def is_fixed(entry: Entry, *others: Entry, site: str | None = SITE) -> bool:
    entries = (entry, *(others or (POST,)))
    return 0 in fixed_pages(entries, site=site, dates=[each.date for each in entries])


@pytest.mark.parametrize(
    ("title", "path"),
    [
        ("About", "about/"), ("", "imprint/"), ("", "404.html"), ("Contact me!", "hello"), ("Über mich", "me"),
        ("Mentions légales", "legal"), ("Sobre", "sobre/"), ("Hakkımda", "ben"), ("О сайте", "site"),
        ("关于我", "%E5%85%B3%E4%BA%8E%E6%88%91"), ("お問い合わせ", "form"), ("소개", "sogae"),
        ("درباره من", "man"), ("Privacy & Policy", "privacy_policy"),
    ],
)  # fmt: skip
def test_an_undated_page_at_the_root_that_is_named_like_one_is_fixed(title: str, path: str) -> None:
    assert is_fixed(page(title, SITE + path))


def test_the_empty_page_of_an_author_or_a_tag_is_fixed() -> None:
    assert is_fixed(page("Jane Doe", f"{SITE}autor/jane", text=""))
    assert not is_fixed(page("Jane Doe", f"{SITE}autor/jane"))
    assert not is_fixed(page("Jane Doe", f"{SITE}posts/jane", text=""))


@pytest.mark.parametrize(
    "entry",
    [
        page("About", f"{SITE}about/", published=DAY),
        page("About", f"{SITE}2026/about"),
        page("About", f"{SITE}?p=12"),
        page("About", "https://elsewhere.example/about"),
        page("About", None),
        page("About queues", f"{SITE}about-queues"),
        page("How to contact a queue", f"{SITE}contact-a-queue"),
        page("Home", SITE),
    ],
)
def test_what_lacks_one_of_the_signs_is_a_post(entry: Entry) -> None:
    assert not is_fixed(entry)


def test_where_nothing_is_dated_or_no_site_is_known_all_are_posts() -> None:
    about = page("About", f"{SITE}about/")

    assert not is_fixed(about, page("Another", f"{SITE}another"))
    assert not is_fixed(about, site=None)
