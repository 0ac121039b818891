"""Content codings, decoded in bounded steps: a few bytes can expand to gigabytes, and must not.

Each decoder yields piece by piece, so that the caller can stop in between. Besides the pieces only the
coding's own window is in memory: 32 KiB for gzip, 8 MiB for zstd, at most 16 MiB for Brotli (4 MiB as most
servers set it).
"""

import sys
import zlib
from collections.abc import Callable, Iterator
from typing import Protocol

import brotli

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

STEP = 64 * 1024  # approximate bytes that one step decodes to
ZSTD_OPTIONS: dict[int, int] = {
    zstd.DecompressionParameter.window_log_max: 23
}  # 8 MiB, as RFC 9659 bounds it

ERRORS = (zlib.error, brotli.error, zstd.ZstdError)


class Decoder(Protocol):
    """Decodes one coding of one body."""

    @property
    def is_hungry(self) -> bool:
        """Whether more input is needed to yield more."""
        ...

    @property
    def is_complete(self) -> bool:
        """Whether the coded data has ended."""
        ...

    @property
    def rest(self) -> bytes:
        """The bytes after the end."""
        ...

    def step(self, data: bytes) -> bytes:
        """Decode further bytes (none unless input is needed) and return at most about `STEP` decoded ones."""
        ...


def pieces(decoder: Decoder, data: bytes) -> Iterator[bytes]:
    """Yield all decoded bytes of this input, piece by piece."""
    yield decoder.step(data)
    while not decoder.is_hungry:
        yield decoder.step(b"")


class _Inflate:
    """Deflated data in the wrapping that zlib's `wbits` names."""

    def __init__(self, wbits: int) -> None:
        self._zlib = zlib.decompressobj(wbits)
        self._tail = b""
        self.is_hungry = True

    @property
    def is_complete(self) -> bool:
        return self._zlib.eof

    @property
    def rest(self) -> bytes:
        return self._zlib.unused_data

    def step(self, data: bytes) -> bytes:
        piece = self._zlib.decompress(self._tail + data, STEP)
        self._tail = self._zlib.unconsumed_tail
        self.is_hungry = self._zlib.eof or (not self._tail and len(piece) < STEP)
        return piece


class _Zstd:
    """One zstd frame."""

    def __init__(self) -> None:
        self._zstd = zstd.ZstdDecompressor(options=ZSTD_OPTIONS)

    @property
    def is_hungry(self) -> bool:
        return self._zstd.eof or self._zstd.needs_input

    @property
    def is_complete(self) -> bool:
        return self._zstd.eof

    @property
    def rest(self) -> bytes:
        return self._zstd.unused_data

    def step(self, data: bytes) -> bytes:
        return self._zstd.decompress(data, STEP)


class _Brotli:
    """`br`; no bytes may follow its end."""

    rest = b""

    def __init__(self) -> None:
        self._brotli = brotli.Decompressor()
        self.is_hungry = True

    @property
    def is_complete(self) -> bool:
        return bool(self._brotli.is_finished())

    def step(self, data: bytes) -> bytes:
        piece = bytes(self._brotli.process(data, output_buffer_limit=STEP))
        # `can_accept_more_data` is about the input alone: it is true while output is pending.
        self.is_hungry = not piece
        return piece


class _Deflate:
    """`deflate`: zlib's wrapping, or none, from servers that took the name at its word (RFC 9110, 8.4.1.2)."""

    rest = b""

    def __init__(self) -> None:
        self._start = b""
        self._inflate: _Inflate | None = None

    @property
    def is_hungry(self) -> bool:
        return self._inflate is None or self._inflate.is_hungry

    @property
    def is_complete(self) -> bool:
        return self._inflate is not None and self._inflate.is_complete

    def step(self, data: bytes) -> bytes:
        if self._inflate is None:
            self._start += data
            if len(self._start) < 2:  # noqa: PLR2004 - the length of zlib's header
                return b""
            data, self._inflate = self._start, _Inflate(_wrapping(self._start))
        return b"" if self.is_complete else self._inflate.step(data)


def _wrapping(start: bytes) -> int:
    return zlib.MAX_WBITS if _has_zlib_header(start) else -zlib.MAX_WBITS


def _has_zlib_header(start: bytes) -> bool:
    """Tell it by its check sum (RFC 1950, 2.2)."""
    return (
        start[:1] != b"" and start[0] & 0x0F == zlib.DEFLATED and int.from_bytes(start[:2], "big") % 31 == 0
    )


def deflated(start: bytes) -> str:
    """Return the coding of data whose beginning says that it is deflated, `gzip` or `deflate`; "" if it does not."""
    if start.startswith(b"\x1f\x8b\x08"):
        return "gzip"
    return "deflate" if _has_zlib_header(start) else ""


class _Members:
    """gzip members or zstd frames, one after the other (RFC 1952, 2.2; RFC 8878, 3.1).

    Bytes after the last one that do not begin another are ignored, as gzip does: some servers pad.
    """

    rest = b""

    def __init__(self, make: Callable[[], Decoder], magic: bytes) -> None:
        self._make, self._magic = make, magic
        self._member = make()
        self._next = b""  # the bytes after a member's end, until they are recognised

    @property
    def is_hungry(self) -> bool:
        return self._member.is_hungry and not self._next.startswith(self._magic)

    @property
    def is_complete(self) -> bool:
        return self._member.is_complete

    def step(self, data: bytes) -> bytes:
        if self._member.is_complete:
            data = self._next + data
            if not data.startswith(self._magic):
                self._next = data[: len(self._magic)]
                return b""
            self._member = self._make()
        piece = self._member.step(data)
        self._next = self._member.rest
        return piece


DECODERS: dict[str, Callable[[], Decoder]] = {
    "gzip": lambda: _Members(lambda: _Inflate(16 + zlib.MAX_WBITS), b"\x1f\x8b"),
    "deflate": _Deflate,
    "br": _Brotli,
    "zstd": lambda: _Members(_Zstd, b"\x28\xb5\x2f\xfd"),
}
