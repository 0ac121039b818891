"""Answers that browsers read though HTTP does not allow them, over real connections."""

import gzip

import pytest

from aggregator import explain
from aggregator.fetch.tolerant import repaired
from aggregator.model import FaultKind
from tests.fetch.conftest import Asker
from tests.support.publisher import Publisher, endless, sends

DOCUMENT = b'<rss version="2.0"><channel><title>Ponds</title></channel></rss>'
CHUNKED = b"%x\r\n%s\r\n0\r\n\r\n" % (len(DOCUMENT), DOCUMENT)
LENGTH = b"Content-Length: %d\r\n" % len(DOCUMENT)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX: y\r\nTransfer-Encoding: chunked\r\n\r\n"
        + CHUNKED,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, chunked\r\n\r\n" + CHUNKED,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: identity, chunked\r\n\r\n" + CHUNKED,
        b"\r\nHTTP/1.1 200 OK\r\n" + LENGTH + b"\r\n" + DOCUMENT,
        b"HTTP/1.1 200 OK\r\nX-Bare: a\rb\r\n" + LENGTH + b"\r\n" + DOCUMENT,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n" + LENGTH + b"\r\n" + DOCUMENT,
        b"HTTP/1.1 200 OK\r\ncache/plugin.php: notice of a script\r\n" + LENGTH + b"\r\n" + DOCUMENT,
        b"HTTP/1.1 200 OK\r\nno colon at all\r\n" + LENGTH + b"\r\n" + DOCUMENT,
        b"HTTP/1.1 200 OK\r\nX-Name : with a space\r\n" + LENGTH + b"\r\n" + DOCUMENT,
        b"HTTP/1.1 200 OK\r\nX-Zero: a\x00b\r\n" + LENGTH + b"\r\n" + DOCUMENT,
        b"HTTP/1.1 200 OK\r\nX-Long: a\r\n b\r\n" + LENGTH + b"\r\n" + DOCUMENT,
        b"HTTP/1.1 200 OK\n" + LENGTH.replace(b"\r", b"") + b"\n" + DOCUMENT,
        b"ICY 200 OK\r\n" + LENGTH + b"\r\n" + DOCUMENT,
        b"http/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKED,
        b"HTTP/1.1 200OK\r\n" + LENGTH + b"\r\n" + DOCUMENT,
        b"HTTP/1.1  200\r\n" + LENGTH + b"\r\n" + DOCUMENT,
        b"HTTP/1.1 OK\r\n" + LENGTH + b"\r\n" + DOCUMENT,
        b"HTTP/2 200\r\n" + LENGTH + b"\r\n" + DOCUMENT,
        b"\xef\xbb\xbf\n\nHTTP/1.1 200 OK\r\n" + LENGTH + b"\r\n" + DOCUMENT,
        b"HTTP/1.1 200 OK\r\nContent-Length: unknown\r\n\r\n" + DOCUMENT,
        b"HTTP/1.1 200 OK\r\nContent-Length: \r\n\r\n" + DOCUMENT,
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n" + DOCUMENT,
        b"HTTP/1.1 200 OK\r\nContent-Length:\r\n" + LENGTH + b"\r\n" + DOCUMENT,
        b"HTTP/1.1 200 OK\r\n" + LENGTH + LENGTH.lower() + b"\r\n" + DOCUMENT,
        b"HTTP/1.1 200 OK\r\nContent-Length: %d,%d\r\n\r\n" % (len(DOCUMENT), len(DOCUMENT)) + DOCUMENT,
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 9\r\nTransfer-Encoding: Chunked\r\n\r\n"
        + CHUNKED,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: none\r\n" + LENGTH + b"\r\n" + DOCUMENT,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKED.replace(b"\r", b""),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        + CHUNKED.replace(b"\r\n", b"  ;x=\x00\r\n", 1),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        + CHUNKED[:-2]
        + b"a trailer\r\nX : y\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKED[:-2],
        b"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKED,
        b"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + DOCUMENT,
        b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\n" + LENGTH + b"\r\n" + DOCUMENT,
    ],
)
def test_what_every_browser_reads_is_read(ask: Asker, publisher: Publisher, answer: bytes) -> None:
    publisher.answers_with("/feed", sends(answer))

    assert ask(publisher.url("/feed")).body == DOCUMENT


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n" + CHUNKED,
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 9\r\n\r\n" + DOCUMENT,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + DOCUMENT,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKED[:-5],
        b"SSH-2.0-OpenSSH\r\n\r\n",
    ],
)
def test_what_nobody_can_read_is_a_fault(ask: Asker, publisher: Publisher, answer: bytes) -> None:
    publisher.answers_with("/feed", sends(answer))

    assert ask.fault(publisher.url("/feed")).kind is FaultKind.INTERRUPTED


