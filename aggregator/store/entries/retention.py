"""The retention rules: entries older than `keep` are removed and not inserted again."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, or_, select, update

from aggregator.store.db import counters, locks
from aggregator.store.db.database import Database
from aggregator.store.db.tables import entry, entry_text, inbox, poller, post
from aggregator.store.entries import outlinks, search, timeline_index, timeline_version

_AT_ONCE = 500  # entries per transaction: polls are saved in between
_SILENT = timedelta(days=1)  # after which the heartbeat of a poller is deleted


def prune(db: Database, *, now: datetime, keep: timedelta | None) -> int:
    """Remove entries older than `keep` (None: forever) from the store; return how many."""
    with db.write() as connection:
        connection.execute(delete(poller).where(poller.c.at < now - _SILENT))
        connection.execute(delete(inbox).where(inbox.c.received < now - _SILENT))
    if keep is None:
        return 0
    pruned = 0
    while batch := _prune_some(db, now, now - keep):
        pruned += batch
    while _delete_some_stubs(db, now - keep):
        pass
    return pruned


def _prune_some(db: Database, now: datetime, before: datetime) -> int:
    """Reduce the oldest entries to stubs, which `_delete_some_stubs` deletes later."""
    with db.write() as connection:
        locks.timeline(connection, alone=True)
        old = (
            select(entry.c.id, entry.c.post_id, entry.c.feed_id, entry.c.links)
            .where(entry.c.placed < before, ~entry.c.pruned)
            .order_by(entry.c.placed)
            .limit(_AT_ONCE)
        )
        rows = connection.execute(old).all()
        if not rows:
            return 0
        ids = [row.id for row in rows]
        connection.execute(
            update(entry).where(entry.c.id.in_(ids)).values(pruned=True, lead="", left_out=None, links=None)
        )
        connection.execute(delete(entry_text).where(entry_text.c.entry_id.in_(ids)))
        search.forget(connection, ids)
        change = timeline_index.Change()
        outlinks.forget(connection, rows, change)
        timeline_index.update_listings(connection, [row.post_id for row in rows], change)
        timeline_version.record(connection, change, now)
        counters.count(connection, {counters.entries_counter("pruned"): len(rows)})
        return len(rows)


def _delete_some_stubs(db: Database, before: datetime) -> int:
    """Delete stubs that are no longer needed: the document does not list them, and their date would exclude them."""
    with db.write() as connection:
        locks.timeline(connection, alone=True)
        rows = connection.execute(
            select(entry.c.id, entry.c.post_id)
            .where(entry.c.placed < before, entry.c.pruned, _cannot_return(before))
            .limit(_AT_ONCE)
        ).all()
        connection.execute(delete(entry).where(entry.c.id.in_([row.id for row in rows])))
        _delete_empty_posts(connection, [row.post_id for row in rows])
        return len(rows)


def _cannot_return(before: datetime) -> ColumnElement[bool]:
    dated = or_(entry.c.published.is_not(None), entry.c.updated.is_not(None))
    return and_(entry.c.unlisted.is_not(None), or_(dated, entry.c.unlisted < before))


def _delete_empty_posts(connection: Connection, post_ids: list[int]) -> None:
    has_entries = exists().where(entry.c.post_id == post.c.id)
    connection.execute(delete(post).where(post.c.id.in_(post_ids), ~has_entries))
