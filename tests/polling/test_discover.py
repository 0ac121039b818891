import asyncio
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from aggregator.fetch.fetcher import Fetcher
from aggregator.model import FaultKind
from aggregator.polling.discover import COMMON_NAMES, MOST_GUESSED, MOST_NAMED, Discovery, discover
from aggregator.reading.reader import Reader
from aggregator.sources import Polling
from tests.support.clock import ManualClock
from tests.support.publisher import Publisher

FEED = """<?xml version="1.0"?>
<rss version="2.0"><channel><title>A blog</title><link>https://blog.example/</link>
<item><title>One</title><link>https://blog.example/1</link><pubDate>Mon, 02 Mar 2026 10:00:00 GMT</pubDate></item>
</channel></rss>"""

LOOPBACK = Polling(allow_private_networks=True, per_host_gap=timedelta(0))

Discover = Callable[..., Discovery]


def page(*links: str) -> str:
    named = "".join(f'<link rel="alternate" type="application/rss+xml" href="{link}">' for link in links)
    return f"<!doctype html><html><head><title>A blog</title>{named}</head><body><p>Hello</p></body></html>"


@pytest.fixture(scope="module")
def loop() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="module")
def reader(loop: asyncio.Runner) -> Iterator[Reader]:
    """One for all tests: it starts a process."""
    made = Reader(1)
    loop.run(made.__aenter__())
    yield made
    loop.run(made.__aexit__(None, None, None))


@pytest.fixture
def look(loop: asyncio.Runner, reader: Reader, clock: ManualClock) -> Discover:
    """Discover with everything that it needs."""

    async def run(address: str, headers: dict[str, str]) -> Discovery:
        async with Fetcher("https://site.example", clock) as fetcher:
            return await discover(address, fetcher, reader, polling=LOOPBACK, headers=headers)

    return lambda address, headers=None: loop.run(run(address, headers or {}))


def test_a_feed_is_found_with_one_request(look: Discover, publisher: Publisher) -> None:
    publisher.serves("/feed.xml", FEED)

    found = look(publisher.url("/feed.xml"))

    assert found.is_itself
    assert found.feed is not None
    assert found.feed.reading is not None
    assert found.feed.reading.title == "A blog"
    assert len(publisher.requests) == 1


def test_the_feed_that_a_page_names_is_found(look: Discover, publisher: Publisher) -> None:
    publisher.serves("/blog/", page("posts.xml"), content_type="text/html")
    publisher.serves("/blog/posts.xml", FEED)

    found = look(publisher.url("/blog/"))

    assert not found.is_itself
    assert found.feed is not None
    assert found.feed.address == publisher.url("/blog/posts.xml")
    assert [request.path for request in publisher.requests] == ["/blog/", "/blog/posts.xml"]


def test_the_posts_come_before_the_comments_and_the_others_are_told(
    look: Discover, publisher: Publisher
) -> None:
    publisher.serves("/", page("/comments/feed/", "/gone.xml", "/feed/"), content_type="text/html")
    publisher.serves("/comments/feed/", FEED)
    publisher.serves("/feed/", FEED)

    found = look(publisher.url("/"))

    assert found.feed is not None
    assert found.feed.address == publisher.url("/feed/")
    assert found.others == (publisher.url("/gone.xml"), publisher.url("/comments/feed/"))


@pytest.mark.parametrize("name", COMMON_NAMES)
def test_a_feed_at_a_common_place_is_found_where_the_page_names_none(
    look: Discover, publisher: Publisher, name: str
) -> None:
    publisher.serves("/blog", page(), content_type="text/html")
    publisher.serves(f"/blog/{name}", FEED)

    found = look(publisher.url("/blog"))

    assert found.feed is not None
    assert found.feed.address == publisher.url(f"/blog/{name}")


def test_the_site_is_searched_after_the_folder(look: Discover, publisher: Publisher) -> None:
    publisher.serves("/blog/", page(), content_type="text/html")
    publisher.serves("/atom.xml", FEED)

    found = look(publisher.url("/blog/"))

    assert found.feed is not None
    assert found.feed.address == publisher.url("/atom.xml")


def test_the_number_of_requests_is_bounded(look: Discover, publisher: Publisher) -> None:
    publisher.serves("/a/", page(*(f"/{number}.xml" for number in range(100))), content_type="text/html")

    found = look(publisher.url("/a/"))

    assert found.feed is None
    assert found.asked.fault is not None
    assert found.asked.fault.kind is FaultKind.PAGE
    assert len(publisher.requests) == 1 + MOST_NAMED + MOST_GUESSED


@pytest.mark.parametrize("status", [404, 403, 429, 500, 503])
def test_a_server_in_trouble_is_not_asked_again(look: Discover, publisher: Publisher, status: int) -> None:
    publisher.answers("/feed.xml", status)

    found = look(publisher.url("/feed.xml"))

    assert found.feed is None
    assert len(publisher.requests) == 1


def test_what_is_neither_feed_nor_page_is_not_searched(look: Discover, publisher: Publisher) -> None:
    publisher.serves("/feed.xml", "just words", content_type="text/plain")

    assert look(publisher.url("/feed.xml")).feed is None
    assert len(publisher.requests) == 1


def test_a_page_that_a_redirect_led_to_is_searched_where_it_is(look: Discover, publisher: Publisher) -> None:
    publisher.redirects("/old", "/new/", 302)
    publisher.serves("/new/", page("feed.json"), content_type="text/html")
    publisher.serves("/new/feed.json", FEED)

    found = look(publisher.url("/old"))

    assert found.feed is not None
    assert found.feed.address == publisher.url("/new/feed.json")


def test_secrets_go_to_no_other_server(look: Discover, publisher: Publisher) -> None:
    with Publisher(host="127.0.0.2") as other:
        publisher.serves("/", page(other.url("/feed.xml"), "/own.xml"), content_type="text/html")
        publisher.serves("/own.xml", FEED)

        look(publisher.url("/"), {"Authorization": "Bearer s3cret"})

        assert [request.headers["Authorization"] for request in publisher.requests] == ["Bearer s3cret"] * 2
        assert [request.headers["Authorization"] for request in other.requests] == [None]
