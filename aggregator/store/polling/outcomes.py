"""Saves the outcomes of polls: feeds' states, their entries, their history, their hosts' slots.

Polls that end together share a transaction and its statements; still each poll is saved whole or not at all.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, select

from aggregator.filters import filtered
from aggregator.model import Entry, FeedState, FilteredBy, Outcome, Result, SaveSummary
from aggregator.sources.settings import Source, Timeline
from aggregator.store.db import counters, locks
from aggregator.store.db.bulk import among, insert_rows, numbers, update_rows
from aggregator.store.db.database import Database
from aggregator.store.db.feed_rows import is_polled, state_columns
from aggregator.store.db.tables import feed, poll
from aggregator.store.db.types import AnyRow
from aggregator.store.entries import saving, timeline_index, timeline_version
from aggregator.store.errors import StoreUnavailable
from aggregator.store.polling import hosts
from aggregator.store.polling.claims import locked_claims
from aggregator.urls import host_of

HISTORY = 50  # polls of a feed that are kept

# Entries per transaction, as many as one document may have: exclusive users of the timeline wait for it.
MOST_ENTRIES = 500


def save_outcomes(
    db: Database, polls: Sequence[tuple[Outcome, Source]], *, owner: str, timeline: Timeline
) -> list[SaveSummary | Exception | None]:
    """Save outcomes, each with the source that was polled; return what each changed.

    None if the lease was lost meanwhile, and an exception if an outcome cannot be saved: in both cases
    nothing is written.
    """
    return [result for part in _parts(polls) for result in _save_part(db, part, owner, timeline)]


def _parts(polls: Sequence[tuple[Outcome, Source]]) -> Iterator[list[tuple[Outcome, Source]]]:
    """Yield polls that one transaction saves: not too many entries, and no feed twice."""
    part: list[tuple[Outcome, Source]] = []
    feeds: set[int] = set()
    size = 0
    for outcome, source in polls:
        if part and (size + len(outcome.entries) > MOST_ENTRIES or outcome.feed.id in feeds):
            yield part
            part, feeds, size = [], set(), 0
        part.append((outcome, source))
        feeds.add(outcome.feed.id)
        size += len(outcome.entries)
    if part:
        yield part


def _save_part(
    db: Database, part: Sequence[tuple[Outcome, Source]], owner: str, timeline: Timeline
) -> list[SaveSummary | Exception | None]:
    """Save polls in one transaction; if it fails, each in its own, so that only the faulty ones fail."""
    # Before the transaction: an admin's pattern may be slow on a publisher's text.
    left_out = [filtered(outcome.entries, source, timeline) for outcome, source in part]
    polls = [(*poll, entries) for poll, entries in zip(part, left_out, strict=True)]
    try:
        try:
            with db.write() as connection:
                # SQLite has one writer.
                return _save(connection, polls, owner, timeline, alone=db.is_sqlite)
        except saving.Overtaken:
            with db.write() as connection:
                return _save(connection, polls, owner, timeline, alone=True)
    except Exception as error:  # noqa: BLE001 - whatever one outcome brings, the others are saved
        if len(part) == 1 or isinstance(error, StoreUnavailable):
            return [error for _ in part]
    return [result for one in part for result in _save_part(db, [one], owner, timeline)]


@dataclass(frozen=True, slots=True)
class _Poll:
    """A poll whose lease holds, with the row of its feed as it was."""

    row: AnyRow
    outcome: Outcome
    source: Source
    filtered: Mapping[Entry, FilteredBy]


def _save(
    connection: Connection,
    part: Sequence[tuple[Outcome, Source, Mapping[Entry, FilteredBy]]],
    owner: str,
    timeline: Timeline,
    *,
    alone: bool,
) -> list[SaveSummary | Exception | None]:
    rows = _locked(connection, [(outcome, source) for outcome, source, _ in part], owner)
    polls = [
        _Poll(rows[outcome.feed.id], outcome, source, left_out)
        for outcome, source, left_out in part
        if outcome.feed.id in rows
    ]
    if not polls:
        return [None for _ in part]
    _write_states(connection, polls)
    takings = [_taking(poll, timeline) for poll in polls if _counts(poll)]
    taken = saving.save_entries(connection, takings, alone=alone)
    saved = {poll.row.id: taken.saved.get(poll.row.id, SaveSummary()) for poll in polls}
    _let_go(connection, polls)
    _remember(connection, polls, saved)
    taken.change.visible = taken.change.visible or _are_renamed(connection, polls)
    if taken.change.visible or taken.change.linked or taken.news:
        locks.last_part(connection)
        if not alone:
            taken.check(connection)
    timeline_version.record(connection, taken.change, max(poll.outcome.at for poll in polls))
    counters.count_polls(connection, [(poll.outcome, saved[poll.row.id]) for poll in polls])
    return [saved.get(outcome.feed.id) for outcome, _, _ in part]


def _was_read(poll: _Poll) -> bool:
    return poll.outcome.result is Result.READ


def _counts(poll: _Poll) -> bool:
    """Whether a poll concerns entries: it read a document, or an unchanged document still misses some."""
    is_unchanged = poll.outcome.result in (Result.UNCHANGED, Result.NOT_MODIFIED)
    return _was_read(poll) or (poll.row.has_missing and is_unchanged)


def _locked(connection: Connection, part: Sequence[tuple[Outcome, Source]], owner: str) -> dict[int, AnyRow]:
    slots: dict[str, int] = {}
    for outcome, source in part:
        slots |= dict.fromkeys(_hosts(outcome), source.polling.per_host)
    at = max(outcome.at for outcome, _ in part)
    return locked_claims(connection, [outcome.feed for outcome, _ in part], owner, now=at, also=slots)


def _hosts(outcome: Outcome) -> set[str]:
    """Return the hosts besides the feed's own that this changes: of its next poll, of the response, of a pause."""
    names = {host_of(outcome.after.address), outcome.answered_by}
    if outcome.host_pause:
        names.add(outcome.host_pause.host)
    return names - {""}


