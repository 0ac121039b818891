"""How late posts reach the store under three schedules, for the same number of polls.

Run as a script: `python -m tests.benchmarks.schedule_simulation`. It replays the posting times that the
corpus tells, and made-up feeds (Poisson, daily, weekly, bursty, and all of them mixed), and prints the mean and
the 90th percentile of the delay from publication to the poll that finds the post.

All feeds of a set run at once through one simulated service. A schedule sees at each poll what a real poll
sees: the posts published so far (200 at most), never the future. Ours is the real policy with its default
settings. The others get as many polls as ours took: the constant interval by its length, Miniflux's rule by a
factor before its bounds of 5 minutes and 24 hours. Since the upper bound leaves quiet feeds a day behind, the
rule is shown a second time with the factor after its bounds; so it would never be run (it asks busy feeds every
minute and silent ones every few hours), but it is the strongest rival that can be made of it.

Real traces: only times that a document tells, none made up. Each record is cut to a window of at most four
weeks at a random place (a fixed seed) after its fifth post, and moved by whole weeks so that all windows lie
in the same month; hours and weekdays stay true. Left out are records of fewer than 10 posts, records that end
within a day of the window's begin, and those that tell days without times (most posts at one time of day to
the second), since they do not tell when anything was published.
"""

import heapq
import random
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import sqrt
from statistics import fmean, quantiles

import click

from aggregator.lifecycle.interval import next_poll
from aggregator.lifecycle.jitter import chance
from aggregator.lifecycle.rate import KEPT
from aggregator.model import Hints
from aggregator.reading.read import read
from aggregator.sources.settings import Polling
from tests.support.corpus import MISSING, samples

BEGIN = datetime(2026, 1, 5, tzinfo=UTC)  # a Monday
WINDOW = timedelta(weeks=4)
WEEK = timedelta(weeks=1)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Trace:
    """When a feed posted, oldest first; polled from BEGIN until `end`."""

    name: str
    posts: tuple[datetime, ...]
    end: datetime

    @property
    def replayed(self) -> tuple[datetime, ...]:
        return tuple(post for post in self.posts if BEGIN < post <= self.end)

    def known(self, at: datetime) -> tuple[datetime, ...]:
        """What a poller knows at a moment, newest first."""
        newest = bisect_right(self.posts, at)
        return self.posts[max(0, newest - KEPT) : newest][::-1]


# --- schedules ---------------------------------------------------------------------------------------------


class Schedule:
    """Decides the next poll of a feed from what is known of its past."""

    def next_poll(self, feed: int, at: datetime, known: Sequence[datetime]) -> datetime:
        raise NotImplementedError

    def forget(self, feed: int) -> None:
        """Know that a feed is polled no more."""


class Ours(Schedule):
    """The policy itself, with the mean over all feeds kept as the store keeps it."""

    def __init__(self, polling: Polling) -> None:
        self.polling = polling
        self.roots: dict[int, float] = {}
        self.sum_of_roots = 0.0

    def next_poll(self, feed: int, at: datetime, known: Sequence[datetime]) -> datetime:
        share = next_poll(
            at,
            post_times=known,
            mean_root_rate=self.sum_of_roots / len(self.roots) if self.roots else None,
            polling=self.polling,
            wish=None,
            hints=Hints(),
            chance=chance(feed, at),
            is_first=feed not in self.roots,
        )
        self.sum_of_roots += sqrt(share.rate) - self.roots.get(feed, 0.0)
        self.roots[feed] = sqrt(share.rate)
        return share.plan.at

    def forget(self, feed: int) -> None:
        self.sum_of_roots -= self.roots.pop(feed)


@dataclass
class Constant(Schedule):
    interval: timedelta

    def next_poll(self, feed: int, at: datetime, _known: Sequence[datetime]) -> datetime:
        return at + self.interval * (random.Random(feed).random() if at == BEGIN else 1)


@dataclass
class Miniflux(Schedule):
    """A week over the entries of the last week, from 5 minutes to 24 hours; a factor makes the polls as many."""

    factor: float

    def next_poll(self, _feed: int, at: datetime, known: Sequence[datetime]) -> datetime:
        return at + self._bounded(self._rule(at, known) * self.factor)

    @staticmethod
    def _rule(at: datetime, known: Sequence[datetime]) -> timedelta:
        recent = sum(1 for post in known if post > at - WEEK)
        return WEEK / recent if recent else DAY

    @staticmethod
    def _bounded(wait: timedelta) -> timedelta:
        return min(max(wait, timedelta(minutes=5)), DAY)


class MinifluxUnbound(Miniflux):
    """The same rule with its bounds stretched by the factor too."""

    def next_poll(self, _feed: int, at: datetime, known: Sequence[datetime]) -> datetime:
        return at + self._bounded(self._rule(at, known)) * self.factor


# --- the simulated service ---------------------------------------------------------------------------------


@dataclass
class Result:
    polls: int = 0
    feed_days: float = 0.0
    delays: list[timedelta] = field(default_factory=list)

    @property
    def mean(self) -> timedelta:
        return timedelta(seconds=fmean(delay.total_seconds() for delay in self.delays))

    @property
    def p90(self) -> timedelta:
        return timedelta(seconds=quantiles((delay.total_seconds() for delay in self.delays), n=10)[-1])

    @property
    def mean_interval(self) -> timedelta:
        return timedelta(days=self.feed_days / self.polls)


