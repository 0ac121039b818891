"""Small answers, states, feeds and outcomes to decide about."""

from dataclasses import replace
from datetime import UTC, datetime

from aggregator import explain
from aggregator.model import (
    Entry,
    Fault,
    FaultCode,
    FaultKind,
    Feed,
    FeedContent,
    FeedState,
    FetchResult,
    Outcome,
    Reason,
    Result,
)

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)  # a Monday
ADDRESS = "https://example.org/feed.xml"


def answer(status: int = 200, /, **headers: str) -> FetchResult:
    """An answer at AT; `Retry_After="60"` is the header Retry-After."""
    pairs = tuple((name.replace("_", "-").lower(), value) for name, value in headers.items())
    return FetchResult(ADDRESS, ADDRESS, AT, 0.1, status, pairs, b"" if status == 200 else None)


def in_words(why: tuple[Reason, ...]) -> str:
    """Return what an admin reads about the time of a next poll."""
    return explain.next_poll(why, "example")


def state(**fields: object) -> FeedState:
    return replace(FeedState(ADDRESS, AT), **fields)  # type: ignore[arg-type]  # a test names fields of any type


def entry(guid: str | None, link: str | None = None, title: str = "") -> Entry:
    return Entry(guid, link, f"words of {guid} {link} {title}", title, "", 1)


def reading(title: str, link: str | None, *entries: Entry) -> FeedContent:
    return FeedContent("rss2", title, link, entries=entries)


def code_of(kind: FaultKind) -> FaultCode:
    return next(code for code in FaultCode if code.kind is kind)


def failure(feed_id: int, kind: FaultKind, at: datetime = AT, *, before: FeedState | None = None) -> Outcome:
    """A poll that failed so."""
    feed = Feed(feed_id, f"source-{feed_id}", ADDRESS, before or state())
    after = replace(feed.poll_state, failures=1, fault=Fault(code_of(kind)))
    return Outcome(feed, at, Result.FAILED, after)


def success(feed_id: int, at: datetime = AT) -> Outcome:
    feed = Feed(feed_id, f"source-{feed_id}", ADDRESS, state())
    return Outcome(feed, at, Result.NOT_MODIFIED, feed.poll_state)
