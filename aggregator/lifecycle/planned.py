"""When a feed is polled next, and why: the result of all rules of this package."""

from dataclasses import dataclass
from datetime import UTC, datetime

from aggregator.model import Reason

# Far enough to mean never, near enough for any database and for arithmetic.
FAR_FUTURE = datetime(9000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class NextPoll:
    """When a feed is polled next, and why then."""

    at: datetime
    why: tuple[Reason, ...]