def simulate(traces: Sequence[Trace], schedule: Schedule) -> Result:
    """Poll all feeds until their ends; a post that comes after the last poll is found by one more."""
    result = Result(feed_days=sum((trace.end - BEGIN) / DAY for trace in traces))
    queue = [(BEGIN, feed) for feed in range(len(traces))]
    found = [bisect_right(trace.posts, BEGIN) for trace in traces]
    while queue:
        at, feed = heapq.heappop(queue)
        trace = traces[feed]
        while found[feed] < len(trace.posts) and trace.posts[found[feed]] <= min(at, trace.end):
            result.delays.append(at - trace.posts[found[feed]])
            found[feed] += 1
        if at <= trace.end:
            result.polls += 1
            heapq.heappush(queue, (schedule.next_poll(feed, at, trace.known(at)), feed))
        else:
            schedule.forget(feed)
    return result


def scaled(traces: Sequence[Trace], make: Callable[[float], Schedule], polls: int) -> Result:
    """Return the result of a schedule whose factor is chosen so that it polls as often; halving the interval."""
    low, high = 1 / 256, 256.0
    for _ in range(12):
        middle = sqrt(low * high)
        result = simulate(traces, make(middle))
        low, high = (middle, high) if result.polls > polls else (low, middle)
    return result


# --- feeds -------------------------------------------------------------------------------------------------


def real_traces(chance: random.Random) -> list[Trace]:
    traces = []
    for sample in samples():
        reading = read(sample.body, content_type=None, address=sample.url)
        posts = sorted(time for entry in reading.entries if (time := entry.published or entry.updated))
        if trace := _cut(sample.file, posts, chance):
            traces.append(trace)
    return traces


def _cut(name: str, posts: Sequence[datetime], chance: random.Random) -> Trace | None:
    if len(posts) < 10 or _tells_no_times(posts):
        return None
    first, last = posts[4], posts[-1]
    begin = first + chance.random() * max(last - WINDOW - first, timedelta(0))
    if last - begin < DAY:
        return None
    monday = begin.replace(hour=0, minute=0, second=0, microsecond=0) - begin.weekday() * DAY
    shift = BEGIN - monday
    return Trace(name, tuple(post + shift for post in posts), min(last, begin + WINDOW) + shift)


def _tells_no_times(posts: Sequence[datetime]) -> bool:
    return Counter(post.time() for post in posts).most_common(1)[0][1] > len(posts) / 2


def synthetic(kind: str, chance: random.Random, count: int = 60) -> list[Trace]:
    return [_trace(f"{kind} {number}", RHYTHMS[kind](chance)) for number in range(count)]


def _trace(name: str, posts: Iterable[datetime]) -> Trace:
    return Trace(name, tuple(sorted(posts)), BEGIN + WINDOW)


def _poisson(chance: random.Random) -> list[datetime]:
    """Independent posts; rates from two a month to 20 a day, evenly over the orders of magnitude."""
    rate = 10 ** chance.uniform(-1.2, 1.3)
    at, posts = BEGIN - 8 * WEEK, []
    while at < BEGIN + WINDOW:
        at += timedelta(days=chance.expovariate(rate))
        posts.append(at)
    return posts


def _daily(chance: random.Random) -> list[datetime]:
    """Once a day at about the same time, give or take a quarter of an hour."""
    time = timedelta(hours=chance.uniform(0, 24))
    return [BEGIN + day * DAY + time + timedelta(minutes=chance.gauss(0, 15)) for day in range(-56, 28)]


def _weekly(chance: random.Random) -> list[datetime]:
    """Once a week, at about the same hour of the same day."""
    time = timedelta(days=chance.uniform(0, 7))
    return [BEGIN + week * WEEK + time + timedelta(minutes=chance.gauss(0, 40)) for week in range(-20, 4)]


def _bursty(chance: random.Random) -> list[datetime]:
    """Days of silence, then several posts within hours."""
    at, posts = BEGIN - 8 * WEEK, []
    while at < BEGIN + WINDOW:
        at += timedelta(days=chance.expovariate(1 / chance.choice((1.5, 4, 8))))
        posts += [at + timedelta(hours=chance.expovariate(1 / 2)) for _ in range(chance.randint(2, 8))]
    return posts


RHYTHMS: dict[str, Callable[[random.Random], list[datetime]]] = {
    "poisson": _poisson,
    "daily": _daily,
    "weekly": _weekly,
    "bursty": _bursty,
}


# --- the report --------------------------------------------------------------------------------------------


def report(name: str, traces: Sequence[Trace], polling: Polling) -> None:
    ours = simulate(traces, Ours(polling))
    rivals = {
        "constant": scaled(traces, lambda factor: Constant(polling.interval * factor), ours.polls),
        "miniflux": scaled(traces, Miniflux, ours.polls),
    }
    unbound = scaled(traces, MinifluxUnbound, ours.polls)
    best = min(rival.mean for rival in rivals.values())
    click.echo(f"{name}: {len(traces)} feeds, {len(ours.delays)} posts")
    for label, result in {**rivals, "unbound": unbound, "ours": ours}.items():
        click.echo(
            f"  {label:9} {result.polls:7} polls  mean {_minutes(result.mean)}  p90 {_minutes(result.p90)}"
        )
    click.echo(
        f"  ours / better of the first two: {ours.mean / best:.2f}, / unbound: {ours.mean / unbound.mean:.2f};"
        f" mean interval {_minutes(ours.mean_interval).strip()}"
        f" where {_minutes(polling.interval).strip()} is set"
    )


def _minutes(span: timedelta) -> str:
    return f"{span / timedelta(minutes=1):7.1f} min"


def main() -> None:
    polling = Polling()
    real = real_traces(random.Random(1))
    if real:
        report("real traces", real, polling)
    else:
        click.echo(MISSING)
    everything = []
    for kind in RHYTHMS:
        traces = synthetic(kind, random.Random(kind))
        everything += traces
        report(kind, traces, polling)
    report("all four mixed", everything, polling)


if __name__ == "__main__":
    main()
