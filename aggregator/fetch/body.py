"""A body, decoded while it comes and never larger than its limit, not for a moment."""

import io
import re
from collections.abc import Iterator

from aggregator.fetch import decoders
from aggregator.fetch.faults import Failure
from aggregator.model import FaultCode

MOST_CODINGS = 2  # on top of each other: a server's, and that of a proxy that did not look
SYNONYMS = {"x-gzip": "gzip"}  # RFC 9110, section 8.4.1.3
_START = 32  # bytes that tell what a body is
# What no coding begins with: then a document is as it is, whatever its header says of it.
_DOCUMENT = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<(?:\?xml|rss|feed|rdf|html|!doctype|!--)|\{\s*\"\w+\"\s*:)", re.IGNORECASE
)
_GZIP = b"\x1f\x8b\x08"
_BEFORE_A_DOCUMENT = b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"  # byte order marks, UTF-16's zeros, white space


class Body:
    """Takes a body as it comes over the wire.

    `limit` is in bytes; it holds for what came, for what that decodes to, and for each step between. The peak
    in memory is the limit and an eighth, and the windows of the codings.
    """

    def __init__(self, content_encoding: str, limit: int) -> None:
        self._limit = limit
        self._coding = content_encoding
        self._names = _codings(content_encoding)
        self._stages: list[_Stage] = []  # known once the body has begun
        self._start = b""
        self._has_begun = False
        self._decoded = io.BytesIO()  # grows in place, and gives its bytes away without a copy
        self.received = 0

    def add(self, data: bytes) -> Iterator[int]:
        """Take the next bytes; yield how large the decoded body is by then, step by step."""
        self.received += len(data)
        if self.received > self._limit:
            raise too_large(self._limit)
        if not self._has_begun:
            self._start += data
            if len(self._start) < _START:
                return
            data = self._begin()
        yield from self._decode(data)

    def _begin(self) -> bytes:
        """Choose the stages by how the body begins, and return that."""
        if _DOCUMENT.match(self._start):
            self._names = []
        elif not self._names and self._start.startswith(_GZIP):
            self._names = ["gzip"]
        self._stages = [_Stage(name, self._limit) for name in reversed(self._names)]
        start, self._start, self._has_begun = self._start, b"", True
        return start

    def _decode(self, data: bytes) -> Iterator[int]:
        try:
            for _ in self._pour(data, 0):
                yield self._decoded.tell()
        except decoders.ERRORS as error:
            raise Failure(FaultCode.CODED_WRONGLY, coding=self._coding, reason=str(error)) from error

    def _pour(self, data: bytes, level: int) -> Iterator[None]:
        """Let data run through the stages from this one on."""
        if level == len(self._stages):
            self._decoded.write(data)
            yield
            return
        for piece in self._stages[level].pieces(data):
            yield from self._pour(piece, level + 1)

    def decoded_size(self) -> int | None:
        """Return how large the decoded body is; None if the coded data has not come to its end."""
        is_complete = self._stages and all(stage.is_complete for stage in self._stages)
        return self._decoded.tell() if is_complete else None

    def whole(self) -> bytes:
        """Return all of it, decoded; a failure if the coded data stops before its end."""
        if self._start:
            for _ in self._decode(self._begin()):
                pass
        # An empty body is an empty document, also if a server says that it is compressed.
        if self.received and not all(stage.is_complete for stage in self._stages):
            raise Failure(FaultCode.CODED_DATA_BROKE_OFF, coding=self._coding)
        return self._decoded.getvalue()


class _Stage:
    """One coding being undone, with what it may still yield."""

    def __init__(self, name: str, limit: int) -> None:
        known = decoders.DECODERS.get(name)
        self._decoder = known() if known else _Unapplied(name)
        self._limit = self._room = limit

    @property
    def is_complete(self) -> bool:
        return self._decoder.is_complete

    def pieces(self, data: bytes) -> Iterator[bytes]:
        for piece in decoders.pieces(self._decoder, data):
            self._room -= len(piece)
            if self._room < 0:
                raise too_large(self._limit)
            yield piece


class _Unapplied(decoders.Decoder):
    """A coding that nobody knows, and that was not applied: the body is a document as it is.

    Object stores repeat what an upload said (`aws-chunked`), others write the character set here. Browsers read
    these on; what does not begin as a document does was really coded.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._has_begun = False

    @property
    def is_hungry(self) -> bool:
        return True

    @property
    def is_complete(self) -> bool:
        return True

    @property
    def rest(self) -> bytes:
        return b""

    def step(self, data: bytes) -> bytes:
        begin = data.lstrip(_BEFORE_A_DOCUMENT)
        if not self._has_begun and begin and not begin.startswith((b"<", b"{", b"[")):
            raise Failure(FaultCode.CODING_UNKNOWN, coding=self._name[:50])
        self._has_begun = self._has_begun or bool(begin)
        return data


def _codings(content_encoding: str) -> list[str]:
    """Return the codings in the order in which they were applied; a failure if there are too many."""
    named = [name.partition(";")[0].strip(' "\t').lower() for name in content_encoding.split(",")]
    applied = [SYNONYMS.get(name, name) for name in named if name not in ("", "identity")]
    # Of those that nobody knows, one stands for all: the body itself tells whether any was applied.
    unknown = [name for name in applied if name not in decoders.DECODERS]
    applied = unknown[:1] + [name for name in applied if name in decoders.DECODERS]
    if len(applied) - len(unknown[:1]) > MOST_CODINGS:
        raise Failure(FaultCode.CODED_TOO_OFTEN, times=len(applied), coding=content_encoding[:50])
    return applied


def too_large(limit: int) -> Failure:
    """Say that a body is over the limit."""
    return Failure(FaultCode.TOO_LARGE, most=limit)
