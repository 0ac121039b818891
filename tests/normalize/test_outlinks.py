import pytest

from aggregator.normalize.limits import LINK_TEXT, OUTLINKS
from aggregator.normalize.outlinks import linked_hosts, outlinks
from aggregator.normalize.text import Anchor

PAGE = "https://own.example/post/"


def pointed_to(*hrefs: str, page: str = PAGE) -> list[str]:
    anchors = [Anchor(href, "words") for href in hrefs]
    return [link.url for link in outlinks(anchors, base=page, own={"own.example"}, page=page)]


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("https://other.example/post", "https://other.example/post"),
        ("//other.example/post", "https://other.example/post"),
        ("https://other.example/post?utm_source=feed", "https://other.example/post"),
        ("https://other.example/post#part", "https://other.example/post"),
        ("https://other.example/#/post", "https://other.example/#/post"),
        ("https://other.example/a#!post", "https://other.example/a#!post"),
        ("https://other.example/?p=1", "https://other.example/?p=1"),
        ("https://other.example/index.php?p=1", "https://other.example/index.php?p=1"),
        ("https://other.example/mp3", "https://other.example/mp3"),
        ("https://web.archive.org/web/2020/https://other.example/a", "https://other.example/a"),
        ("https://web.archive.org/web/2020if_/https:/other.example/a", "https://other.example/a"),
        ("https://github.com/person/project", "https://github.com/person/project"),
        ("https://twitter.com/person/status/1", "https://twitter.com/person/status/1"),
        ("https://www.youtube.com/watch?v=1", "https://www.youtube.com/watch?v=1"),
        ("https://x.com/shared/list", "https://x.com/shared/list"),
    ],
)
def test_links_to_pages_of_other_sites(href: str, url: str) -> None:
    assert pointed_to(href) == [url]


@pytest.mark.parametrize(
    "href",
    [
        "/a",
        "#part",
        "https://own.example/a",
        "https://www.own.example/a",
        "https://docs.own.example/a",
        "https://web.archive.org/web/2020/https://own.example/a",
        "mailto:me@other.example",
        "",
    ],
)
def test_links_to_the_own_site_and_to_no_page(href: str) -> None:
    assert pointed_to(href) == []


@pytest.mark.parametrize("path", ["", "/", "/index.html", "/index.php"])
def test_front_pages(path: str) -> None:
    assert pointed_to(f"https://other.example{path}") == []


@pytest.mark.parametrize("name", ["a.jpg", "a.JPEG", "a.png?w=1", "a.webp", "a.mp3", "a.m4a", "a.webm"])
def test_files_that_are_shown_or_played(name: str) -> None:
    assert pointed_to(f"https://cdn.example/{name}") == []


@pytest.mark.parametrize("www", ["", "www."])
@pytest.mark.parametrize(
    "place",
    [
        "twitter.com/intent/tweet?text=a",
        "x.com/share?text=a",
        "facebook.com/sharer/sharer.php?u=a",
        "linkedin.com/shareArticle?url=a",
        "reddit.com/r/python/submit?url=a",
        "news.ycombinator.com/submitlink?u=a",
        "pinterest.com/pin/create/button/?url=a",
        "tumblr.com/share/link?url=a",
        "plus.google.com/share?url=a",
        "t.me/share/url?url=a",
        "api.whatsapp.com/send?text=a",
        "wa.me/?text=a",
        "web.skype.com/share?url=a",
        "getpocket.com/save?url=a",
        "instapaper.com/hello2?url=a",
        "buffer.com/add?url=a",
        "digg.com/submit?url=a",
        "del.icio.us/post?url=a",
        "bsky.app/intent/compose?text=a",
        "b.hatena.ne.jp/entry/a",
        "addtoany.com/share#url=a",
    ],
)
def test_buttons_that_share_a_post(place: str, www: str) -> None:
    assert pointed_to(f"https://{www}{place}") == []


@pytest.mark.parametrize(
    "place",
    [
        "feeds.wordpress.com/1.0/comments/a",
        "feeds.feedburner.com/~r/a",
        "feeds2.feedburner.com/~ff/a",
        "feedads.g.doubleclick.net/~a/a",
        "feedproxy.google.com/~r/a",
    ],
)
def test_what_services_add_to_a_feed(place: str) -> None:
    assert pointed_to(f"http://{place}") == []


@pytest.mark.parametrize(
    "place",
    [
        "medium.com/m/signin?a",
        "list-manage.com/subscribe?u=1",
        "me.us1.list-manage.com/subscribe?u=1",
        "www.patreon.com/me",
        "ko-fi.com/me",
        "paypal.me/me",
        "liberapay.com/me/donate",
    ],
)
def test_links_to_sign_in_to_subscribe_and_to_pay(place: str) -> None:
    assert pointed_to(f"https://{place}") == []


@pytest.mark.parametrize(
    "place",
    [
        "twitter.com/me",
        "www.instagram.com/me/",
        "github.com/me",
        "facebook.com/me",
        "www.linkedin.com/in/me",
        "linkedin.com/company/us",
        "youtube.com/@me",
        "www.youtube.com/channel/a",
    ],
)
def test_profiles(place: str) -> None:
    assert pointed_to(f"https://{place}") == []


@pytest.mark.parametrize(
    "query",
    ["url=https://own.example/post/", "url=https%3A%2F%2Fown.example%2Fpost", "u=www.own.example/post"],
)
def test_a_link_that_carries_the_own_page_shares_it(query: str) -> None:
    assert pointed_to(f"https://forum.example/new?{query}") == []


@pytest.mark.parametrize("href", ["https://alpha.com/a", "https://a.com/a"])
def test_a_longer_name_that_has_the_own_address_in_it_is_another_site(href: str) -> None:
    assert pointed_to(href, page="https://a.co/") == [href]


def test_a_link_without_words_is_a_picture() -> None:
    picture = Anchor("https://other.example/a", " ")

    assert outlinks([picture], base=PAGE, own=(), page=None) == ()


def test_a_page_is_named_by_the_first_link_to_it() -> None:
    anchors = [
        Anchor("https://other.example/a", " The\n first "),
        Anchor("https://other.example/a#b", "second"),
    ]

    assert [link.text for link in outlinks(anchors, base=PAGE, own=(), page=None)] == ["The first"]


def test_links_and_their_texts_are_bounded() -> None:
    anchors = [Anchor(f"https://other.example/{number}", "a" * 1000) for number in range(OUTLINKS + 10)]
    found = outlinks(anchors, base=PAGE, own=(), page=None)

    assert len(found) == OUTLINKS
    assert {len(link.text) for link in found} == {LINK_TEXT}


def test_the_hosts_of_links_are_told_with_those_of_front_pages() -> None:
    anchors = [
        Anchor("https://www.Slots.example/", "x"),
        Anchor("/a", "b"),
        Anchor("//slots.example/y", ""),
        Anchor("mailto:a@b.example", "c"),
    ]

    assert linked_hosts(anchors) == ("slots.example",)
    assert len(linked_hosts([Anchor(f"https://{number}.example/", "x") for number in range(99)])) == 50
