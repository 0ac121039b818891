"""Reports polls while they happen: a bar on a terminal, plain lines elsewhere, and a log line per poll."""

import logging
import sys
import time
from collections import Counter
from types import TracebackType
from typing import Self

import click

from aggregator import explain
from aggregator.cli.poll_bar import PollBar
from aggregator.model import Outcome, ReasonCode, Result, SaveSummary
from aggregator.quantities import counted

log = logging.getLogger(__name__)

# In the order of the summary: good results first.
WORDS = {
    Result.READ: "read",
    Result.UNCHANGED: "unchanged",
    Result.NOT_MODIFIED: "not modified",
    Result.HELD: "put on hold",
    Result.GONE: "gone",
    Result.FAILED: "failed",
}
TROUBLE = {Result.FAILED, Result.GONE, Result.HELD}


def log_outcome(outcome: Outcome, saved: SaveSummary) -> None:
    """Log one poll: its result, and when the next one is and why."""
    after = outcome.after
    level = logging.WARNING if outcome.result in TROUBLE else logging.INFO
    if _is_excused(outcome):
        level = logging.DEBUG  # that our own network is down was logged, once for all of them
    why = explain.next_poll(after.why, outcome.feed.slug)
    log.log(
        level,
        "%s: %s; next poll at %s: %s",
        outcome.feed.slug,
        explain.poll(outcome.result, outcome.details, outcome.feed.slug),
        f"{after.next_poll:%Y-%m-%d %H:%M} UTC",
        why,
        extra={
            "source": outcome.feed.slug,
            "result": outcome.result.value,
            "status": outcome.status,
            "seconds": round(outcome.elapsed, 3),
            "new": saved.new,
            "updated": saved.updated,
            "next_poll": after.next_poll.isoformat(),
            "why": why,
        },
    )


def _is_excused(outcome: Outcome) -> bool:
    """Whether an outage of our own network explains the failure."""
    return any(reason.code is ReasonCode.NETWORK_DOWN for reason in outcome.after.why)


def changes(outcome: Outcome, saved: SaveSummary) -> str:
    """Describe what a poll changed, in a few words."""
    if outcome.result is not Result.READ:
        return ""
    counts = {"new": saved.new, "updated": saved.updated, "withdrawn": saved.withdrawn}
    return ", ".join(f"{count} {word}" for word, count in counts.items() if count) or "nothing new"


def line(outcome: Outcome, saved: SaveSummary, width: int) -> str:
    """Return one poll as a line: source, state, HTTP status, time, and what changed or went wrong."""
    trouble = outcome.result in TROUBLE
    said = explain.poll(outcome.result, outcome.details, outcome.feed.slug)
    told = said if trouble else changes(outcome, saved)
    return (
        f"{outcome.feed.slug:<{width}}  {WORDS[outcome.result]:<12}  {outcome.status or '-':>3}  "
        f"{outcome.elapsed:6.2f} s  {told}"
    ).rstrip()


class PollReport:
    """Reports the polls of one round on the terminal."""

    def __init__(self) -> None:
        self._bar = PollBar() if sys.stdout.isatty() else None
        self._width = 0
        self._results: Counter[Result] = Counter()
        self._new = self._updated = 0
        self._excused = 0
        self._began = time.monotonic()

    def __enter__(self) -> Self:
        if self._bar:
            self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar:
            self._bar.stop()
        if error is None:
            click.echo(self.summary(time.monotonic() - self._began))

    def expect(self, slugs: list[str]) -> None:
        """Set the sources that will be polled: the length of the bar and the width of the first column."""
        self._width = max(map(len, slugs), default=0)
        if self._bar:
            self._bar.expect(len(slugs))

    def __call__(self, outcome: Outcome, saved: SaveSummary) -> None:
        """Print one poll's line; none if our own network is down, which is printed once for all of them."""
        if self._bar:
            self._bar.advance()
        if _is_excused(outcome):
            self._excused += 1
            return
        self._results[outcome.result] += 1
        self._new += saved.new
        self._updated += saved.updated
        self._print(line(outcome, saved, self._width), is_trouble=outcome.result in TROUBLE)

    def _print(self, text: str, *, is_trouble: bool) -> None:
        if self._bar:
            self._bar.print(text, is_trouble=is_trouble)
        else:
            click.echo(text)

    def summary(self, seconds: float) -> str:
        """Return a one-line summary of the round."""
        return " ".join(filter(None, (self._polled(seconds), self._not_reached())))

    def _polled(self, seconds: float) -> str:
        count = self._results.total()
        if not count:
            none = "No source is due. `aggregator sources list` tells when each is polled next."
            return "" if self._excused else none
        results = ", ".join(
            f"{self._results[result]} {word}" for result, word in WORDS.items() if self._results[result]
        )
        return (
            f"{counted(count, 'source')} polled in {seconds:.1f} s: {results}; "
            f"entries: {self._new:,} new, {self._updated:,} updated."
        )

    def _not_reached(self) -> str:
        if not self._excused:
            return ""
        return f"{counted(self._excused, 'source')} not reached: our own network seems to be down."
