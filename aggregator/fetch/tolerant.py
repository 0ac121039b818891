"""Answers that every browser reads although HTTP/1.1 does not allow them, put right before h11 reads them.

h11 is as strict as a server has to be. A client that is as strict cannot read feeds that work everywhere else, so the
head of an answer is repaired while it comes; its body, and how that is framed, are h11's.
"""

import re
from typing import Any

import httpcore
from typing_extensions import override

MOST = 65_536  # bytes of a head; more are passed on as they are, and h11 refuses them

_END = re.compile(rb"\r?\n\r?\n")
_TOKEN = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # a field's name (RFC 9110, section 5.6.2)
_CONTROL = re.compile(rb"[\x00\x0b\x0c\r]")  # what h11 refuses in a value
_STATUS = re.compile(rb"(?:HTTP/\d(?:\.\d)?|ICY) +(\d{3})(?: [^\r\n]*)?", re.IGNORECASE)
_BEGINNINGS = (b"HTTP/", b"ICY ")


class TolerantStream(httpcore.AsyncNetworkStream):
    """A connection whose answers are repaired; all else goes through as it is."""

    def __init__(self, stream: httpcore.AsyncNetworkStream) -> None:
        self._stream = stream
        self._head = b""  # what has come of an answer's head
        self._ready = b""  # what may be read
        self._is_in_body = False

    @override
    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        while not self._ready:
            data = await self._stream.read(max_bytes, timeout=timeout)
            if self._is_in_body:
                return data
            if not data:
                self._ready, self._head = self._head, b""
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
        """Collect a head until it is whole; whatever is none (a SOCKS proxy's words) goes through."""
        self._head += data
        if self._head[:1] in (b"\r", b"\n"):  # empty lines before the status line
            self._head = self._head.lstrip(b"\r\n")
        if not any(self._head.startswith(word[: len(self._head)]) for word in _BEGINNINGS):
            self._ready, self._head = self._head, b""
            return
        while end := _END.search(self._head):
            head, rest = self._head[: end.end()], self._head[end.end() :]
            self._ready += repaired(head)
            self._head = b""
            if not _is_informational(head):
                self._is_in_body = True
                self._ready += rest
                return
            self._head = rest
        if len(self._head) > MOST:
            self._is_in_body = True
            self._ready, self._head = self._ready + self._head, b""


def repaired(head: bytes) -> bytes:
    """Return the head of an answer without what says nothing or nothing new."""
    first, *lines = re.split(rb"\r?\n", head.rstrip(b"\r\n"))
    kept = [_status_line(first)]
    codings = {b"", b"identity"}
    for line in lines:
        if line[:1] in b" \t":  # a folded line goes on with the one before it (RFC 9112, section 5.2)
            kept[-1:] = [kept[-1] + b" " + line.strip()] if len(kept) > 1 else kept[-1:]
            continue
        name, colon, value = line.partition(b":")
        name, value = name.strip(), _CONTROL.sub(b" ", value).strip()
        if not colon or not _TOKEN.fullmatch(name):
            continue
        if name.lower() == b"transfer-encoding":
            new = [coding for coding in map(bytes.strip, value.lower().split(b",")) if coding not in codings]
            value = b", ".join(dict.fromkeys(new))
            codings.update(new)
            if not value:
                continue
        kept.append(name + b": " + value)
    return b"\r\n".join(kept) + b"\r\n\r\n"


def _status_line(line: bytes) -> bytes:
    """Return a status line with a version that h11 knows."""
    found = _STATUS.fullmatch(_CONTROL.sub(b" ", line).rstrip())
    if not found or line.startswith((b"HTTP/1.1 ", b"HTTP/1.0 ")):
        return line
    return b"HTTP/1.0 " + found[1] + b" "


def _is_informational(head: bytes) -> bool:
    found = _STATUS.match(head)
    return found is not None and found[1].startswith(b"1")
