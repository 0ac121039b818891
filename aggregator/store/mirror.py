"""Mirrors the sources file in the store: which feeds there are, whose entries are shown, what the filters say now."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, insert, select, update

from aggregator.fetch import host_of
from aggregator.filters import Filters, hidden_by_id
from aggregator.model import FilteredBy, PollState, Reason, ReasonCode, State
from aggregator.sources.settings import Settings, Source, Timeline
from aggregator.store import hosts, listings, locks, revisions, slugs
from aggregator.store.columns import AnyRow
from aggregator.store.database import Database
from aggregator.store.states import columns_of
from aggregator.store.tables import entry, entry_text, feed, listing, post, sources_file

_AT_ONCE = 500  # entries


def sync(db: Database, settings: Settings, now: datetime) -> None:
    """Make the store mirror the file. Costs one look where the file is what it was; can be repeated safely.

    A source is recognised by its url; one whose url is new, by the slug of one whose url is no longer there.
    """
    mark = _mark(settings)
    with db.read() as connection:
        if connection.execute(select(sources_file.c.mirrored)).scalar_one() == mark:
            return
    with db.write() as connection:
        _lock_file(connection)
        _mirror(connection, settings, now)
    _filter_anew(db, settings, now)
    with db.write() as connection:  # only now: what a crash interrupted is taken up by the next one
        connection.execute(update(sources_file).values(mirrored=mark))


def _mark(settings: Settings) -> str:
    """Return a digest of all that the store mirrors."""
    told = [
        (source.url, source.slug, source.title, source.tags, source.enabled, _filters(source, settings.timeline),
         source.polling.per_host, source.polling.per_host_gap)
        for source in settings.sources
    ]  # fmt: skip
    return hashlib.sha256(repr(told).encode()).hexdigest()


def _filters(source: Source, timeline: Timeline) -> str:
    rules = (source.include, source.exclude, source.hide, timeline.hide)
    return hashlib.sha256(repr(rules).encode()).hexdigest() if any(rules) else ""


def _lock_file(connection: Connection) -> None:
    """Wait until no other process mirrors the file."""
    connection.execute(select(sources_file.c.id).with_for_update())


# --- the feeds --------------------------------------------------------------------------------------------


def _mirror(connection: Connection, settings: Settings, now: datetime) -> None:
    before = connection.execute(select(feed)).all()
    pairs = _pairs(settings.sources, before)
    per_host = _per_host(pairs)
    hosts.ensure(connection, per_host | {row.host: 1 for row in before if row.host not in per_host}, now)
    before = connection.execute(select(feed)).all()  # what polls saved until the hosts were locked
    rows = {row.id: row for row in before}
    touched = [
        _write_source(
            connection,
            source,
            rows.get(row.id) if row else None,
            place=place,
            timeline=settings.timeline,
            now=now,
        )
        for place, (source, row) in enumerate(pairs)
    ]
    kept = {row.id for _, row in pairs if row}
    gone = [row.id for row in before if row.id not in kept and row.in_file]
    if gone:
        connection.execute(update(feed).where(feed.c.id.in_(gone)).values(in_file=False, due_at=None))
    hosts.limit_slots(connection, per_host)
    hosts.settle(connection, {*per_host, *(row.host for row in before)})
    _show(connection, [*gone, *filter(None, touched)], now)


def _pairs(sources: Sequence[Source], rows: Sequence[AnyRow]) -> list[tuple[Source, AnyRow | None]]:
    """Return each source with its row."""
    by_url = {row.url: row for row in rows}
    urls = {source.url for source in sources}
    # The youngest of a slug, and rather one of the last file than one that left it long ago.
    left = sorted((row for row in rows if row.url not in urls), key=lambda row: (row.in_file, row.id))
    by_slug = {row.slug: row for row in left}
    return [(source, by_url.get(source.url) or by_slug.get(source.slug)) for source in sources]


def _per_host(pairs: Iterable[tuple[Source, AnyRow | None]]) -> dict[str, int]:
    """Return the slots of each host: where its sources differ, the politest decides."""
    slots: dict[str, int] = {}
    for source, row in pairs:
        for name in {host_of(source.url), row.host if row else host_of(source.url)}:
            slots[name] = min(source.polling.per_host, slots.get(name, source.polling.per_host))
    return slots


def _write_source(
    connection: Connection,
    source: Source,
    row: AnyRow | None,
    *,
    place: int,
    timeline: Timeline,
    now: datetime,
) -> int | None:
    """Write a source; return its feed where that is listed otherwise now."""
    values = {
        "url": source.url,
        "slug": source.slug,
        "position": place,
        "in_file": True,
        "enabled": source.enabled,
        "own_title": source.title,
        "tags": source.tags,
        "gap": source.polling.per_host_gap.total_seconds(),
        "filters": _filters(source, timeline),
    }
    if row is None:
        connection.execute(insert(feed).values(**values, filtered=values["filters"], **_new(source, now)))
        return None
    values |= _moved(row, source, now) if row.url != source.url else _due(row, source)
    if row.slug != source.slug:
        slugs.remember(connection, row.id, row.slug)
    if any(getattr(row, name) != value for name, value in values.items()):
        connection.execute(update(feed).where(feed.c.id == row.id).values(**values))
    shown = ("in_file", "enabled", "own_title", "tags", "slug", "url")
    return row.id if any(getattr(row, name) != values[name] for name in shown) else None


def _new(source: Source, now: datetime) -> dict[str, Any]:
    return columns_of(PollState(address=source.url, next_poll=now)) | {
        "host": host_of(source.url),
        "due_at": now if source.enabled else None,
        "lease_owner": None,
        "last_read": None,
        "last_post": None,
    }


def _moved(row: AnyRow, source: Source, now: datetime) -> dict[str, Any]:
    """Begin anew at another address. The entries stay; a poll of the old address that is under way is lost."""
    fresh = PollState(
        address=source.url,
        next_poll=now,
        why=(Reason(ReasonCode.NEW_ADDRESS),),
        title=row.title,
        link=row.link,
        language=row.language,
        post_times=row.post_times,
        rate=row.rate,
    )
    return columns_of(fresh) | {
        "host": host_of(source.url),
        "due_at": now if source.enabled else None,
        "lease_owner": None,
    }


def _due(row: AnyRow, source: Source) -> dict[str, Any]:
    """Poll it as planned, also after a time outside the file; never while it is disabled or gone."""
    if not source.enabled:
        return {"due_at": None}
    returns = row.due_at is None and row.state is not State.GONE
    return {"due_at": row.next_poll} if returns else {}


def _show(connection: Connection, feed_ids: Sequence[int], now: datetime) -> None:
    """List the posts of feeds whose tags, name or place in the file changed."""
    if not feed_ids:
        return
    locks.whole_timeline(connection)
    change = listings.Change(visible=_are_listed(connection, feed_ids))
    mine = select(entry.c.post_id).where(entry.c.feed_id.in_(feed_ids), ~entry.c.pruned)
    listings.relist(connection, connection.execute(mine).scalars(), change)
    revisions.count_tags(connection, change.tags)
    if change.visible:
        revisions.move(connection, now)


def _are_listed(connection: Connection, feed_ids: Sequence[int]) -> bool:
    facets = [listings.facet_of_feed(feed_id) for feed_id in feed_ids]
    return connection.execute(select(listing).where(listing.c.facet.in_(facets)).limit(1)).first() is not None


# --- the filters ------------------------------------------------------------------------------------------


def _filter_anew(db: Database, settings: Settings, now: datetime) -> None:
    """Measure what is stored by filters that changed."""
    changed = select(feed.c.id, feed.c.url, feed.c.filters).where(
        feed.c.in_file, feed.c.filters != feed.c.filtered
    )
    with db.read() as connection:
        rows = connection.execute(changed.order_by(feed.c.id)).all()
    sources = {source.url: source for source in settings.sources}
    for row in rows:
        if source := sources.get(row.url):
            _filter_feed(db, row.id, source, settings.timeline, now)
            with db.write() as connection:
                connection.execute(update(feed).where(feed.c.id == row.id).values(filtered=row.filters))


def _filter_feed(db: Database, feed_id: int, source: Source, timeline: Timeline, now: datetime) -> None:
    """Measure a feed's entries, some at a time: patterns take their time outside of a transaction."""
    last = 0
    while rows := _stored_rows(db, feed_id, after=last):
        last = rows[-1].id
        filters = Filters(source, timeline)
        verdicts = [(row, _verdict(row, filters, source, timeline)) for row in rows]
        changed = [(row, verdict) for row, verdict in verdicts if verdict != row.left_out]
        if changed:
            with db.write() as connection:
                _write_verdicts(connection, changed, now)


