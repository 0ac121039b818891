"""What publishers see of us."""

import asyncio
from email.message import Message

import pytest

from aggregator import __version__, explain
from aggregator.fetch.statuses import REDIRECTS
from aggregator.model import FaultKind, Validators
from tests.fetch.conftest import SITE, Asker, polling
from tests.support.publisher import Publisher

HTTP_DATE = "Mon, 02 Mar 2026 10:00:00 GMT"


def sent(publisher: Publisher) -> Message:
    return publisher.requests[-1].headers


def test_a_request_says_who_asks_and_for_what_and_nothing_else(ask: Asker, publisher: Publisher) -> None:
    ask(publisher.url("/feed?full=1"), contact="mail@timeline.example")

    assert publisher.requests[0].method == "GET"
    assert publisher.requests[0].path == "/feed?full=1"
    assert sorted(sent(publisher).keys()) == ["Accept", "Accept-Encoding", "Connection", "Host", "User-Agent"]
    assert sent(publisher)["User-Agent"] == f"aggregator/{__version__} (+{SITE}; mail@timeline.example)"
    assert sent(publisher)["Accept"].startswith(
        "application/atom+xml, application/rss+xml, application/feed+json"
    )
    assert sent(publisher)["Accept-Encoding"] == "gzip, deflate, br, zstd"
    assert sent(publisher)["Connection"] == "close"


def test_a_contact_that_is_not_given_leaves_no_trace(ask: Asker, publisher: Publisher) -> None:
    ask(publisher.url())

    assert sent(publisher)["User-Agent"] == f"aggregator/{__version__} (+{SITE})"


@pytest.mark.parametrize(
    "etag",
    [
        '"1"',
        'W/"1"',
        "without-quotes",
        '"',
        '""',
        '"a", "b"',
        '"with space"',
        '"caf\xe9"',  # latin-1
        '"\xe2\x82\xac"',  # UTF-8 as latin-1
        '"\x80\xff"',
        '"\\"quoted\\""',
        "W/W/1--gzip",
        "0",
    ],
)
def test_a_validator_comes_back_byte_for_byte(ask: Asker, publisher: Publisher, etag: str) -> None:
    publisher.serves("/feed", "<rss/>", etag=etag, last_modified=HTTP_DATE)
    first = ask(publisher.url("/feed"))

    second = ask(publisher.url("/feed"), validators=first.validators)

    assert first.validators == Validators(etag, HTTP_DATE)
    assert sent(publisher)["If-None-Match"].encode("latin-1") == etag.encode("latin-1")
    assert sent(publisher)["If-Modified-Since"] == HTTP_DATE
    assert second.status in (200, 304)


@pytest.mark.parametrize("date", [HTTP_DATE, "Mon, 2 Mar 26 10:00:00", "yesterday", "0", "1772445600"])
def test_a_date_comes_back_byte_for_byte_alone(ask: Asker, publisher: Publisher, date: str) -> None:
    ask(publisher.url("/feed"), validators=Validators(last_modified=date))

    assert sent(publisher)["If-Modified-Since"] == date
    assert sent(publisher)["If-None-Match"] is None


@pytest.mark.parametrize("status", sorted(REDIRECTS))
def test_each_hop_is_asked_on_condition(ask: Asker, publisher: Publisher, status: int) -> None:
    publisher.redirects("/old", "/feed", status)
    publisher.serves("/feed", "<rss/>", etag='"1"')

    answer = ask(publisher.url("/old"), validators=Validators('"1"'))

    assert answer.is_not_modified
    assert [request.headers["If-None-Match"] for request in publisher.requests] == ['"1"', '"1"']


def test_cookies_are_neither_kept_nor_sent(ask: Asker, publisher: Publisher) -> None:
    publisher.answers("/feed", 302, headers={"Set-Cookie": "seen=1; Path=/", "Location": "/real"})
    publisher.serves("/real", "<rss/>", headers={"Set-Cookie": "seen=2; Path=/"})

    async def twice() -> None:
        async with ask.fetcher() as fetcher:
            for _ in range(2):
                assert (await fetcher.fetch(publisher.url("/feed"), polling=polling())).fault is None

    asyncio.run(twice())
    assert [request.headers["Cookie"] for request in publisher.requests] == [None] * 4
    assert [request.headers["Referer"] for request in publisher.requests] == [None] * 4


