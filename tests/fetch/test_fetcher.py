import asyncio
import gzip
import zlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import brotli
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator import explain
from aggregator.fetch.statuses import REDIRECTS
from aggregator.model import FaultKind, FetchResult, Validators
from tests.fetch.conftest import Asker, polling
from tests.support.clock import ManualClock
from tests.support.publisher import (
    Certificates,
    Handler,
    Publisher,
    Request,
    Wire,
    drips,
    endless,
    resets,
    sends,
    silent,
)

OK = b"HTTP/1.1 200 OK\r\n"

# --- what comes -------------------------------------------------------------------------------------------


def test_an_answer_is_all_that_came(ask: Asker, publisher: Publisher, clock: ManualClock) -> None:
    body = gzip.compress(b"<rss/>")
    publisher.serves("/feed", body, etag='W/"1"', headers={"Content-Encoding": "gzip", "X-Two": "a"})

    answer = ask(publisher.url("/feed"))

    assert answer.fault is None
    assert answer.address == answer.final_address == publisher.url("/feed")
    assert answer.at == clock.now()
    assert 0 < answer.elapsed < 5
    assert answer.status == 200
    assert answer.header("content-type") == "application/xml"
    assert answer.validators == Validators('W/"1"')
    assert answer.body == b"<rss/>"
    assert answer.received == len(body)
    assert answer.moved_to is None
    assert all(name == name.lower() for name, _ in answer.headers)


def test_a_304_brings_its_new_validators(ask: Asker, publisher: Publisher) -> None:
    publisher.answers("/feed", 304, headers={"ETag": '"2"'})

    answer = ask(publisher.url("/feed"), validators=Validators('"1"'))

    assert answer.is_not_modified
    assert answer.validators == Validators('"2"')
    assert answer.body is None


def test_an_empty_document_is_an_answer(ask: Asker, publisher: Publisher) -> None:
    publisher.serves("/feed", b"", headers={"Content-Encoding": "gzip"})

    assert ask(publisher.url("/feed")).body == b""


def test_an_answer_may_come_in_chunks_or_end_with_its_connection(ask: Asker, publisher: Publisher) -> None:
    chunks = b"Transfer-Encoding: chunked\r\n\r\n3;note=1\r\n<rs\r\n3\r\ns/>\r\n0\r\nTrailer: x\r\n\r\n"
    publisher.answers_with("/chunks", sends(OK + chunks))
    publisher.answers_with("/end", sends(b"HTTP/1.0 200\n\n<rss/>"))
    publisher.answers_with(
        "/early", sends(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + OK + b"\r\n<rss/>")
    )

    for path in ("/chunks", "/end", "/early"):
        assert ask(publisher.url(path)).body == b"<rss/>"


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (401, "HTTP 401: the publisher wants a password; give one by `headers` of this source"),
        (403, "HTTP 403: the publisher refuses us; ask them what they want pollers to do"),
        (404, "HTTP 404: the publisher has no feed at this address"),
        (410, "HTTP 410: the publisher says that this feed is gone for good"),
        (418, "HTTP 418: the publisher's server refuses the request"),
        (429, "HTTP 429: the publisher wants to be asked less often"),
        (500, "HTTP 500: the publisher's server has trouble"),
        (503, "HTTP 503: the publisher's server is not available right now"),
        (520, "HTTP 520: the publisher's server has trouble"),
        (204, "HTTP 204: the server answers without the document"),
        (206, "HTTP 206: the server sends a part, but nobody asked for one"),
        (305, "HTTP 305: the server points elsewhere without saying where"),
        (304, "HTTP 304: the server says that nothing changed, but nobody asked that"),
        (999, "HTTP 999: the server answers with a number that HTTP does not know"),
    ],
)
def test_a_status_without_a_document_is_a_fault_in_words(
    ask: Asker, publisher: Publisher, status: int, sentence: str
) -> None:
    publisher.answers("/feed", status, headers={"Retry-After": "120"}, body=b"")

    answer = ask(publisher.url("/feed"))

    assert answer.status == status
    assert answer.fault is not None
    assert (answer.fault.kind, explain.fault(answer.fault)) == (FaultKind.STATUS, sentence)
    assert answer.header("retry-after") == "120"  # others decide what it means
    assert answer.body is None


