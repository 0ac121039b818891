"""The icon in any size, and the card with a site's name. Each is drawn once and cached."""

from functools import lru_cache

from aggregator.web.drawing.canvas import Canvas, Ink
from aggregator.web.drawing.letters import CAPITAL, can_write, strokes_of, width_of

PAPER = (251, 250, 247)
INK = (31, 28, 24)
ACCENT = (140, 58, 30)

CARD = (1200, 630)  # pixels, like the Open Graph pictures of most sites
_MARGIN = 96
_SIZES = ((7.5, 1), (6.5, 2), (4.8, 3))  # pixels a unit, and lines that there is room for
_TITLE, _ACCENT, _WHITE = range(3)

# The strokes of `icon.svg`, in parts of its width.
_BARS = (((0.25, 0.3125), (0.75, 0.3125)), ((0.25, 0.5), (0.75, 0.5)), ((0.25, 0.6875), (0.53, 0.6875)))
_BAR = 0.094


@lru_cache(maxsize=8)
def icon(size: int) -> bytes:
    """Return the site's icon as a square PNG without round corners: systems cut their own."""
    canvas = Canvas(size, size, Ink(ACCENT, PAPER))
    _draw_icon(canvas, 0, 0, 0, size)
    return canvas.png()


@lru_cache(maxsize=8)
def card(name: str) -> bytes:
    """Return a PNG of a site's name beside its icon; only of the icon and lines if our alphabet lacks letters of the name."""
    canvas = Canvas(*CARD, Ink(PAPER, INK), Ink(PAPER, ACCENT), Ink(ACCENT, PAPER))
    size = 112
    canvas.fill(_ACCENT, _MARGIN, _MARGIN, size, size)
    canvas.clear(_WHITE, _MARGIN, _MARGIN, size, size)
    _draw_icon(canvas, _WHITE, _MARGIN, _MARGIN, size)
    if can_write(name):
        _write(canvas, name)
    return canvas.png()


def _draw_icon(canvas: Canvas, ink: int, left: int, top: int, size: int) -> None:
    for start, end in _BARS:
        points = [(left + x * size, top + y * size) for x, y in (start, end)]
        canvas.stroke(ink, points, _BAR * size)


def _write(canvas: Canvas, name: str) -> None:
    unit, lines = _set(name, CARD[0] - 2 * _MARGIN)
    leading = unit * CAPITAL * 1.6
    first = CARD[1] - _MARGIN - 16 - leading * (len(lines) - 1)
    for number, line in enumerate(lines):
        for stroke in strokes_of(line):
            points = [(_MARGIN + x * unit, first + number * leading - y * unit) for x, y in stroke]
            canvas.stroke(_TITLE, points, unit * 1.8)


def _set(name: str, room: float) -> tuple[float, list[str]]:
    """Return the largest size in which a name fits, and its lines; in the smallest one, truncated."""
    for unit, most in _SIZES:
        lines = _lines(name, room / unit)
        if len(lines) <= most and all(width_of(line) * unit <= room for line in lines):
            break
    return unit, lines[:most]


def _lines(name: str, room: float) -> list[str]:
    lines = [""]
    for word in name.split():
        longer = f"{lines[-1]} {word}".strip()
        if width_of(longer) <= room or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
