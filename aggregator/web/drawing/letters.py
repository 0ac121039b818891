"""An alphabet of round strokes, drawn for this program: Latin letters with their accents, digits, punctuation.

A glyph is its width and its strokes, in units of which capitals are 14 high and small letters 9.5; y goes up. A stroke is
a row of points, `x,y x,y`, or an arc, `@x,y,rx,ry,from,to` in degrees, counter-clockwise from the right.
"""
# ruff: noqa: RUF001 - letters that look like others are what this is about

import unicodedata
from collections.abc import Iterator
from functools import cache
from math import cos, pi, sin

Point = tuple[float, float]

CAPITAL = 14.0
SMALL = 9.5
SPACE = 2.6
GAP = 3.6  # between two letters
_STEP = 15  # degrees between two points of an arc

_GLYPHS: dict[str, tuple[float, str]] = {
    "A": (11, "0,0 5.5,14 11,0; 1.9,4.8 9.1,4.8"),
    "B": (9, "0,0 0,14 5,14; 0,7.4 5.3,7.4; 0,0 5.3,0; @5,10.7,3.4,3.3,-90,90; @5.3,3.7,3.7,3.7,-90,90"),
    "C": (11, "@7,7,7,7,50,310"),
    "D": (11, "0,0 0,14 4,14; 0,0 4,0; @4,7,7,7,-90,90"),
    "E": (8, "8,14 0,14 0,0 8,0; 0,7.2 6.8,7.2"),
    "F": (8, "8,14 0,14 0,0; 0,7.2 6.8,7.2"),
    "G": (12, "@7,7,7,7,50,318; 7.5,6.6 12.2,6.6 12.2,2.3"),
    "H": (10, "0,0 0,14; 10,0 10,14; 0,7.2 10,7.2"),
    "I": (0, "0,0 0,14"),
    "J": (6, "6,14 6,4; @2.6,4,3.4,4,220,360"),
    "K": (9, "0,0 0,14; 8.6,14 0,5.6; 3.4,8.8 9,0"),
    "L": (7.5, "0,14 0,0 7.5,0"),
    "M": (13, "0,0 0,14 6.5,4.5 13,14 13,0"),
    "N": (10.5, "0,0 0,14 10.5,0 10.5,14"),
    "O": (14, "@7,7,7,7,0,360"),
    "P": (9, "0,0 0,14 5,14; 0,6.4 5,6.4; @5,10.2,3.9,3.8,-90,90"),
    "Q": (14, "@7,7,7,7,0,360; 8.6,4 13,-0.8"),
    "R": (9.4, "0,0 0,14 5,14; 0,6.6 5,6.6; @5,10.3,3.9,3.7,-90,90; 4.6,6.6 9.4,0"),
    "S": (8.6, "@4.4,10.4,3.9,3.6,35,270; @4.4,3.4,4.2,3.4,-150,90"),
    "T": (10, "0,14 10,14; 5,14 5,0"),
    "U": (10, "0,14 0,5; 10,14 10,5; @5,5,5,5,180,360"),
    "V": (11, "0,14 5.5,0 11,14"),
    "W": (16, "0,14 4,0 8,11.5 12,0 16,14"),
    "X": (10, "0,0 10,14; 0,14 10,0"),
    "Y": (10, "0,14 5,6.6 10,14; 5,6.6 5,0"),
    "Z": (9, "0,14 9,14 0,0 9,0"),
    "a": (8.6, "@4.4,4.75,4.4,4.75,0,360; 8.8,9.5 8.8,0"),
    "b": (8.8, "0,14 0,0; @4.4,4.75,4.4,4.75,0,360"),
    "c": (7.6, "@4.75,4.75,4.75,4.75,50,310"),
    "d": (8.8, "8.8,14 8.8,0; @4.4,4.75,4.4,4.75,0,360"),
    "e": (8.8, "0.1,4.75 8.8,4.75; @4.5,4.75,4.5,4.75,0,312"),
    "f": (5, "0,9.2 5,9.2; 2,0 2,10.6; @5,10.6,3,3.4,90,180"),
    "g": (8.8, "@4.4,4.75,4.4,4.75,0,360; 8.8,9.5 8.8,0.2; @4.4,0.2,4.4,4.2,205,360"),
    "h": (8, "0,14 0,0; 8,5.5 8,0; @4,5.5,4,4,0,180"),
    "i": (0, "0,9.5 0,0; 0,13.4 0,13.4"),
    "j": (2, "2,9.5 2,-1; @-0.6,-1,2.6,3,290,360; 2,13.4 2,13.4"),
    "k": (7.4, "0,14 0,0; 7,9.5 0,3.4; 2.9,6 7.4,0"),
    "l": (0, "0,14 0,0"),
    "m": (13.2, "0,9.5 0,0; 6.6,6.2 6.6,0; 13.2,6.2 13.2,0; @3.3,6.2,3.3,3.3,0,180; @9.9,6.2,3.3,3.3,0,180"),
    "n": (8, "0,9.5 0,0; 8,5.5 8,0; @4,5.5,4,4,0,180"),
    "o": (9.5, "@4.75,4.75,4.75,4.75,0,360"),
    "p": (8.8, "0,9.5 0,-4.2; @4.4,4.75,4.4,4.75,0,360"),
    "q": (8.8, "8.8,9.5 8.8,-4.2; @4.4,4.75,4.4,4.75,0,360"),
    "r": (5, "0,9.5 0,0; @4,5.5,4,4,65,180"),
    "s": (6.4, "@3.3,7.1,3,2.4,35,270; @3.3,2.35,3.2,2.35,-150,90"),
    "t": (5, "0,9.2 5,9.2; 2,13 2,3.4; @5,3.4,3,3.4,180,265"),
    "u": (8, "8,9.5 8,0; 0,9.5 0,4; @4,4,4,4,180,360"),
    "v": (8.6, "0,9.5 4.3,0 8.6,9.5"),
    "w": (13, "0,9.5 3.3,0 6.5,8.4 9.7,0 13,9.5"),
    "x": (7.6, "0,0 7.6,9.5; 0,9.5 7.6,0"),
    "y": (8.6, "0,9.5 4.3,0.2; 8.6,9.5 2.4,-4.2"),
    "z": (7, "0,9.5 7,9.5 0,0 7,0"),
    "0": (9, "@4.5,7,4.5,7,0,360"),
    "1": (4, "0,11 4,14 4,0"),
    "2": (8.4, "@4.2,10,4,4,-35,165; 7.5,7.7 0,0 8.4,0"),
    "3": (8, "@3.9,10.6,3.4,3.4,-90,150; @3.9,3.6,4.1,3.6,-150,90"),
    "4": (9, "7,0 7,14 0,4 9,4"),
    "5": (8.2, "7.6,14 1.4,14 0.8,8; @3.9,4.5,4.3,4.5,-150,135"),
    "6": (9, "@4.5,4.5,4.5,4.5,0,360; 7,14 0.7,6.6"),
    "7": (8.4, "0,14 8.4,14 2.8,0"),
    "8": (8.6, "@4.3,10.6,3.5,3.4,0,360; @4.3,3.6,4.3,3.6,0,360"),
    "9": (9, "@4.5,9.5,4.5,4.5,0,360; 2,0 8.3,7.4"),
    ".": (0, "0,0 0,0"),
    ",": (1, "1,0.2 0,-2.6"),
    ":": (0, "0,0 0,0; 0,8 0,8"),
    ";": (1, "1,0.2 0,-2.6; 1,8 1,8"),
    "!": (0, "0,14 0,4.6; 0,0 0,0"),
    "?": (7, "@3.5,10.5,3.5,3.5,-55,170; 5.5,7.6 3.5,5.4 3.5,4.4; 3.5,0 3.5,0"),
    "'": (0, "0,14 0,10.6"),
    "’": (1, "1,14 0,10.8"),
    "‘": (1, "0,14 1,10.8"),
    '"': (3, "0,14 0,10.6; 3,14 3,10.6"),
    "“": (4, "0,10.8 1,14; 3,10.8 4,14"),
    "”": (4, "1,14 0,10.8; 4,14 3,10.8"),
    "-": (5, "0,5 5,5"),
    "–": (8, "0,5 8,5"),
    "—": (12, "0,5 12,5"),
    "_": (8, "0,-2 8,-2"),
    "/": (6, "0,-1.5 6,15"),
    "|": (0, "0,-3 0,15"),
    "+": (8, "0,5.5 8,5.5; 4,1.5 4,9.5"),
    "=": (8, "0,3.6 8,3.6; 0,7.6 8,7.6"),
    "*": (5, "2.5,14 2.5,8; 0,12.5 5,9.5; 0,9.5 5,12.5"),
    "#": (10, "2,0 4,14; 6.5,0 8.5,14; 0.6,4.6 9.4,4.6; 1.2,9.4 10,9.4"),
    "&": (10.5, "10.5,0 2.7,9.4; @4.6,11.1,2.6,2.9,-15,205; 6.9,9.9 1.9,6.4; @4,3.6,4,3.6,135,325; 7.2,1.6 10,6"),
    "(": (3, "@7,6,7,9.5,125,235"),
    ")": (3, "@-4,6,7,9.5,-55,55"),
    "·": (0, "0,6 0,6"),
    "•": (0, "0,6 0,6"),
    "…": (9, "0,0 0,0; 4.5,0 4.5,0; 9,0 9,0"),
    "ß": (8, "0,0 0,10; @3.6,10,3.6,4,0,180; 7.2,10 4,7.6; @4,4.1,4,3.6,-120,90"),
    "ø": (9.5, "@4.75,4.75,4.75,4.75,0,360; 0.6,-0.8 8.9,10.3"),
    "Ø": (14, "@7,7,7,7,0,360; 1.2,-0.6 12.8,14.6"),
    "Ł": (7.5, "0,14 0,0 7.5,0; -1.5,5 3.5,8.5"),
    "ł": (4, "2,14 2,0; 0,5.4 4,8.4"),
    "æ": (15, "@4.4,4.75,4.4,4.75,0,360; 8.8,4.75 16,4.75; @12.4,4.75,3.6,4.75,0,312"),
    "ı": (0, "0,9.5 0,0"),
}  # fmt: skip

