"""What changes in the schedule of a feed whose hub pushes what is new (WebSub)."""

from dataclasses import replace
from datetime import timedelta

from aggregator.model import Outcome, Reason, ReasonCode, Result

_GOOD = {Result.READ, Result.UNCHANGED, Result.NOT_MODIFIED}


def as_safety_net(outcome: Outcome, longest: timedelta) -> Outcome:
    """Put a good poll's next one off to `longest` from it: polls only find what a hub has lost.

    A feed that fails is polled as any other that fails: its hub may have stopped with it.
    """
    later = outcome.at + longest
    if outcome.result not in _GOOD or outcome.after.next_poll >= later:
        return outcome
    why = (Reason(ReasonCode.HUB_PUSHES, span=longest),)
    return replace(outcome, after=replace(outcome.after, next_poll=later, why=why))
