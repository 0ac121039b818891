"""Reports of polls, held back until it is clear whether the publisher or our own network failed."""

from collections.abc import Callable
from dataclasses import replace

from aggregator.lifecycle.outage import is_unreachable
from aggregator.model import Outcome, Reason, ReasonCode, SaveSummary

Report = Callable[[Outcome, SaveSummary], None]


class Reports:
    """Passes on the reports of one poller; that a host cannot be reached is held back while it may be our own network.

    It waits until another host is reached, our own outage is found, or no poll is under way any more.
    """

    def __init__(self, report: Report) -> None:
        self._report = report
        self._held: list[tuple[Outcome, SaveSummary]] = []

    def add(self, outcome: Outcome, saved: SaveSummary) -> None:
        """Report a poll that was saved, or hold its report back."""
        if is_unreachable(outcome):
            self._held.append((outcome, saved))
        else:
            self.flush()
            self._report(outcome, saved)

    def flush(self) -> None:
        """Report what was held back."""
        held, self._held = self._held, []
        for outcome, saved in held:
            self._report(outcome, saved)

    def excuse(self) -> None:
        """Report what was held back as explained by an outage of our own network."""
        why = (Reason(ReasonCode.NETWORK_DOWN),)
        self._held = [
            (replace(poll, after=replace(poll.after, why=why)), saved) for poll, saved in self._held
        ]
        self.flush()
