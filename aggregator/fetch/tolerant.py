"""Repairs responses that violate HTTP/1.1 but that every browser accepts, before h11 reads them.

h11 is as strict as a server has to be. A client that strict cannot read feeds that work everywhere else, so
the head of a response is repaired while it is received, as Chromium reads it
(`net/http/http_stream_parser.cc`, `http_response_headers.cc`), and so are its chunks.
"""

import re
from collections.abc import Iterable
from typing import Any

import httpcore
from typing_extensions import override

from aggregator.fetch.chunks import Chunks

MOST = 65_536  # bytes before a body: of heads, and of what may stand before them

_LONGEST_END = 4  # bytes
_END = re.compile(rb"\r?\n\r?\n")
_TOKEN = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # a field's name (RFC 9110, section 5.6.2)
_LENGTH, _CODINGS = b"content-length", b"transfer-encoding"
_NUMBER = re.compile(rb"\d{1,19}")
_APPLIED = (b"gzip", b"x-gzip", b"deflate", b"compress")  # which h11 reports as unknown
_CONTROL = re.compile(rb"[\x00\x0b\x0c\r]")  # what h11 rejects in a value
# A version and a status code, each of which may be missing: the defaults are HTTP/1.0 and 200.
_STATUS = re.compile(rb"(?:HTTP(?:/(\d+\.\d+))?|ICY)[^ ]*(?: +(\d*)(.*))?", re.IGNORECASE | re.DOTALL)
_BEGINNINGS = (b"http", b"icy ")
_BEFORE = b"\r\n \t\x00\xef\xbb\xbf"  # what a script may print before its status line: a byte order mark, blank lines


class TolerantStream(httpcore.AsyncNetworkStream):
    """A connection whose responses are repaired; everything else passes unchanged."""

    def __init__(self, stream: httpcore.AsyncNetworkStream) -> None:
        self._stream = stream
        self._head = b""  # the received part of a response's head
        self._taken = 0  # bytes received before a body
        self._ready = b""  # what may be read
        self._is_in_body = False
        self._chunks: Chunks | None = None  # of the body, if it is chunked

    @override
    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        while not self._ready:
            data = await self._stream.read(max_bytes, timeout=timeout)
            if self._is_in_body and self._chunks is None:
                return data
            if not data:
                self._ready, self._head = self._chunks.end() if self._chunks else self._head, b""
                self._chunks = None
                break
            self._take(data)
        part, self._ready = self._ready[:max_bytes], self._ready[max_bytes:]
        return part

    @override
    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        await self._stream.write(buffer, timeout=timeout)

    @override
    async def aclose(self) -> None:
        await self._stream.aclose()

    @override
    async def start_tls(self, *args: Any, **kwargs: Any) -> httpcore.AsyncNetworkStream:
        return TolerantStream(await self._stream.start_tls(*args, **kwargs))

    @override
    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)

    def _take(self, data: bytes) -> None:
        """Collect a head until it is complete; anything else (a SOCKS proxy's reply) passes through."""
        if self._chunks:
            self._ready += self._chunks.feed(data)
            return
        self._head = (self._head + data).lstrip(_BEFORE) or data[:0]
        begin = self._head[:4].lower()
        if begin and not any(word.startswith(begin) for word in _BEGINNINGS):
            self._ready, self._head = self._head, b""
            return
        new = max(len(self._head) - len(data) - _LONGEST_END, 0)  # the earlier part has no end in it
        while end := _END.search(self._head, new):
            head, rest = repaired(self._head[: end.end()]), self._head[end.end() :]
            self._ready += head
            self._head = b""
            if not _is_informational(head):
                self._is_in_body = True
                self._chunks = _chunks(head)
                self._ready += self._chunks.feed(rest) if self._chunks else rest
                return
            self._head, new = rest, 0
        self._taken += len(data)
        if self._taken > MOST:
            raise httpcore.RemoteProtocolError(f"no end of its headers within {MOST} bytes")


def repaired(head: bytes) -> bytes:
    """Return the head of a response without invalid and repeated lines."""
    first, *lines = re.split(rb"\r?\n", head.rstrip(b"\r\n"))
    fields = _fields(lines)
    framing = _framing(fields)
    kept = [_status_line(first)]
    for name, value in fields:
        if name.lower() not in (_LENGTH, _CODINGS):
            kept.append(name + b": " + value)
        elif said := framing.pop(name.lower(), b""):  # at the first of its lines, for all of them
            kept.append(name + b": " + said)
    return b"\r\n".join(kept) + b"\r\n\r\n"


def _framing(fields: Iterable[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """Return the framing of the body in a head: a length only if it is one number and there are no chunks.

    Different lengths stay, for h11 to reject: any of them may be right.
    """
    said = {
        name: list(
            dict.fromkeys(part.strip().lower() for part in b",".join(_values(fields, name)).split(b","))
        )
        for name in (_LENGTH, _CODINGS)
    }
    codings = [coding for coding in said[_CODINGS] if coding == b"chunked" or coding in _APPLIED]
    lengths = [] if codings else [length for length in said[_LENGTH] if _NUMBER.fullmatch(length)]
    return {_LENGTH: b", ".join(lengths), _CODINGS: b", ".join(codings)}


def _values(fields: Iterable[tuple[bytes, bytes]], wanted: bytes) -> list[bytes]:
    return [value for name, value in fields if name.lower() == wanted]


def _fields(lines: Iterable[bytes]) -> list[tuple[bytes, bytes]]:
    """Return the names and values of header lines; lines without a colon or with an invalid name are skipped."""
    fields: list[tuple[bytes, bytes]] = []
    for line in lines:
        name, colon, value = line.partition(b":")
        name, value = name.rstrip(b" \t"), _CONTROL.sub(b" ", value).strip()
        if line[:1] in (b" ", b"\t"):  # a folded line continues the one before it (RFC 9112, section 5.2)
            fields[-1:] = [
                (before, said + b" " + _CONTROL.sub(b" ", line).strip()) for before, said in fields[-1:]
            ]
        elif colon and _TOKEN.fullmatch(name):
            fields.append((name, value))
    return fields


def _status_line(line: bytes) -> bytes:
    """Return a status line with a version that h11 knows: 1.1 for that and newer ones, as chunks need it."""
    found = _STATUS.fullmatch(_CONTROL.sub(b" ", line).rstrip())
    if not found:
        return line
    version, status, reason = found.groups()
    number = b"1.1" if version and version >= b"1.1" else b"1.0"
    return b"HTTP/%b %b %b" % (number, status or b"200", (reason or b"").strip())


def _chunks(head: bytes) -> Chunks | None:
    """Return the reader of chunks, if the repaired head says that the body is chunked."""
    if b"\r\ntransfer-encoding: chunked\r\n" not in head.lower():
        return None
    return Chunks(may_be_whole=head.startswith(b"HTTP/1.0"))


def _is_informational(head: bytes) -> bool:
    return head.startswith((b"HTTP/1.1 1", b"HTTP/1.0 1"))
