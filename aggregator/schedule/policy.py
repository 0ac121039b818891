"""When a feed that answers is polled next: often where much is posted, and never against the publisher's wish."""

from datetime import datetime, timedelta
from math import sqrt

from aggregator.model import Hints
from aggregator.schedule.plan import Plan
from aggregator.schedule.wishes import LONGEST, Wish, after_skipped
from aggregator.schedule.words import rate_in_words
from aggregator.sources.settings import Polling

# Each wait is changed by up to this share, so that the feeds of one host do not keep step.
_JITTER = 0.1


def next_poll(
    at: datetime,
    *,
    rate: float,
    mean_root_rate: float | None,
    polling: Polling,
    wish: Wish | None,
    hints: Hints,
    chance: float,
    is_first: bool,
) -> Plan:
    """Return the poll after a good one at `at`."""
    share = polling.interval * (mean_root_rate / sqrt(rate)) if mean_root_rate else polling.interval
    wait = share * (1 + _JITTER * (2 * chance - 1))
    if is_first:
        wait = polling.min_interval + chance * max(wait - polling.min_interval, timedelta(0))
    bounded = max(min(wait, polling.max_interval), polling.min_interval)
    own = at + bounded
    why = f"posts {rate_in_words(rate)}"
    if wish and wish.until > own:
        own, why = wish.until, wish.why
    free = after_skipped(own, hints)
    if free > own:
        why = f"{why}; the publisher asks for no polls before then (skipHours, skipDays)"
    return Plan(min(free, at + max(LONGEST, bounded)), why)