def test_the_error_page_of_a_server_is_not_read(ask: Asker, publisher: Publisher) -> None:
    publisher.answers_with("/feed", endless(b"HTTP/1.1 500 Oh\r\n\r\n", b"<p>sorry</p>" * 1000))

    answer = ask(publisher.url("/feed"))

    assert answer.status == 500
    assert answer.received == 0


def test_what_is_no_address_is_not_asked_for(ask: Asker) -> None:
    answer = ask("feed.xml")

    assert answer.fault is not None
    assert answer.fault.kind is FaultKind.BLOCKED
    assert answer.address == answer.final_address == "feed.xml"
    assert answer.elapsed == 0


# --- redirects --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", sorted(REDIRECTS))
def test_redirects_are_followed(ask: Asker, publisher: Publisher, status: int) -> None:
    publisher.redirects("/old", "feed?x=1#top", status)
    publisher.serves("/feed?x=1", "<rss/>")

    answer = ask(publisher.url("/old"))

    assert answer.body == b"<rss/>"
    assert (answer.address, answer.final_address) == (publisher.url("/old"), publisher.url("/feed?x=1"))


@pytest.mark.parametrize(
    ("statuses", "moved"),
    [
        ([301], "/1"),
        ([308], "/1"),
        ([301, 308], "/2"),
        ([302], None),
        ([303], None),
        ([307], None),
        ([301, 302], "/1"),
        ([301, 302, 301], "/1"),  # the chain is broken: who stands behind /2 may change
        ([302, 301], None),
    ],
)
def test_only_an_unbroken_chain_of_permanent_redirects_is_a_move(
    ask: Asker, publisher: Publisher, statuses: list[int], moved: str | None
) -> None:
    for hop, status in enumerate(statuses):
        publisher.redirects(f"/{hop}", f"/{hop + 1}", status)
    publisher.serves(f"/{len(statuses)}", "<rss/>")

    answer = ask(publisher.url("/0"))

    assert answer.body == b"<rss/>"
    assert answer.moved_to == (publisher.url(moved) if moved else None)


def test_a_move_is_told_also_where_the_new_address_fails(ask: Asker, publisher: Publisher) -> None:
    publisher.redirects("/old", "/gone", 301)

    answer = ask(publisher.url("/old"))

    assert answer.status == 404
    assert answer.moved_to == publisher.url("/gone")


def test_a_redirect_to_a_server_that_does_not_answer_has_no_status(ask: Asker, publisher: Publisher) -> None:
    publisher.answers("/old", 301, headers={"Location": "http://127.0.0.9:1/", "Retry-After": "9"})

    answer = ask(publisher.url("/old"))

    assert answer.fault is not None
    assert answer.fault.kind is FaultKind.CONNECT
    assert answer.final_address == "http://127.0.0.9:1/"
    assert (answer.status, answer.headers) == (None, ())


def test_a_step_down_from_https_is_followed_but_is_no_move(
    ask: Asker, publisher: Publisher, certificates: Certificates
) -> None:
    with Publisher(tls=certificates.good("127.0.0.1")) as secure:
        secure.redirects("/feed", publisher.url("/feed"), 301)
        publisher.redirects("/feed", "/real", 301)
        publisher.serves("/real", "<rss/>")

        answer = ask(secure.url("/feed"))

    assert answer.body == b"<rss/>"
    assert answer.moved_to is None


def redirect_fault(ask: Asker, publisher: Publisher) -> str:
    fault = ask.fault(publisher.url("/0"))
    assert fault.kind is FaultKind.REDIRECT
    return explain.fault(fault)


def test_five_redirects_are_followed_and_no_more(ask: Asker, publisher: Publisher) -> None:
    for hop in range(6):
        publisher.redirects(f"/{hop}", f"/{hop + 1}")
    publisher.serves("/5", "<rss/>")
    assert ask(publisher.url("/0")).body == b"<rss/>"

    publisher.redirects("/5", "/6")
    assert redirect_fault(ask, publisher) == "redirects more than 5 times"
    assert publisher.requests_to("/6") == []


