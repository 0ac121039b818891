"""Saves what came of a poll, in one transaction: the feed's state, its entries, its history, its host's slot."""

from sqlalchemy import Connection, delete, insert, select, update

from aggregator.fetch import host_of
from aggregator.model import Outcome, Result, Saved
from aggregator.sources.settings import Source, Timeline
from aggregator.store import counters, hosts, revisions
from aggregator.store.claims import locked_claim
from aggregator.store.columns import AnyRow
from aggregator.store.database import Database
from aggregator.store.entries import Taking, take
from aggregator.store.listings import facet_of_feed
from aggregator.store.states import columns_of, is_polled
from aggregator.store.tables import feed, listing, poll

HISTORY = 50  # polls that are kept of a feed


def save(db: Database, outcome: Outcome, *, owner: str, source: Source, timeline: Timeline) -> Saved | None:
    """Save an outcome; None where the lease was lost meanwhile: then nothing is written."""
    others = _other_hosts(outcome)
    with db.write() as connection:
        slots = dict.fromkeys(others, source.polling.per_host)
        row = locked_claim(connection, outcome.feed.id, owner, now=outcome.at, also=slots)
        if row is None:
            return None
        _write_state(connection, row, outcome)
        saved, visible = _take_entries(connection, row, outcome, source, timeline)
        _let_go(connection, row, outcome, source)
        hosts.settle(connection, {row.host, *others})
        _remember(connection, outcome, saved)
        if visible or _is_renamed(connection, row, outcome):
            revisions.lock(connection)
            revisions.move(connection, outcome.at)
        counters.count_poll(connection, outcome, saved)
        return saved


def _other_hosts(outcome: Outcome) -> set[str]:
    """Return the hosts besides the feed's own that this changes: where it is asked next, who wants a pause."""
    asked_next = host_of(outcome.after.address)
    return {asked_next, outcome.host_pause.host} if outcome.host_pause else {asked_next}


def _write_state(connection: Connection, row: AnyRow, outcome: Outcome) -> None:
    after = outcome.after
    values = columns_of(after) | {
        "host": host_of(after.address),
        "due_at": after.next_poll if is_polled(row, after.state) else None,
        "lease_owner": None,
    }
    if outcome.result is Result.READ:
        values["last_read"] = outcome.at
    connection.execute(update(feed).where(feed.c.id == row.id).values(**values))


def _take_entries(
    connection: Connection, row: AnyRow, outcome: Outcome, source: Source, timeline: Timeline
) -> tuple[Saved, bool]:
    if outcome.result is not Result.READ:
        return Saved(), False
    taking = Taking(connection, row.id, row.url, outcome.after.link, outcome.at, source, timeline)
    # A changed address is a new beginning: its archive is no crowd of late arrivals.
    return take(taking, outcome.entries, outcome.feed.poll_state.last_success)


def _let_go(connection: Connection, row: AnyRow, outcome: Outcome, source: Source) -> None:
    """Free the host's slot after the gap, or after the pause that it asked for."""
    hosts.free_slot(connection, row.host, row.id, at=outcome.at + source.polling.per_host_gap)
    if outcome.host_pause:
        hosts.pause(connection, outcome.host_pause)


def _remember(connection: Connection, outcome: Outcome, saved: Saved) -> None:
    """Add this poll to the feed's history, and forget the oldest."""
    feed_id = outcome.feed.id
    connection.execute(
        insert(poll).values(
            feed_id=feed_id,
            at=outcome.at,
            result=outcome.result,
            status=outcome.status,
            elapsed=outcome.elapsed,
            received=outcome.received,
            new=saved.new,
            updated=saved.updated,
            sentence=outcome.sentence,
        )
    )
    oldest_kept = (
        select(poll.c.id)
        .where(poll.c.feed_id == feed_id)
        .order_by(poll.c.id.desc())
        .offset(HISTORY - 1)
        .limit(1)
    )
    connection.execute(
        delete(poll).where(poll.c.feed_id == feed_id, poll.c.id < oldest_kept.scalar_subquery())
    )


def _is_renamed(connection: Connection, row: AnyRow, outcome: Outcome) -> bool:
    """Whether readers see this feed under another name or with another link now."""
    after = outcome.after
    if (row.own_title or row.title, row.link) == (row.own_title or after.title, after.link):
        return False
    shown = select(listing.c.post_id).where(listing.c.facet == facet_of_feed(row.id)).limit(1)
    return connection.execute(shown).first() is not None
