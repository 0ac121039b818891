"""A chunked body (RFC 9112, section 7.1), read as leniently as browsers do and rewritten as h11 expects it.

Browsers accept a bare LF as the end of a line, spaces after a size and any line as a trailer; h11 does not.
"""

import re
from enum import Enum, auto

MOST_LINE = 16_384  # bytes; longer ones are passed on unchanged, and h11 rejects them
END = b"0\r\n\r\n"

_SIZE = re.compile(rb"([0-9A-Fa-f]{1,15}) *(?:;.*)?", re.DOTALL)


class _Part(Enum):
    SIZE = auto()
    DATA = auto()
    AFTER_DATA = auto()
    DONE = auto()  # trailers may follow; they are ignored
    WHOLE = auto()  # no chunks: the body is sent as a whole
    BROKEN = auto()


class Chunks:
    """One body; anything that is not a chunk is passed on unchanged, for h11 to report.

    If it `may_be_whole` (HTTP/1.0 has no chunks, but some servers announce them) and does not begin with a chunk, it
    ends with the connection.
    """

    def __init__(self, *, may_be_whole: bool = False) -> None:
        self._may_be_whole = may_be_whole
        self._part = _Part.SIZE
        self._line = b""
        self._left = 0  # bytes of the chunk under way

    def feed(self, data: bytes) -> bytes:
        """Add the next bytes of the body; return those for h11, which may be none."""
        out: list[bytes] = []
        at = 0
        while at < len(data) and self._part is not _Part.DONE:
            if self._part in (_Part.WHOLE, _Part.BROKEN):
                out.append(_chunk(data[at:]) if self._part is _Part.WHOLE else data[at:])
                break
            at = self._data(data, at, out) if self._part is _Part.DATA else self._end_of_line(data, at, out)
        return b"".join(out)

    def end(self) -> bytes:
        """Return the bytes for h11 at the end of the connection."""
        if self._part is _Part.SIZE and self._may_be_whole:
            return _chunk(self._line) + END
        return END if self._part is _Part.WHOLE else self._line

    def _data(self, data: bytes, at: int, out: list[bytes]) -> int:
        piece = data[at : at + self._left]
        out.append(_chunk(piece))
        self._left -= len(piece)
        if not self._left:
            self._part = _Part.AFTER_DATA
        return at + len(piece)

    def _end_of_line(self, data: bytes, at: int, out: list[bytes]) -> int:
        end = data.find(b"\n", at)
        self._line += data[at:] if end < 0 else data[at : end + 1]
        if end >= 0:
            line, self._line = self._line, b""
            self._take(line, out)
        elif len(self._line) > MOST_LINE:
            self._break(self._line, out)
        return len(data) if end < 0 else end + 1

    def _take(self, line: bytes, out: list[bytes]) -> None:
        words = line.removesuffix(b"\n").removesuffix(b"\r")
        size = _SIZE.fullmatch(words)
        if self._part is _Part.AFTER_DATA and not words:
            self._part = _Part.SIZE
        elif self._part is _Part.SIZE and size:
            self._may_be_whole = False
            self._left = int(size[1], 16)
            self._part = _Part.DATA if self._left else _Part.DONE
            out.extend([] if self._left else [END])
        else:
            self._break(line, out)

    def _break(self, line: bytes, out: list[bytes]) -> None:
        self._part = _Part.WHOLE if self._may_be_whole else _Part.BROKEN
        out.append(_chunk(line) if self._may_be_whole else line)


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data) if data else b""