def _taking(poll: _Poll, timeline: Timeline) -> saving.EntryBatch:
    outcome = poll.outcome
    return saving.EntryBatch(
        poll.row,
        outcome.after.link,
        outcome.at,
        # A changed address is read as if for the first time: its archive does not count as late arrivals.
        outcome.feed.poll_state.last_success,
        poll.source,
        timeline,
        outcome.entries,
        poll.filtered,
        outcome.after.marks,
        outcome.delta,
        is_unchanged=not _was_read(poll),
    )


# --- the feeds' states ------------------------------------------------------------------------------------

# What follows from a document; the larger part of a row, and unchanged by most polls.
_OF_DOCUMENTS = (
    "body_hash", "title", "link", "language", "hub", "topic", "format", "warnings", "validator_doubts",
    "hints", "post_times", "listing", "marks", "profile", "address", "moved_to", "moved_seen", "hold", "churned_validators",
    "last_full",
)  # fmt: skip


def _write_states(connection: Connection, polls: Iterable[_Poll]) -> None:
    """Write the states after polls; most leave the larger part unchanged."""
    same, changed = [], []
    for each in polls:
        values = _state(each)
        if _was_read(each) or _document(each.outcome.after) != _document(each.outcome.feed.poll_state):
            last_read = each.outcome.at if _was_read(each) else each.row.last_read
            changed.append(values | {"host": host_of(each.outcome.after.address), "last_read": last_read})
        else:
            same.append({name: value for name, value in values.items() if name not in _OF_DOCUMENTS})
    update_rows(connection, feed, same)
    update_rows(connection, feed, changed)


def _document(state: FeedState) -> tuple[Any, ...]:
    return tuple(getattr(state, name) for name in _OF_DOCUMENTS)


def _state(each: _Poll) -> dict[str, Any]:
    after = each.outcome.after
    due_at = after.next_poll if is_polled(each.row, after.state) else None
    return state_columns(after) | {"id": each.row.id, "due_at": due_at, "lease_owner": None}


def _are_renamed(connection: Connection, polls: Sequence[_Poll]) -> bool:
    """Whether the name or link of one of these feeds has changed for readers."""
    return timeline_index.are_listed(connection, [each.row.id for each in polls if _is_renamed(each)])


def _is_renamed(each: _Poll) -> bool:
    row, after = each.row, each.outcome.after
    return (row.own_title or row.title, row.link) != (row.own_title or after.title, after.link)


# --- hosts and history ------------------------------------------------------------------------------------


def _let_go(connection: Connection, polls: Sequence[_Poll]) -> None:
    """Free the hosts' slots after the gap, or after a requested pause."""
    ready = {each.row.id: each.outcome.at + each.source.polling.per_host_gap for each in polls}
    hosts.free_slots(connection, {each.row.id: (each.row.host, ready[each.row.id]) for each in polls})
    hosts.free_slots(
        connection,
        {
            each.row.id: (each.outcome.answered_by, ready[each.row.id])
            for each in polls
            if each.outcome.answered_by not in ("", each.row.host)
        },
    )
    for each in polls:
        if each.outcome.host_pause:
            hosts.pause(connection, each.outcome.host_pause)
    hosts.settle(connection, [name for each in polls for name in (each.row.host, *_hosts(each.outcome))])


def _remember(connection: Connection, polls: Sequence[_Poll], saved: Mapping[int, SaveSummary]) -> None:
    """Add these polls to their feeds' histories, and delete the oldest."""
    rows = [
        {
            "feed_id": each.row.id,
            "at": each.outcome.at,
            "result": each.outcome.result,
            "status": each.outcome.status,
            "elapsed": each.outcome.elapsed,
            "received": each.outcome.received,
            "new": saved[each.row.id].new,
            "updated": saved[each.row.id].updated,
            "details": each.outcome.details,
        }
        for each in polls
    ]
    insert_rows(connection, poll, rows)
    connection.execute(_FORGET, {"ids": [each.row.id for each in polls]})


# Each poll adds one, so there is one too many at most.
_OLDEST = (
    select(poll.c.id)
    .where(poll.c.feed_id == feed.c.id)
    .order_by(poll.c.id.desc())
    .offset(HISTORY)
    .limit(1)
    .scalar_subquery()
)
_FORGET = delete(poll).where(poll.c.id.in_(select(_OLDEST).where(among(feed.c.id, numbers("ids")))))