# Combining marks over the middle of a letter, from its own height on: y counts from there.
_MARKS = {
    "\u0300": "-1.8,4.2 0.8,2.2",
    "\u0301": "-0.8,2.2 1.8,4.2",
    "\u0302": "-2,2.2 0,4.2 2,2.2",
    "\u0303": "-2.4,2.6 -1.2,3.6 1.2,2.6 2.4,3.6",
    "\u0304": "-2.2,3 2.2,3",
    "\u0306": "-2,3.8 -1,2.4 1,2.4 2,3.8",
    "\u0307": "0,3.4 0,3.4",
    "\u0308": "-1.9,3.4 -1.9,3.4; 1.9,3.4 1.9,3.4",
    "\u030a": "@0,3.4,1.3,1.3,0,360",
    "\u030b": "-1.6,2.2 -0.4,4.2; 1,2.2 2.2,4.2",
    "\u030c": "-2,4.2 0,2.2 2,4.2",
}
_BELOW = {"\u0327": "0,0 0.4,-1.4 -0.6,-2.8 -1.6,-2.6", "\u0328": "0,0 -1,-1.6 0,-2.8 1.4,-2.6"}


def can_write(text: str) -> bool:
    """Whether the alphabet has every character of a text."""
    return all(char == " " or char in _GLYPHS or char in _MARKS or char in _BELOW for char in _apart(text))