@pytest.mark.parametrize(
    "piece", [b"HTTP/1.1 103 Early Hints\r\n\r\n", b"\r\n", b"HTTP/1.1 200 OK\r\nX: y", b"\x00"]
)
def test_headers_without_an_end_are_not_waited_for(ask: Asker, publisher: Publisher, piece: bytes) -> None:
    publisher.answers_with("/feed", endless(b"", piece * 1000))

    fault = ask.fault(publisher.url("/feed"))

    assert "no end of its headers within 65536 bytes" in explain.fault(fault)


def test_a_good_head_stays_as_it_is() -> None:
    head = b'HTTP/1.1 200 OK\r\nETag: "1"\r\nSet-Cookie: a\r\nSet-Cookie: b\r\n\r\n'

    assert repaired(head) == head


@pytest.mark.parametrize("status", [200, 201, 202, 203])
def test_any_success_with_a_document_is_read(ask: Asker, publisher: Publisher, status: int) -> None:
    publisher.answers("/feed", status, body=DOCUMENT)

    answer = ask(publisher.url("/feed"))

    assert (answer.fault, answer.body) == (None, DOCUMENT)


@pytest.mark.parametrize(
    ("content_range", "is_whole"),
    [
        (f"bytes 0-{len(DOCUMENT) - 1}/{len(DOCUMENT)}", True),
        (f"bytes=0-{len(DOCUMENT) - 1}/{len(DOCUMENT)}", True),
        (f"bytes  0-{len(DOCUMENT) - 1}/{len(DOCUMENT)}", True),
        (f"bytes 0-{len(DOCUMENT) - 1}/{len(DOCUMENT) + 1}", False),
        (f"bytes 0-{len(DOCUMENT) - 1}/*", False),
        ("bytes 5-9/10", False),
        ("", False),
    ],
)
def test_a_part_that_is_the_whole_is_read(
    ask: Asker, publisher: Publisher, content_range: str, *, is_whole: bool
) -> None:
    publisher.answers("/feed", 206, headers={"Content-Range": content_range}, body=DOCUMENT)

    assert (ask(publisher.url("/feed")).fault is None) == is_whole


def test_a_circle_that_sets_cookies_is_told_as_a_wall_of_cookies(ask: Asker, publisher: Publisher) -> None:
    for path, to in (("/a", "/b"), ("/b", "/a")):
        publisher.answers(path, 302, headers={"Location": to, "Set-Cookie": "session=1"})

    fault = ask.fault(publisher.url("/a"))

    assert fault.kind is FaultKind.REDIRECT
    assert "it may insist on a cookie" in explain.fault(fault)


def test_blank_validators_are_none(ask: Asker, publisher: Publisher) -> None:
    publisher.answers("/feed", 200, headers={"ETag": "", "Last-Modified": " "}, body=DOCUMENT)

    assert not ask(publisher.url("/feed")).validators


@pytest.mark.parametrize(("announced", "is_read"), [(len(DOCUMENT), True), (len(DOCUMENT) + 1, False)])
def test_the_length_of_what_was_then_compressed_is_taken_for_that(
    ask: Asker, publisher: Publisher, announced: int, *, is_read: bool
) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % (announced + 1000)
    publisher.answers_with("/feed", sends(head + gzip.compress(DOCUMENT + b" " * 1000)))

    assert (ask(publisher.url("/feed")).fault is None) == is_read


def test_backslashes_in_a_redirect_are_slashes(ask: Asker, publisher: Publisher) -> None:
    publisher.redirects("/a", publisher.url("/feed").replace("/", "\\"))
    publisher.answers("/feed", 200, body=DOCUMENT)

    assert ask(publisher.url("/a")).body == DOCUMENT
