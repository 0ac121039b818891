"""Charts of a source, drawn on the server as SVG: its polls, and its posts week by week.

Small ones are in the list of sources; the large ones on its own page have a scale and a number on each bar.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from aggregator import explain
from aggregator.dates import day_of_year, short_month
from aggregator.model import PollRecord, Result
from aggregator.translations import gettext as _
from aggregator.translations import ngettext, number

SMALL = 20  # height of a picture in the list, in units of the SVG
LARGE = 96
STRIP = 20  # polls in the list
LABEL_ROOM = 130  # of the 500 units of 50 polls, for a day and its month on a phone
KEPT = 50  # polls of a source's own page, as many as the store keeps

KINDS = ("none", "same", "new", "fault")  # of bars, as they are drawn over each other
TROUBLES = (Result.FAILED, Result.GONE, Result.HELD)
LOWEST = 2  # a bar for "polled, nothing new", and one of a single post among hundreds


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar, rising from the bottom of its chart."""

    x: int
    height: int
    kind: str  # the class that colours it, one of KINDS
    words: str = ""  # what a large picture says of it
    count: str = ""  # the number that it stands for


@dataclass(frozen=True, slots=True)
class Label:
    """A label under the bars."""

    x: int
    words: str


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the bars of a kind mean, if their height does not say it."""

    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A row of bars, with a text alternative."""

    bars: tuple[Bar, ...]
    words: str
    height: int = SMALL
    step: int = 5  # from one bar to the next
    labels: tuple[Label, ...] = ()
    slots: int = 0  # bars that there is room for; at least as many as there are
    scale: str = ""  # the number that the whole height stands for, if height is a number
    legend: tuple[Meaning, ...] = ()  # of the kinds that there are

    @property
    def width(self) -> int:
        """The width of its bars, or of those that there is room for."""
        return max(len(self.bars), self.slots) * self.step

    @property
    def bar(self) -> int:
        """The width of a bar."""
        return self.step - 2

    @property
    def shapes(self) -> list[tuple[str, str]]:
        """Return the bars of each kind that there are as the data of one SVG path."""
        return [(kind, path) for kind in KINDS if (path := self._path(kind))]

    def _path(self, kind: str) -> str:
        top, width = self.height, self.bar
        return "".join(
            f"M{bar.x} {top}v-{bar.height}h{width}v{bar.height}z" for bar in self.bars if bar.kind == kind
        )

    def percent(self, units: int) -> float:
        """Return a length as a part of the width: a large picture is as wide as its place, and its words stay as they are."""
        return round(100 * units / self.width, 2)


def strip(polls: Sequence[PollRecord]) -> Chart:
    """Return the last polls, oldest first: a tall coloured bar is a failure, a half-tall one brought posts, a low one is no change."""
    last = polls[:STRIP][::-1]
    bars = tuple(_poll_bar(number * 5, poll, SMALL) for number, poll in enumerate(last))
    return Chart(bars, _polls_in_words(bars))


def poll_history(polls: Sequence[PollRecord], slug: str) -> Chart:
    """Return all stored polls, oldest first, each with its result."""
    bars = tuple(_told_bar(number * 10, poll, LARGE, slug) for number, poll in enumerate(polls[::-1]))
    days = [poll.at.date() for poll in polls[::-1]]
    labels = [
        Label(number * 10, day_of_year(day))
        for number, day in enumerate(days)
        if day != days[number - 1] or number == 0
    ]
    return Chart(
        bars,
        _polls_in_words(bars),
        LARGE,
        10,
        _spaced(labels, LABEL_ROOM),
        slots=KEPT,
        legend=_legend(bars),
    )


def weeks(counts: Sequence[int]) -> Chart:
    """Return the posts of each week, oldest first; the busiest week is as tall as the chart."""
    return Chart(_week_bars(counts, SMALL, 5), _weeks_in_words(counts))


def weekly_posts(counts: Sequence[int], today: date) -> Chart:
    """Return the same with a number on each week and the months below; the last week is that of `today`."""
    this_week = today - timedelta(days=today.weekday())
    mondays = [this_week - timedelta(weeks=back) for back in range(len(counts))][::-1]
    words = [
        ngettext(
            "Week of {monday}: {count} post",
            "Week of {monday}: {count} posts",
            count,
            monday=day_of_year(monday),
        )
        for monday, count in zip(mondays, counts, strict=True)
    ]
    months = [
        Label(number * 20, short_month(monday))
        for number, monday in enumerate(mondays)
        if number and monday.month != mondays[number - 1].month
    ]
    return Chart(
        _week_bars(counts, LARGE, 20, words),
        _weeks_in_words(counts),
        LARGE,
        20,
        tuple(months),
        scale=number(max(counts)) if any(counts) else "",
    )


def _poll_bar(x: int, poll: PollRecord, height: int) -> Bar:
    if poll.result in TROUBLES:
        return Bar(x, height, "fault")
    return Bar(x, height * 3 // 5, "new") if poll.new else Bar(x, height * 3 // 10, "same")


def _told_bar(x: int, poll: PollRecord, height: int, slug: str) -> Bar:
    bar = _poll_bar(x, poll, height)
    return replace(
        bar, words=_poll_in_words(bar, poll, slug), count=number(poll.new) if bar.kind == "new" else ""
    )


def _poll_in_words(bar: Bar, poll: PollRecord, slug: str) -> str:
    when = _("{day}, {time} UTC", day=day_of_year(poll.at.date()), time=f"{poll.at:%H:%M}")
    match bar.kind:
        case "fault":
            return _("{when}: {what}", when=when, what=explain.poll(poll.result, poll.details, slug))
        case "new":
            return ngettext("{when}: {count} new post", "{when}: {count} new posts", poll.new, when=when)
        case _:
            return _("{when}: nothing new", when=when)


def _polls_in_words(bars: Sequence[Bar]) -> str:
    faults = sum(bar.kind == "fault" for bar in bars)
    if not bars:
        return _("Not polled yet")
    if not faults:
        return ngettext("The last poll went well", "The last {count} polls went well", len(bars))
    return ngettext(
        "The last poll did not go well",
        "Of the last {count} polls {faults} did not go well",
        len(bars),
        faults=number(faults),
    )


def _legend(bars: Sequence[Bar]) -> tuple[Meaning, ...]:
    kinds = {bar.kind for bar in bars}
    meanings = (
        Meaning("new", _("new posts")),
        Meaning("same", _("nothing new")),
        Meaning("fault", _("did not go well")),
    )
    return tuple(meaning for meaning in meanings if meaning.kind in kinds)


def _spaced(labels: Sequence[Label], room: int) -> tuple[Label, ...]:
    """Return the labels that fit, each with this much room, from the left."""
    kept: list[Label] = []
    for label in labels:
        if not kept or label.x - kept[-1].x >= room:
            kept.append(label)
    return tuple(kept)


def _week_bars(counts: Sequence[int], height: int, step: int, words: Sequence[str] = ()) -> tuple[Bar, ...]:
    most = max(counts, default=0)
    return tuple(
        Bar(
            place * step,
            max(LOWEST, round(height * count / most)) if count else 1,
            "new" if count else "none",
            words[place] if words else "",
            number(count) if words else "",
        )
        for place, count in enumerate(counts)
    )


def _weeks_in_words(counts: Sequence[int]) -> str:
    return ngettext(
        "{count} post in {weeks} weeks, {most} in the busiest",
        "{count} posts in {weeks} weeks, {most} in the busiest",
        sum(counts),
        weeks=number(len(counts)),
        most=number(max(counts, default=0)),
    )