def width_of(text: str) -> float:
    """Return how wide a text is, in units."""
    return (
        sum((SPACE if char == " " else _GLYPHS[char][0]) + GAP for char in _bare(text)) - GAP if text else 0.0
    )


def strokes_of(text: str) -> Iterator[list[Point]]:
    """Yield the strokes of a line of text that begins at 0,0; y goes up from the line."""
    at, width, height = 0.0, 0.0, 0.0
    for char in _apart(text):
        if char in _MARKS or char in _BELOW:
            middle = at - GAP - width / 2
            parts, up = (_MARKS[char], height) if char in _MARKS else (_BELOW[char], 0.0)
            yield from _moved(parts, middle, up)
            continue
        width, parts = (SPACE, "") if char == " " else _GLYPHS[char]
        height = SMALL if char.islower() and char not in "bdfhklt" else CAPITAL
        yield from _moved(parts, at, 0.0)
        at += width + GAP


def _apart(text: str) -> str:
    """Return a text with its accents after their letters; an i under an accent has no dot."""
    apart = unicodedata.normalize("NFD", text)
    return "".join(
        "ı" if char == "i" and following in _MARKS else char
        for char, following in zip(apart, [*apart[1:], ""], strict=True)
    )


def _bare(text: str) -> str:
    return "".join(char for char in _apart(text) if char not in _MARKS and char not in _BELOW)


def _moved(parts: str, right: float, up: float) -> Iterator[list[Point]]:
    for stroke in _strokes(parts):
        yield [(x + right, y + up) for x, y in stroke]


@cache
def _strokes(parts: str) -> tuple[tuple[Point, ...], ...]:
    return tuple(
        _arc(part[1:]) if part.startswith("@") else _points(part) for part in parts.split("; ") if part
    )


def _points(part: str) -> tuple[Point, ...]:
    pairs = (point.split(",") for point in part.split())
    return tuple((float(x), float(y)) for x, y in pairs)


def _arc(part: str) -> tuple[Point, ...]:
    x, y, across, up, start, end = map(float, part.split(","))
    steps = max(round(abs(end - start) / _STEP), 1)
    angles = [(start + (end - start) * step / steps) * pi / 180 for step in range(steps + 1)]
    return tuple((x + across * cos(angle), y + up * sin(angle)) for angle in angles)
