"""What one response of a publisher says about a source that may be added."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from aggregator.filters import filtered
from aggregator.language_guess import language_of
from aggregator.lifecycle.spam import is_parked, is_parking_host, spam_hosts
from aggregator.model import Entry, FaultKind, FeedContent, FilterRule, Finding, FindingCode
from aggregator.polling.discover import COMMENTS, Exchange
from aggregator.review.policy import Facts, unmet
from aggregator.sources.settings import Settings, Source, same_address

MOST_POSTS = 3  # that are shown
ENOUGH = 3  # entries, to say something about all of them
# A document of fewer entries is considered complete: most list the newest 10 or more.
FULL = 10

FAULTS = {
    FaultKind.DNS: FindingCode.UNREACHABLE,
    FaultKind.CONNECT: FindingCode.UNREACHABLE,
    FaultKind.TLS: FindingCode.UNREACHABLE,
    FaultKind.TIMEOUT: FindingCode.UNREACHABLE,
    FaultKind.INTERRUPTED: FindingCode.SERVER_TROUBLE,
    FaultKind.TOO_LARGE: FindingCode.TOO_LARGE,
    FaultKind.CODING: FindingCode.SERVER_TROUBLE,
    FaultKind.REDIRECT: FindingCode.REDIRECTS,
    FaultKind.BLOCKED: FindingCode.BLOCKED,
    FaultKind.PAGE: FindingCode.PAGE,
    FaultKind.UNREADABLE: FindingCode.UNREADABLE,
    FaultKind.PARSER: FindingCode.UNREADABLE,
}
STATUSES = {404: FindingCode.MISSING, 410: FindingCode.GONE}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A source with what was found."""

    source: Source
    exchange: Exchange
    findings: tuple[Finding, ...]
    posts: tuple[Entry, ...] = ()  # the newest that would be shown
    left_out: int = 0  # entries that the filters would leave out


def slugs_by_address(sources: Sequence[Source]) -> Mapping[str, str]:
    """Return the slug of each address that is listed, however it is spelled."""
    return {same_address(source.url): source.slug for source in sources}


def assess(
    source: Source, exchange: Exchange, settings: Settings, listed: Mapping[str, str], now: datetime
) -> Candidate:
    """Return the findings about a source in an answer, by `[policy]` and beyond it; `listed` is from `slugs_by_address`."""
    if fault := _fault(exchange):
        return Candidate(source, exchange, (fault,))
    reading = exchange.reading
    assert reading is not None  # noqa: S101 - an exchange without a fault has one
    left_out = filtered(reading.entries, source, settings.timeline)
    off_topic = sum(why.rule is FilterRule.INCLUDE for why in left_out.values())
    total = len(reading.entries)
    facts = Facts(
        source.url,
        dates=[entry.date for entry in reading.entries if entry.date],
        reaches_back=total < FULL,
        undated=sum(entry.date is None for entry in reading.entries),
        language=_language(reading),
        kept=(total - off_topic, total) if source.include else None,
    )
    findings = (*unmet(settings.policy, facts, now), *_oddities(source, exchange, reading, listed, now))
    shown = [entry for entry in reading.entries if entry not in left_out]
    return Candidate(source, exchange, findings, _newest(shown), len(left_out))


def _fault(exchange: Exchange) -> Finding | None:
    """Return why there is no feed; None for a feed."""
    fault = exchange.fault
    if fault is None:
        return None
    host = urlsplit(exchange.answer.final_address).hostname or ""
    page = (exchange.answer.body or b"").decode("utf-8", "replace") if fault.kind is FaultKind.PAGE else ""
    if is_parking_host(host) or is_parked(page):
        return Finding(FindingCode.PARKED, text=host)
    return Finding(FAULTS.get(fault.kind) or _by_status(exchange.answer.status), fault=fault)


def _by_status(status: int | None) -> FindingCode:
    code = status or 0
    return STATUSES.get(code) or (FindingCode.SERVER_TROUBLE if code >= 500 else FindingCode.REFUSED)  # noqa: PLR2004 - the class of a server's own faults


def _language(reading: FeedContent) -> str | None:
    """Return the language that the posts are written in, else the one that the publisher says."""
    guess = language_of(f"{entry.title}. {entry.text}" for entry in reading.entries[:20])
    said = [entry.language for entry in reading.entries if entry.language]
    return guess or (max(set(said), key=said.count) if said else reading.language)


def _newest(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    dated = sorted((entry for entry in entries if entry.date), key=_date, reverse=True)
    return (*dated, *(entry for entry in entries if not entry.date))[:MOST_POSTS]


def _date(entry: Entry) -> float:
    return entry.date.timestamp() if entry.date else 0.0


def _oddities(
    source: Source, exchange: Exchange, reading: FeedContent, listed: Mapping[str, str], now: datetime
) -> Iterator[Finding]:
    """Yield the findings about a feed that can be polled."""
    entries, total = reading.entries, len(reading.entries)
    own, final = same_address(source.url), same_address(exchange.answer.final_address)
    if exchange.answer.moved_to and same_address(exchange.answer.moved_to) != own:
        yield Finding(FindingCode.MOVED, text=exchange.answer.moved_to)
    if final != own and final in listed:
        yield Finding(FindingCode.LISTED_TWICE, text=listed[final])
    if not entries:
        yield Finding(FindingCode.EMPTY)
    if any(mark in source.url for mark in COMMENTS):
        yield Finding(FindingCode.COMMENTS)
    if linkless := sum(entry.link is None for entry in entries):
        yield Finding(FindingCode.NO_LINKS, count=linkless, total=total)
    if ahead := sum(entry.date > now for entry in entries if entry.date):
        yield Finding(FindingCode.FUTURE_DATES, count=ahead, total=total)
    if total >= ENOUGH and entries[0].date and len({entry.date for entry in entries}) == 1:
        yield Finding(FindingCode.ONE_DATE, total=total)
    if hosts := spam_hosts(entries):
        yield Finding(FindingCode.SPAM_LINKS, text=", ".join(hosts[:MOST_POSTS]))
