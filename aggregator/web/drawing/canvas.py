"""A small canvas: round strokes with smooth edges, written as a PNG. Plain Python, since a site draws a handful of pictures."""

import struct
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, hypot

Point = tuple[float, float]
Colour = tuple[int, int, int]

LEVELS = 85  # shades between two colours; three pairs of them share a palette of 255


@dataclass(frozen=True, slots=True)
class Ink:
    """A colour and its background; edges are mixed from both."""

    ground: Colour
    colour: Colour


class Canvas:
    """A picture of up to three inks; the first ink's ground covers it at first. Points count from the top left."""

    def __init__(self, width: int, height: int, *inks: Ink) -> None:
        self.width = width
        self.height = height
        self._inks = inks
        self._rows = [bytearray(width) for _ in range(height)]

    def fill(self, ink: int, left: int, top: int, width: int, height: int) -> None:
        """Fill a rectangle with the colour of this ink."""
        for row in self._rows[max(top, 0) : top + height]:
            row[left : left + width] = bytes([ink * LEVELS + LEVELS - 1]) * width

    def clear(self, ink: int, left: int, top: int, width: int, height: int) -> None:
        """Fill a rectangle with the background of this ink."""
        for row in self._rows[max(top, 0) : top + height]:
            row[left : left + width] = bytes([ink * LEVELS]) * width

    def stroke(self, ink: int, points: Sequence[Point], thickness: float) -> None:
        """Draw a line through the points, round at its ends."""
        for start, end in zip(points, points[1:] or points, strict=False):
            self._segment(ink * LEVELS, start, end, thickness / 2)

    def _segment(self, base: int, start: Point, end: Point, radius: float) -> None:
        (x0, y0), (x1, y1) = start, end
        dx, dy = x1 - x0, y1 - y0
        length = dx * dx + dy * dy or 1.0
        left, right = _reach(x0, x1, radius, self.width)
        top, bottom = _reach(y0, y1, radius, self.height)
        for y in range(top, bottom):
            row = self._rows[y]
            for x in range(left, right):
                along = min(max(((x - x0) * dx + (y - y0) * dy) / length, 0.0), 1.0)
                cover = radius + 0.5 - hypot(x - x0 - along * dx, y - y0 - along * dy)
                if cover > 0:
                    row[x] = max(row[x], base + min(int(cover * LEVELS), LEVELS - 1))

    def png(self) -> bytes:
        """Return the picture as a PNG with a palette (PNG specification, section 11)."""
        header = struct.pack(">IIBBBBB", self.width, self.height, 8, 3, 0, 0, 0)
        palette = bytes(part for ink in self._inks for shade in _shades(ink) for part in shade)
        data = zlib.compress(b"".join(b"\0" + row for row in self._rows), 9)
        chunks = ((b"IHDR", header), (b"PLTE", palette), (b"IDAT", data), (b"IEND", b""))
        return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in chunks)


def _reach(start: float, end: float, radius: float, most: int) -> tuple[int, int]:
    return max(int(min(start, end) - radius - 1), 0), min(ceil(max(start, end) + radius + 1), most)


def _shades(ink: Ink) -> Iterable[Colour]:
    for level in range(LEVELS):
        share = level / (LEVELS - 1)
        red, green, blue = (round(a + (b - a) * share) for a, b in zip(ink.ground, ink.colour, strict=True))
        yield red, green, blue


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