def test_a_circle_is_noticed_at_its_first_round(ask: Asker, publisher: Publisher) -> None:
    publisher.redirects("/0", "/1")
    publisher.redirects("/1", "/0#again")

    assert redirect_fault(ask, publisher) == f"redirects in a circle, by way of {publisher.url('/0')}"
    assert len(publisher.requests) == 2


def test_a_server_that_insists_on_a_cookie(ask: Asker, publisher: Publisher) -> None:
    publisher.answers("/0", 302, headers={"Location": "/0", "Set-Cookie": "seen=1"})

    assert redirect_fault(ask, publisher) == (
        f"{publisher.url('/0')} redirects to itself; it may insist on a cookie, which a poller never sends"
    )


def test_a_redirect_to_nowhere(ask: Asker, publisher: Publisher) -> None:
    publisher.answers("/0", 300)
    assert redirect_fault(ask, publisher) == "HTTP 300 does not say where it redirects to"

    publisher.answers("/0", 302)
    assert redirect_fault(ask, publisher) == "HTTP 302 does not say where it redirects to"

    publisher.redirects("/0", "http://host:port/")
    assert redirect_fault(ask, publisher) == "redirects to 'http://host:port/', which is no address"


def test_a_redirect_to_another_scheme_is_blocked(ask: Asker, publisher: Publisher) -> None:
    publisher.redirects("/0", "file:///etc/passwd")

    fault = ask.fault(publisher.url("/0"))

    assert fault.kind is FaultKind.BLOCKED
    assert explain.fault(fault) == "redirects to 'file:///etc/passwd', which is no http or https address"


# --- politeness -------------------------------------------------------------------------------------------


def test_the_hops_at_one_host_keep_the_gap(ask: Asker, publisher: Publisher) -> None:
    publisher.redirects("/old", "/feed")
    publisher.serves("/feed", "<rss/>")

    ask(publisher.url("/old"), per_host_gap=timedelta(seconds=0.2))

    first, second = publisher.requests
    assert first.ended is not None
    assert second.started - first.ended > 0.15


def test_one_host_gets_one_request_at_a_time(ask: Asker, publisher: Publisher) -> None:
    publisher.serves("/feed", "<rss/>")
    gate = publisher.holds("/feed")

    async def scene() -> None:
        async with ask.fetcher() as fetcher:
            fetches = [fetcher.fetch(publisher.url("/feed"), polling=polling()) for _ in range(3)]
            answers = asyncio.gather(*fetches)
            await asyncio.to_thread(gate.reached)
            await asyncio.sleep(0.05)
            assert len(publisher.requests) == 1
            gate.open()
            assert all(answer.fault is None for answer in await answers)

    asyncio.run(scene())


def test_waiting_for_a_first_turn_costs_no_time_of_the_poll(ask: Asker, publisher: Publisher) -> None:
    """Else `check --online` would call the last of many feeds at one host too slow."""
    publisher.serves("/feed", "<rss/>")
    hurried = polling(per_host_gap=timedelta(seconds=0.4), timeout=timedelta(seconds=0.7))

    async def scene() -> list[FetchResult]:
        async with ask.fetcher() as fetcher:
            return await asyncio.gather(
                *(fetcher.fetch(publisher.url("/feed"), polling=hurried) for _ in range(3))
            )

    assert [answer.fault for answer in asyncio.run(scene())] == [None] * 3


def test_waiting_for_the_turn_of_a_redirect_does(ask: Asker, publisher: Publisher) -> None:
    publisher.redirects("/old", "/feed")

    fault = ask.fault(
        publisher.url("/old"), per_host_gap=timedelta(seconds=5), timeout=timedelta(seconds=0.2)
    )

    assert fault.kind is FaultKind.TIMEOUT
    assert explain.fault(fault) == "a redirect waited longer than 0.2 s for its turn at 127.0.0.1"


# --- faults of the network, made for real -----------------------------------------------------------------


def stalls(raw: bytes) -> Handler:
    """Send these bytes and nothing more, for as long as the client listens."""

    def handle(request: Request, wire: Wire) -> None:
        wire.send(raw)
        silent(request, wire)

    return handle