def _write_verdicts(
    connection: Connection, changed: Sequence[tuple[AnyRow, FilteredBy | None]], now: datetime
) -> None:
    locks.whole_timeline(connection)
    connection.execute(
        update(entry)
        # What a poll rewrote meanwhile it has measured itself.
        .where(entry.c.id == bindparam("of"), entry.c.fingerprint == bindparam("words"))
        .values(left_out=bindparam("reason", type_=entry.c.left_out.type)),
        [{"of": row.id, "words": row.fingerprint, "reason": verdict} for row, verdict in changed],
    )
    change = listings.Change()
    listings.relist(connection, [row.post_id for row, _ in changed], change)
    revisions.count_tags(connection, change.tags)
    if change.visible:
        revisions.move(connection, now)


def _stored_rows(db: Database, feed_id: int, *, after: int) -> Sequence[AnyRow]:
    with db.read() as connection:
        return connection.execute(_stored(feed_id, after=after)).all()


def _stored(feed_id: int, *, after: int) -> Select[Any]:
    return (
        select(
            entry.c.id,
            entry.c.post_id,
            entry.c.title,
            entry.c.link,
            entry.c.guid,
            entry.c.fingerprint,
            entry.c.left_out,
            entry_text.c.text,
            post.c.public_id,
        )
        .join(entry_text, entry_text.c.entry_id == entry.c.id)
        .join(post, post.c.id == entry.c.post_id)
        .where(entry.c.feed_id == feed_id, entry.c.id > after)
        .order_by(entry.c.id)
        .limit(_AT_ONCE)
    )


def _verdict(row: AnyRow, filters: Filters, source: Source, timeline: Timeline) -> FilteredBy | None:
    ids = (row.public_id, row.guid, row.link)
    return hidden_by_id(ids, source, timeline) or filters.left_out(row.title, row.text, row.guid, row.link)
