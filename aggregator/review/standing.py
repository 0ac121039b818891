"""Findings about a listed source, from the store."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from aggregator.lifecycle.rate import KEPT
from aggregator.model import Finding, FindingCode, SourceStatus, State
from aggregator.review.policy import Facts, unmet
from aggregator.sources.settings import Policy, Source, same_address

LONG_SILENCE = timedelta(days=365)  # unless [policy] sets it
LONG_FAILURE = timedelta(days=7)
MANY_FAILURES = 5  # in a row, of a source that was never polled successfully


def stand(
    source: Source,
    status: SourceStatus,
    policy: Policy,
    now: datetime,
    kept: tuple[int, int] | None = None,
) -> tuple[Finding, ...]:
    """Return the findings about a source from the state that its polls left; `kept` as in `Facts`."""
    facts = _facts(source, status, kept)
    return (*_life(source, status, policy, now), *unmet(policy, facts, now))


def _facts(source: Source, status: SourceStatus, kept: tuple[int, int] | None) -> Facts:
    state = status.poll_state
    entries = max(len(state.listing) - 1, 0)  # the first of the listing is the server
    return Facts(
        source.url,
        dates=state.post_times or ((status.last_post,) if status.last_post else ()),
        reaches_back=len(state.post_times) < KEPT,
        undated=0 if state.post_times else entries,
        language=state.language,
        kept=kept,
    )


def _life(source: Source, status: SourceStatus, policy: Policy, now: datetime) -> Iterator[Finding]:
    state = status.poll_state
    if state.state is State.GONE:
        yield Finding(FindingCode.GONE, fault=state.fault)
    if state.hold:
        yield Finding(FindingCode.ON_HOLD, hold=state.hold)
    if new := moved_to(source, status):
        yield Finding(FindingCode.MOVED, text=new)
    if state.state is State.FAILING and (failing := _failing(status, now)):
        yield failing
    newest = max(state.post_times, default=status.last_post)
    if policy.active_within is None and newest and now - newest > LONG_SILENCE:
        yield Finding(FindingCode.SILENT, span=now - newest)
    for doubt in state.validator_doubts:
        yield Finding(FindingCode.DOUBTFUL, doubt=doubt)


def moved_to(source: Source, status: SourceStatus) -> str | None:
    """Return the permanent new address of a source's feed, which polls have found there more than once."""
    address = status.poll_state.address
    is_good = status.poll_state.state is State.OK
    return address if is_good and same_address(address) != same_address(source.url) else None


def _failing(status: SourceStatus, now: datetime) -> Finding | None:
    state = status.poll_state
    since = state.last_success
    if since is None:
        is_long = state.failures >= MANY_FAILURES
        span = now - min((poll.at for poll in status.polls), default=now)
    else:
        span = now - since
        is_long = span >= LONG_FAILURE
    return Finding(FindingCode.FAILING, span=span, fault=state.fault) if is_long else None
