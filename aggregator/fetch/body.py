"""A body, decoded while it is received and never larger than its limit at any moment."""

import io
import re
from collections.abc import Iterator

from aggregator.fetch import decoders
from aggregator.fetch.faults import Failure
from aggregator.model import FaultCode

MOST_CODINGS = 2  # stacked: a server's, and that of a careless proxy
SYNONYMS = {"x-gzip": "gzip"}  # RFC 9110, section 8.4.1.3
_START = 32  # bytes by which a body is recognised
# No coding begins with these: then the document is not coded, whatever its header says.
_DOCUMENT = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<(?:\?xml|rss|feed|rdf|html|!doctype|!--)|\{\s*\"\w+\"\s*:)", re.IGNORECASE
)
_BEFORE_A_DOCUMENT = b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"  # byte order marks, UTF-16's zeros, white space


class Body:
    """Receives a body from the network.

    `limit` is in bytes; it applies to the received bytes, to the decoded ones, and to each step between. The
    peak of memory is the limit plus an eighth, plus the windows of the codings.
    """

    def __init__(self, content_encoding: str, limit: int) -> None:
        self._limit = limit
        self._coding = content_encoding
        # One without a name, too: a body may be coded though no header says so.
        self._stages = [_Stage(name, limit) for name in reversed(_codings(content_encoding) or [""])]
        self._decoded = io.BytesIO()  # grows in place, and returns its bytes without a copy
        self.received = 0

    def add(self, data: bytes) -> Iterator[int]:
        """Add the next bytes; yield the size of the decoded body after each step."""
        self.received += len(data)
        if self.received > self._limit:
            raise too_large(self._limit)
        yield from self._sizes(self._pour(data, 0))

    def decoded_size(self) -> int | None:
        """Return the size of the decoded body; None if the coded data has not ended."""
        coded = [stage for stage in self._stages if stage.is_coded]
        is_complete = coded and all(stage.is_complete for stage in coded)
        return self._decoded.tell() if is_complete else None

    def whole(self) -> bytes:
        """Return all of it, decoded; a failure if the coded data stops before its end."""
        for _ in self._sizes(self._flush()):
            pass
        # An empty body is an empty document, also if a server says that it is compressed.
        if self.received and not all(stage.is_complete for stage in self._stages):
            raise Failure(FaultCode.CODED_DATA_BROKE_OFF, coding=self._coding)
        return self._decoded.getvalue()

    def _sizes(self, steps: Iterator[None]) -> Iterator[int]:
        try:
            for _ in steps:
                yield self._decoded.tell()
        except decoders.ERRORS as error:
            raise Failure(FaultCode.CODED_WRONGLY, coding=self._coding, reason=str(error)) from error

    def _pour(self, data: bytes, level: int) -> Iterator[None]:
        """Pass data through the stages from this one on."""
        if level == len(self._stages):
            self._decoded.write(data)
            yield
            return
        for piece in self._stages[level].pieces(data):
            yield from self._pour(piece, level + 1)

    def _flush(self) -> Iterator[None]:
        """Pass on what each stage has kept back until more of it would come."""
        for level, stage in enumerate(self._stages, start=1):
            for piece in stage.rest():
                yield from self._pour(piece, level)


class _Stage:
    """One coding being decoded, with its remaining limit. How its data begins decides which one it is."""

    def __init__(self, name: str, limit: int) -> None:
        self._name = name
        self._start = b""
        self._decoder: decoders.Decoder | None = None  # known once its data has begun
        self._limit = self._room = limit

    @property
    def is_coded(self) -> bool:
        return self._decoder is not None and not isinstance(self._decoder, _AsItIs)

    @property
    def is_complete(self) -> bool:
        return self._decoder is None or self._decoder.is_complete

    def pieces(self, data: bytes) -> Iterator[bytes]:
        if self._decoder:
            yield from self._decode(self._decoder, data)
            return
        self._start += data
        if len(self._start) >= _START:
            yield from self._begin()

    def rest(self) -> Iterator[bytes]:
        """Yield what has been kept back, once no more comes."""
        if self._start:
            yield from self._begin()

    def _begin(self) -> Iterator[bytes]:
        start, self._start = self._start, b""
        self._decoder = _decoder(self._name, start)
        yield from self._decode(self._decoder, start)

    def _decode(self, decoder: decoders.Decoder, data: bytes) -> Iterator[bytes]:
        for piece in decoders.pieces(decoder, data):
            self._room -= len(piece)
            if self._room < 0:
                raise too_large(self._limit)
            yield piece


def _decoder(name: str, start: bytes) -> decoders.Decoder:
    """Choose what undoes a coding: servers name some that they did not apply, or applied once, or take one for another."""
    if _DOCUMENT.match(start):
        return _AsItIs()
    deflated = decoders.deflated(start)
    if deflated == "gzip" or name == "gzip":
        name = deflated or name
    if not name:
        return _AsItIs()
    known = decoders.DECODERS.get(name)
    return known() if known else _Unapplied(name)


class _AsItIs(decoders.Decoder):
    """What is not coded."""

    is_hungry = True
    is_complete = True
    rest = b""

    def step(self, data: bytes) -> bytes:
        return data


class _Unapplied(_AsItIs):
    """An unknown coding that was not applied: the body is a plain document.

    Object stores repeat the header of an upload (`aws-chunked`), others write the character set here.
    Browsers accept these; a body that does not begin like a document was really coded.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._has_begun = False

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
    # Unknown ones are represented by one: the body itself shows whether any was applied.
    unknown = [name for name in applied if name not in decoders.DECODERS]
    applied = unknown[:1] + [name for name in applied if name in decoders.DECODERS]
    if len(applied) - len(unknown[:1]) > MOST_CODINGS:
        raise Failure(FaultCode.CODED_TOO_OFTEN, times=len(applied), coding=content_encoding[:50])
    return applied


def too_large(limit: int) -> Failure:
    """Return the failure of a body that is over the limit."""
    return Failure(FaultCode.TOO_LARGE, most=limit)
