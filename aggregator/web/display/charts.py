"""Small pictures of a source, drawn on the server as SVG: its last polls, and its posts week by week."""

from collections.abc import Sequence
from dataclasses import dataclass

from aggregator.model import PollRecord, Result

HEIGHT = 20  # of both pictures, in units of the SVG
STEP = 5  # from one bar to the next
BAR = 3  # width of one
STRIP = 20  # polls in the strip

TROUBLES = (Result.FAILED, Result.GONE, Result.HELD)
LOWEST = 2  # a bar that says "asked, nothing new"


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar, from the bottom up."""

    x: int
    height: int
    kind: str  # the class that colours it: `new`, `same`, `fault` or `none`

    @property
    def y(self) -> int:
        """Where it begins, from the top."""
        return HEIGHT - self.height


@dataclass(frozen=True, slots=True)
class Chart:
    """A row of bars, and what they say in words for those who cannot see them."""

    bars: tuple[Bar, ...]
    words: str

    @property
    def width(self) -> int:
        """As wide as its bars."""
        return len(self.bars) * STEP


def strip(polls: Sequence[PollRecord]) -> Chart:
    """Return the last polls, oldest first: tall and coloured is trouble, half tall brought posts, low is no change."""
    last = polls[:STRIP][::-1]
    bars = [_poll_bar(number * STEP, poll) for number, poll in enumerate(last)]
    faults = sum(bar.kind == "fault" for bar in bars)
    if not bars:
        return Chart((), "Not polled yet")
    return Chart(tuple(bars), f"Last {len(bars)} polls: {len(bars) - faults} went well, {faults} did not")


def _poll_bar(x: int, poll: PollRecord) -> Bar:
    if poll.result in TROUBLES:
        return Bar(x, HEIGHT, "fault")
    return Bar(x, HEIGHT // 2 + 2, "new") if poll.new else Bar(x, HEIGHT // 3, "same")


def weeks(counts: Sequence[int]) -> Chart:
    """Return the posts of each week, oldest first; the busiest week is as tall as the picture."""
    most = max(counts, default=0)
    bars = tuple(_week_bar(number * STEP, count, most) for number, count in enumerate(counts))
    return Chart(bars, f"{_posts(sum(counts))} in {len(counts)} weeks, {most} in the busiest")


def _week_bar(x: int, count: int, most: int) -> Bar:
    if not count:
        return Bar(x, 1, "none")
    return Bar(x, max(LOWEST, round(HEIGHT * count / most)), "new")


def _posts(number: int) -> str:
    return "1 post" if number == 1 else f"{number} posts"
