"""Findings about a source that an admin should know, before adding it or while it is listed."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from aggregator.model.faults import Fault
from aggregator.model.feeds import HoldEvidence, ValidatorDoubt


class FindingCode(StrEnum):
    """The codes of findings; the comments name the fields of `Finding` that a code has."""

    # Rules of [policy], by their keys.
    HTTPS = "https"
    ACTIVE_WITHIN = "active_within"  # span: since the newest post; wanted
    MAX_PER_WEEK = "max_per_week"  # count; wanted
    LANGUAGES = "languages"  # text: the language found; wanted
    DATES = "dates"  # count of total
    ON_TOPIC = "on_topic"  # count of total; wanted

    # Why there is no feed to poll; fault: what the answer means.
    UNREACHABLE = "unreachable"  # no server, or no trusted one: DNS, connection, TLS, timeout
    REFUSED = "refused"  # 401, 403, 429 and the like
    MISSING = "missing"  # 404
    GONE = "gone"  # 410
    SERVER_TROUBLE = "server_trouble"  # 5xx, and answers that break off
    REDIRECTS = "redirects"  # loops, too many, nowhere
    BLOCKED = "blocked"  # an address that must not be requested
    TOO_LARGE = "too_large"
    PAGE = "page"
    PARKED = "parked"  # text: the host that answered
    UNREADABLE = "unreadable"

    # What is odd about a feed that can be polled.
    MOVED = "moved"  # text: the new address
    LISTED_TWICE = "listed_twice"  # text: the slug of the other source
    EMPTY = "empty"
    NO_LINKS = "no_links"  # count of total
    FUTURE_DATES = "future_dates"  # count of total
    ONE_DATE = "one_date"  # total: all entries have the same
    COMMENTS = "comments"
    SPAM_LINKS = "spam_links"  # text: hosts

    # What only the store knows.
    SILENT = "silent"  # span: since the newest post
    FAILING = "failing"  # span: since it last answered; fault: the last one
    ON_HOLD = "on_hold"  # hold
    DOUBTFUL = "doubtful"  # doubt


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding, with the values that show it."""

    code: FindingCode
    text: str = ""
    wanted: str = ""  # what [policy] asks for, as the file writes it
    count: int | None = None
    total: int | None = None
    span: timedelta | None = None
    fault: Fault | None = None
    hold: tuple[HoldEvidence, ...] = ()
    doubt: ValidatorDoubt | None = None
