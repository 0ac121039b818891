"""Whether it is our own network that is down, rather than many publishers at once."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from aggregator.model import Outcome

WINDOW = timedelta(minutes=15)
# If few sources are polled, the window may hold no other poll: then the last hosts polled decide.
LONGEST_WINDOW = timedelta(hours=6)
PROBE_EVERY = timedelta(minutes=1)
_SAMPLE_HOSTS = (
    20  # hosts: the last ones polled decide, so that an outage is detected at once however many are polled
)
_MIN_HOSTS = 3  # one or two unreachable sources say nothing about our own network
_KEPT = 1000  # attempts; a bound on memory


@dataclass(frozen=True, slots=True)
class Attempt:
    """Whether a host was reached when one of its feeds was polled."""

    at: datetime
    host: str
    feed_id: int
    reached: bool
    is_news: bool  # False if the feed could not be reached the time before either


@dataclass(frozen=True, slots=True)
class Outage:
    """What the last polls say about our own network; pass each outcome to `note` and use what it returns.

    While `is_on`, start no polls but one whenever `probe_is_due` (each time another feed: the first may fail
    for another reason), and save no outcome that `explains` is true for. When `note` turns `is_on` from true
    to false, the network is back: one failure is undone for each feed in `failed` of the value before.
    """

    asks: tuple[Attempt, ...] = ()  # oldest first
    since: datetime | None = None
    probed: datetime | None = None
    failed: tuple[
        int, ...
    ] = ()  # ids of the feeds whose failure was saved before the outage showed, each once

    @property
    def is_on(self) -> bool:
        """Whether polls pause."""
        return self.since is not None

    def lasted(self, now: datetime) -> timedelta:
        """Return how long polls have paused; catching up with what became due meanwhile may take as long."""
        return now - self.since if self.since else timedelta(0)

    def note(self, outcome: Outcome, host: str) -> "Outage":
        """Add one more outcome of a feed of `host`."""
        ask = _ask(outcome, host)
        if self.is_on:
            return Outage() if ask.reached else self
        before = self._since(ask.at - LONGEST_WINDOW)[-_KEPT:]
        if not _most_are_unreachable((*before, ask)):
            return Outage((*before, ask))
        failed = dict.fromkeys(old.feed_id for old in before if old.is_news and not old.reached)
        return Outage(since=ask.at, probed=ask.at, failed=tuple(failed))

    def _since(self, moment: datetime) -> tuple[Attempt, ...]:
        first = next((n for n, ask in enumerate(self.asks) if ask.at > moment), len(self.asks))
        return self.asks[first:]

    def explains(self, outcome: Outcome) -> bool:
        """Whether the outage explains this outcome: the feed could not be reached while no host could."""
        return self.is_on and is_unreachable(outcome)

    def probe_is_due(self, now: datetime) -> bool:
        """Whether one feed may be polled now, to see if the network is back."""
        return self.is_on and (self.probed is None or now - self.probed >= PROBE_EVERY)

    def probe(self, now: datetime) -> "Outage":
        """Remember that a probe was sent."""
        return replace(self, probed=now)


def _ask(outcome: Outcome, host: str) -> Attempt:
    last_fault = outcome.feed.poll_state.fault
    return Attempt(
        at=outcome.at,
        host=host,
        feed_id=outcome.feed.id,
        reached=not is_unreachable(outcome),
        is_news=last_fault is None or not last_fault.kind.is_unreachable,
    )


def is_unreachable(outcome: Outcome) -> bool:
    """Whether a poll reached no server at all."""
    fault = outcome.after.fault
    return fault is not None and fault.kind.is_unreachable


def _most_are_unreachable(asks: tuple[Attempt, ...]) -> bool:
    """Judge by the last outcome of each host; a host that was unreachable before the window says nothing."""
    last_words: dict[str, bool] = {}
    for ask in reversed(asks):
        is_old = ask.at <= asks[-1].at - WINDOW
        if len(last_words) >= (_MIN_HOSTS if is_old else _SAMPLE_HOSTS):
            break
        if ask.reached or ask.is_news:
            last_words.setdefault(ask.host, ask.reached)
    unreachable = list(last_words.values()).count(False)
    return unreachable >= _MIN_HOSTS and unreachable > len(last_words) / 2
