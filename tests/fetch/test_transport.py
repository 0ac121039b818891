"""What httpx does by itself, as a browser would, is off."""

import asyncio
from email.message import Message
from pathlib import Path

import pytest

from aggregator.fetch.fetcher import Fetcher
from aggregator.model import FaultKind
from tests.fetch.conftest import Asker, polling
from tests.support.publisher import Publisher, sends

BROKEN = [
    b"http://[::x]/",
    b"http://host:port/",
    b"http://xn--\xff/",
    b"//",
    b"http://\x7f/",
    b"http://host:99999/",
    b"https://" + b"x" * 70_000,
]


def sent(publisher: Publisher) -> list[Message]:
    return [request.headers for request in publisher.requests]


def test_no_cookie_is_kept_or_sent_back(ask: Asker, publisher: Publisher) -> None:
    publisher.answers("/old", 302, headers={"Set-Cookie": "seen=1; Path=/", "Location": "/feed"})
    publisher.serves("/feed", "<rss/>", headers={"Set-Cookie": "seen=2; Path=/; Max-Age=999"})

    async def scene(fetcher: Fetcher) -> None:
        async with fetcher:
            for _ in range(2):
                answer = await fetcher.fetch(publisher.url("/old"), polling=polling())
                assert answer.header("set-cookie") == "seen=2; Path=/; Max-Age=999"
            assert not fetcher._client.cookies

    asyncio.run(scene(ask.fetcher()))
    assert [headers["Cookie"] for headers in sent(publisher)] == [None] * 4


@pytest.mark.parametrize("location", BROKEN)
def test_a_broken_location_is_a_fault_like_another(ask: Asker, publisher: Publisher, location: bytes) -> None:
    publisher.answers_with("/feed", sends(b"HTTP/1.1 302 x\r\nLocation: " + location + b"\r\n\r\n"))

    assert ask.fault(publisher.url("/feed")).kind is FaultKind.REDIRECT


@pytest.mark.parametrize("location", BROKEN)
def test_a_location_that_is_not_followed_is_not_judged(
    ask: Asker, publisher: Publisher, location: bytes
) -> None:
    publisher.answers_with("/hub", sends(b"HTTP/1.1 302 x\r\nLocation: " + location + b"\r\n\r\n"))

    async def post() -> None:
        async with ask.fetcher() as fetcher:
            answer = await fetcher.post(publisher.url("/hub"), [("a", "b")], polling=polling())
            assert answer.fault is not None
            assert answer.fault.kind is FaultKind.STATUS
            assert answer.header("location") == location.decode("latin-1")

    asyncio.run(post())


def test_headers_stay_as_received(ask: Asker, publisher: Publisher) -> None:
    """httpx reads all of them in one encoding, and joins those of one name."""
    lines = [b"X-Latin: caf\xe9", b"X-UTF: \xe2\x82\xac", b"X-Two: a", b"X-Two: b, c", b"X-Any: \x80\xff"]
    publisher.answers_with("/feed", sends(b"\r\n".join([b"HTTP/1.1 200 OK", *lines, b"", b"<rss/>"])))

    assert ask(publisher.url("/feed")).headers == (
        ("x-latin", "caf\xe9"),
        ("x-utf", "\xe2\x82\xac"),
        ("x-two", "a"),
        ("x-two", "b, c"),
        ("x-any", "\x80\xff"),
    )


def test_headers_are_sent_in_our_order_and_spelling(ask: Asker, publisher: Publisher) -> None:
    ask(publisher.url(), headers={"accept": "*/*", "X-LATIN": "caf\xe9"})

    ours = ["Host", "User-Agent", "accept", "Accept-Encoding", "Connection", "X-LATIN"]
    assert sent(publisher)[0].keys() == ours
    assert sent(publisher)[0]["X-LATIN"] == "caf\xe9"


def test_no_password_comes_from_the_environment(
    ask: Asker, publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login us password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))

    ask(publisher.url())

    assert sent(publisher)[0]["Authorization"] is None
