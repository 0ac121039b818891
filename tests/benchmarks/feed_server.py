"""A publisher of many feeds in a process of its own: each feed at an address of its own on loopback.

    python -m tests.benchmarks.feed_server COUNT [ENTRIES]      prints "PORT SENTENCE", then reads a round's number a line

Answers from memory, with an ETag a round and honest 304s.
"""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from tests.benchmarks.sample_feeds import SampleFeed, sample_feeds


@dataclass(frozen=True, slots=True)
class FeedServer:
    """The running server, as the benchmark sees it."""

    process: subprocess.Popen[str]
    port: int
    sentence: str
    count: int

    def url(self, number: int) -> str:
        return f"http://{address_of(number)}:{self.port}/feed"

    def set_round(self, number: int) -> None:
        assert self.process.stdin and self.process.stdout  # noqa: PT018 - for the type checker
        self.process.stdin.write(f"{number}\n")
        self.process.stdin.flush()
        self.process.stdout.readline()


def address_of(number: int) -> str:
    """Return the loopback address of a feed, so that each has a host of its own."""
    return f"127.1.{number // 250}.{number % 250 + 1}"


@contextmanager
def feed_server(count: int, entries: int = 0) -> Iterator[FeedServer]:
    """Start the server; it ends with the block. `entries` as for `sample_feeds`."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.feed_server", str(count), str(entries)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    try:
        port, _, sentence = process.stdout.readline().strip().partition(" ")
        yield FeedServer(process, int(port), sentence, count)
    finally:
        process.kill()
        process.wait()


class _Site:
    def __init__(self, feeds: list[SampleFeed]) -> None:
        self.round = 0
        self._feeds = feeds

    def answer(self, head: bytes, number: int) -> bytes:
        etag = b'"%d"' % self.round
        if b"\r\nif-none-match: " + etag + b"\r\n" in head.lower():
            return b"HTTP/1.1 304 Not Modified\r\nETag: %s\r\nConnection: close\r\n\r\n" % etag
        body = self._feeds[number].rounds[self.round]
        fields = b"Content-Type: application/xml\r\nETag: %s\r\nConnection: close\r\n" % etag
        return b"HTTP/1.1 200 OK\r\n%sContent-Length: %d\r\n\r\n%s" % (fields, len(body), body)


class _Connection(asyncio.Protocol):
    def __init__(self, site: _Site, number: int) -> None:
        self._site = site
        self._number = number
        self._head = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._head += data
        if b"\r\n\r\n" in self._head:
            self._transport.write(self._site.answer(self._head, self._number))
            self._transport.close()


async def _serve(count: int, entries: int) -> None:
    feeds, sentence = sample_feeds(count, entries)
    site = _Site(feeds)
    loop = asyncio.get_running_loop()
    port = 0
    for number in range(count):
        server = await loop.create_server(
            partial(_Connection, site, number), address_of(number), port, backlog=16
        )
        port = port or server.sockets[0].getsockname()[1]
    _say(f"{port} {sentence}")
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        site.round = int(line)
        _say("ok")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), int(sys.argv[2])))