def test_the_admins_headers_are_sent_and_win_over_ours(ask: Asker, publisher: Publisher) -> None:
    headers = {"Authorization": "Bearer secret", "user-agent": "Mine", "Accept-Encoding": "identity"}

    ask(publisher.url(), headers=headers)

    assert sent(publisher)["Authorization"] == "Bearer secret"
    assert sent(publisher).get_all("User-Agent") == ["Mine"]
    assert sent(publisher).get_all("Accept-Encoding") == ["identity"]


def test_a_header_beyond_latin_1_is_written_in_utf_8(ask: Asker, publisher: Publisher) -> None:
    ask(publisher.url(), headers={"X-Name": "\u0141ukasz"})

    assert sent(publisher)["X-Name"].encode("latin-1").decode("utf-8") == "\u0141ukasz"


def test_the_admins_headers_stay_with_their_origin(ask: Asker, publisher: Publisher) -> None:
    with Publisher(host="127.0.0.2") as other:
        publisher.redirects("/feed", "/moved")
        publisher.redirects("/moved", other.url("/feed"))
        other.redirects("/feed", publisher.url("/home"))

        ask(publisher.url("/feed"), headers={"X-Api-Key": "secret", "User-Agent": "Mine"})

        assert other.requests[0].headers["X-Api-Key"] is None
        assert other.requests[0].headers["User-Agent"].startswith("aggregator/")
    assert [request.headers["X-Api-Key"] for request in publisher.requests] == ["secret"] * 3


def test_a_password_in_the_address_is_sent_as_one_and_shown_to_nobody(
    ask: Asker, publisher: Publisher
) -> None:
    publisher.serves("/feed", "<rss/>")
    publisher.redirects("/old", "/feed", 301)
    address = publisher.url("/old").replace("http://", "http://us%20er:pa%3Ass@")

    answer = ask(address)

    assert sent(publisher)["Authorization"] == "Basic dXMgZXI6cGE6c3M="  # "us er:pa:ss"
    assert answer.final_address == answer.moved_to == publisher.url("/feed")


@pytest.mark.parametrize("headers", [{"X-Bad": "line\nbreak"}, {"X Bad": "name"}, {"X-Ünbad": "name"}])
def test_a_header_that_http_cannot_write_is_a_fault_of_its_source(
    ask: Asker, publisher: Publisher, headers: dict[str, str]
) -> None:
    fault = ask.fault(publisher.url(), headers=headers)

    assert fault.kind is FaultKind.BLOCKED
    assert explain.fault(fault) == (
        "one of this source's `headers` cannot be written in HTTP: a line break in it, or a space in its name"
    )


def test_a_form_is_handed_in(ask: Asker, publisher: Publisher) -> None:
    publisher.answers("/hub", 202)
    publisher.redirects("/moved", "/hub", 307)

    async def post(path: str) -> int | None:
        async with ask.fetcher() as fetcher:
            answer = await fetcher.post(
                publisher.url(path), [("hub.mode", "subscribe"), ("x", "ä b")], polling=polling()
            )
            assert answer.fault is None
            return answer.status

    assert asyncio.run(post("/hub")) == asyncio.run(post("/moved")) == 202
    assert [request.method for request in publisher.requests] == ["POST"] * 3
    assert publisher.requests[-1].body == b"hub.mode=subscribe&x=%C3%A4+b"
    assert sent(publisher)["Content-Type"] == "application/x-www-form-urlencoded"


@pytest.mark.parametrize("status", [301, 302, 303, 400, 404, 500])
def test_a_form_that_is_not_taken_is_a_fault(ask: Asker, publisher: Publisher, status: int) -> None:
    publisher.redirects("/hub", "/elsewhere", status)

    async def post() -> None:
        async with ask.fetcher() as fetcher:
            answer = await fetcher.post(publisher.url("/hub"), [("a", "b")], polling=polling())
            assert answer.fault is not None
            assert explain.fault(answer.fault) == f"HTTP {status}: the server rejected the request"

    asyncio.run(post())
    assert len(publisher.requests) == 1