@pytest.mark.parametrize(
    ("handler", "kind", "sentence"),
    [
        (
            resets(OK + b"Content-Length: 9\r\n\r\nfour"),
            FaultKind.INTERRUPTED,
            "the connection was reset in the middle of the answer, after 4 bytes",
        ),
        (resets(b""), FaultKind.INTERRUPTED, "127.0.0.1 hung up without an answer"),
        (sends(b""), FaultKind.INTERRUPTED, "127.0.0.1 hung up without an answer"),
        (sends(b"HTTP/1.1 200 O"), FaultKind.INTERRUPTED, "127.0.0.1 hung up without an answer"),
        (
            sends(OK + b"Content-Length: 9\r\n\r\nfour"),
            FaultKind.INTERRUPTED,
            "the answer broke off after 4 bytes of the 9 bytes announced",
        ),
        (
            sends(OK + b"Transfer-Encoding: chunked\r\n\r\n4\r\nfour\r\n"),
            FaultKind.INTERRUPTED,
            "the answer broke off after 4 bytes",
        ),
        (
            sends(OK + b"Transfer-Encoding: chunked\r\n\r\nfour\r\n"),
            FaultKind.INTERRUPTED,
            "the answer is framed wrongly after 0 bytes: illegal chunk header",
        ),
        (
            sends(OK + b"Content-Length: 4\r\nContent-Length: 5\r\n\r\nfour"),
            FaultKind.INTERRUPTED,
            "127.0.0.1 does not answer in HTTP: conflicting Content-Length headers",
        ),
        (
            sends(b"220 mail.example ESMTP\r\n\r\n"),
            FaultKind.INTERRUPTED,
            "127.0.0.1 does not answer in HTTP: illegal status line",
        ),
        (
            sends(OK + b"X: " + b"x" * 200_000),
            FaultKind.INTERRUPTED,
            "127.0.0.1 does not answer in HTTP: no end of its headers within 65536 bytes",
        ),
        (
            sends(OK + b"Content-Length: 20000000\r\n\r\n"),
            FaultKind.TOO_LARGE,
            "the answer is larger than 10 MB after decompression; ",
        ),
        (
            endless(OK + b"\r\n", b"<item/>" * 10_000),
            FaultKind.TOO_LARGE,
            "the answer is larger than 10 MB after decompression; ",
        ),
        (silent, FaultKind.TIMEOUT, "127.0.0.1 took the request but did not answer within 0.4 s"),
        (drips(OK * 100), FaultKind.TIMEOUT, "127.0.0.1 took the request but did not answer within 0.4 s"),
        (
            stalls(OK + b"Content-Length: 999\r\n\r\nfour"),
            FaultKind.TIMEOUT,
            "the answer was not complete within 0.4 s; 4 bytes had come",
        ),
        (
            sends(OK + b"Content-Encoding: gzip\r\n\r\nno document"),
            FaultKind.CODING,
            "the answer is not what its `gzip` says: ",
        ),
        (
            sends(OK + b"Content-Encoding: compress\r\n\r\n\x1f\x9d\x90"),
            FaultKind.CODING,
            "the answer is coded as `compress`, which we did not offer",
        ),
    ],
)
def test_faults_of_the_network_are_told_in_words(
    ask: Asker, publisher: Publisher, handler: Callable[..., None], kind: FaultKind, sentence: str
) -> None:
    publisher.answers_with("/feed", handler)
    patient = 10 if kind is FaultKind.TOO_LARGE else 0.4

    answer = ask(publisher.url("/feed"), timeout=timedelta(seconds=patient))

    assert answer.fault is not None
    assert answer.fault.kind is kind
    assert explain.fault(answer.fault).startswith(sentence)
    assert answer.body is None
    assert answer.elapsed < patient + 3


def test_the_time_limit_is_for_all_hops_together(ask: Asker, publisher: Publisher) -> None:
    def slowly(to: str) -> Handler:
        def handle(_: Request, wire: Wire) -> None:
            wire.pause(0.15)
            wire.send(b"HTTP/1.1 302 Found\r\nLocation: " + to.encode() + b"\r\n\r\n")

        return handle

    for hop in range(4):
        publisher.answers_with(f"/{hop}", slowly(f"/{hop + 1}"))

    answer = ask(publisher.url("/0"), timeout=timedelta(seconds=0.4))

    assert answer.fault is not None
    assert answer.fault.kind is FaultKind.TIMEOUT


def test_an_answer_that_stalls_shows_how_far_it_came(ask: Asker, publisher: Publisher) -> None:
    publisher.answers_with("/feed", stalls(OK + b"Content-Length: 999\r\n\r\nfour"))

    answer = ask(publisher.url("/feed"), timeout=timedelta(seconds=0.4))

    assert answer.status == 200
    assert answer.received == 4
    assert answer.header("content-length") == "999"


def test_a_slow_publisher_delays_no_other(ask: Asker, publisher: Publisher) -> None:
    publisher.answers_with("/feed", silent)
    with Publisher(host="127.0.0.2") as quick:
        quick.serves("/feed", "<rss/>")

        async def scene() -> None:
            async with ask.fetcher() as fetcher:
                slow = asyncio.create_task(fetcher.fetch(publisher.url("/feed"), polling=polling()))
                for _ in range(20):
                    assert (await fetcher.fetch(quick.url("/feed"), polling=polling())).fault is None
                assert not slow.done()
                slow.cancel()
                await asyncio.gather(slow, return_exceptions=True)

        asyncio.run(scene())


def test_fetches_leave_no_file_open(ask: Asker, publisher: Publisher) -> None:
    publisher.serves("/good", "<rss/>")
    publisher.answers_with("/large", endless(OK + b"\r\n", b"x" * 10_000))
    publisher.answers_with("/silent", silent)
    publisher.answers_with("/reset", resets(OK))
    paths = ("/good", "/large", "/silent", "/reset", "/none")

    async def scene() -> tuple[int, int]:
        async with ask.fetcher() as fetcher:
            brief = polling(timeout=timedelta(seconds=0.1), max_bytes=20_000, per_host=9)
            before = open_files()
            for _ in range(3):
                await asyncio.gather(*(fetcher.fetch(publisher.url(path), polling=brief) for path in paths))
            assert asyncio.all_tasks() == {asyncio.current_task()}
            for _ in range(100):  # the publisher lives in this process too, and closes in its own time
                await asyncio.sleep(0.02 if open_files() > before else 0)
            return before, open_files()

    before, after = asyncio.run(scene())
    assert after <= before


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


# --- whatever a server sends ------------------------------------------------------------------------------

NAMES = st.sampled_from(
    ["Location", "Content-Encoding", "Content-Length", "Transfer-Encoding", "ETag", "Connection", "Upgrade"]
)
WORDS = [
    "gzip",
    "br",
    "zstd",
    "deflate",
    "chunked",
    "identity",
    "0",
    "7",
    "-1",
    "//",
    "http://[",
    "/feed",
    "?",
    "keep-alive",
]
VALUES = st.sampled_from([word.encode() for word in WORDS]) | st.binary(max_size=30)
LINES = st.tuples(NAMES.map(str.encode) | st.binary(max_size=12), VALUES).map(b": ".join)
STATUSES = st.sampled_from([100, 101, 103, 200, 204, 206, 301, 302, 304, 308, 404, 503, 0, 99999])
BODIES = st.binary(max_size=60) | st.sampled_from(
    [
        gzip.compress(b"<rss/>"),
        brotli.compress(b"<rss/>"),
        zstandard.compress(b"<rss/>"),
        zlib.compress(b"<rss/>"),
    ]
)
ANSWERS = st.builds(
    lambda status, lines, body: b"\r\n".join([b"HTTP/1.1 %d x" % status, *lines, b"", body]),
    STATUSES,
    st.lists(LINES, max_size=4),
    BODIES,
)


async def nowhere(host: str) -> list[str]:
    """Know this machine and no other, for the addresses that hypothesis makes up."""
    if host != "127.0.0.1":
        raise OSError("no such host")
    return [host]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=ANSWERS | st.binary(max_size=100))
def test_whatever_a_server_sends_is_an_answer(ask: Asker, publisher: Publisher, raw: bytes) -> None:
    publisher.answers_with("/feed", sends(raw))

    answer = ask(publisher.url("/feed"), fetcher={"resolve": nowhere}, timeout=timedelta(seconds=2))

    assert (answer.fault is None) == (answer.body is not None)
    assert answer.body is None or answer.status == 200
    assert answer.fault is None or explain.fault(answer.fault)
