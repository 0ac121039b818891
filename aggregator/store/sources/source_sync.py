"""Syncs the store with the sources file: which feeds there are, whose entries are shown, which entries the filters exclude."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, bindparam, select, update

from aggregator.filters import Filters, hidden_by_id
from aggregator.lifecycle.transitions import AddressChanged, apply
from aggregator.model import FeedState, FilteredBy
from aggregator.sources.settings import Settings, Source, Timeline
from aggregator.store.db import locks
from aggregator.store.db.bulk import among, insert_rows, numbers, texts, update_rows
from aggregator.store.db.database import Database
from aggregator.store.db.feed_rows import state_columns, state_of_row
from aggregator.store.db.tables import entry, entry_text, feed, post, sources_file
from aggregator.store.db.types import AnyRow
from aggregator.store.entries import timeline_index, timeline_version
from aggregator.store.polling import hosts
from aggregator.store.sources import former_slugs
from aggregator.urls import host_of

T = TypeVar("T")

_AT_ONCE = 500  # entries
_QUIET_AT_ONCE = 2_000  # sources in a transaction
_SHOWN_AT_ONCE = 50  # sources in a transaction that lists all their posts again


def sync_sources(db: Database, settings: Settings, now: datetime) -> None:
    """Sync the store with the file. Costs one query if the file is unchanged; idempotent.

    A source is recognised by its url; one whose url is new, by the slug of one whose url is no longer there.
    Only differences are written, in batches, so that polls continue meanwhile.
    """
    mark = _mark(settings)
    with db.read() as connection:
        if connection.execute(select(sources_file.c.mirrored)).scalar_one() == mark:
            return
        rows = connection.execute(_SNAPSHOT).all()
        slots = hosts.slots(connection)
    pairs = _pairs(settings.sources, rows)
    per_host = _per_host(pairs)
    other_slots = sorted(name for name, number in per_host.items() if slots.get(name) != number)
    for part in _parts(_difference(settings, pairs, rows), other_slots):
        with db.write() as connection:
            _lock_file(connection)
            _write(connection, part, per_host, now)
    _filter_anew(db, settings, now)
    with db.write() as connection:  # only now: the next sync continues after a crash
        connection.execute(update(sources_file).values(mirrored=mark))


def _mark(settings: Settings) -> str:
    """Return a digest of everything that is synced."""
    told = [
        (source.url, source.slug, source.title, source.tags, source.enabled, source.publisher,
         _filters(source, settings.timeline), source.polling.per_host, source.polling.per_host_gap)
        for source in settings.sources
    ]  # fmt: skip
    return hashlib.sha256(repr(told).encode()).hexdigest()


def _filters(source: Source, timeline: Timeline) -> str:
    rules = (source.include, source.exclude, source.hide, timeline.hide)
    return hashlib.sha256(repr(rules).encode()).hexdigest() if any(rules) else ""


def _lock_file(connection: Connection) -> None:
    """Wait until no other process syncs the file."""
    connection.execute(select(sources_file.c.id).with_for_update())


# --- what differs -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Added:
    """A source of the file that has no feed yet, and its columns that follow from the file alone."""

    source: Source
    values: Mapping[str, Any]

    @property
    def hosts(self) -> set[str]:
        return {host_of(self.source.url)}


@dataclass(frozen=True, slots=True)
class _Changed:
    """A feed whose settings in the file changed, or that is no longer listed (no source)."""

    feed_id: int
    source: Source | None
    values: Mapping[str, Any]
    hosts: set[str]
    is_shown_otherwise: bool  # readers see another name, or posts appear or disappear


@dataclass(frozen=True, slots=True)
class _Difference:
    """The differences between the store and the file."""

    added: Sequence[_Added] = ()
    changed: Sequence[_Changed] = ()
    hosts: Collection[str] = ()  # further hosts whose number of slots changed


_SNAPSHOT = select(
    feed.c.id,
    feed.c.url,
    feed.c.slug,
    feed.c.position,
    feed.c.in_file,
    feed.c.enabled,
    feed.c.own_title,
    feed.c.publisher,
    feed.c.tags,
    feed.c.gap,
    feed.c.filters,
    feed.c.host,
)
_SHOWN = ("in_file", "enabled", "own_title", "tags", "slug", "url", "publisher")


def _difference(
    settings: Settings, pairs: Sequence[tuple[Source, AnyRow | None]], rows: Sequence[AnyRow]
) -> _Difference:
    added, changed = [], []
    for position, (source, row) in enumerate(pairs):
        values = _values(source, position, settings.timeline)
        if row is None:
            added.append(_Added(source, values))
        elif others := {name for name, value in values.items() if getattr(row, name) != value}:
            names = {host_of(source.url), row.host}
            changed.append(_Changed(row.id, source, values, names, not others.isdisjoint(_SHOWN)))
    kept = {row.id for _, row in pairs if row}
    changed += [
        _Changed(row.id, None, {"in_file": False}, {row.host}, is_shown_otherwise=True)
        for row in rows
        if row.in_file and row.id not in kept
    ]
    return _Difference(added, changed)


def _values(source: Source, position: int, timeline: Timeline) -> dict[str, Any]:
    """Return the columns of a feed that only depend on the file."""
    return {
        "url": source.url,
        "slug": source.slug,
        "position": position,
        "in_file": True,
        "enabled": source.enabled,
        "own_title": source.title,
        "publisher": source.publisher,
        "tags": source.tags,
        "gap": source.polling.per_host_gap.total_seconds(),
        "filters": _filters(source, timeline),
    }


def _parts(whole: _Difference, hosts_to_check: Sequence[str]) -> Iterator[_Difference]:
    """Split a difference into transactions, none of which takes long: listing a feed's posts again does."""
    shown = [one for one in whole.changed if one.is_shown_otherwise]
    quiet = [one for one in whole.changed if not one.is_shown_otherwise]
    yield from (_Difference(changed=some) for some in _batches(shown, _SHOWN_AT_ONCE))
    yield from (_Difference(added=some) for some in _batches(whole.added, _QUIET_AT_ONCE))
    yield from (_Difference(changed=some) for some in _batches(quiet, _QUIET_AT_ONCE))
    yield from (_Difference(hosts=some) for some in _batches(hosts_to_check, _QUIET_AT_ONCE))


def _batches(items: Sequence[T], size: int) -> Iterator[list[T]]:
    for first in range(0, len(items), size):
        yield list(items[first : first + size])


def _pairs(sources: Sequence[Source], rows: Sequence[AnyRow]) -> list[tuple[Source, AnyRow | None]]:
    """Return each source with its row."""
    by_url = {row.url: row for row in rows}
    urls = {source.url for source in sources}
    # The youngest with a slug, preferring one of the last file to one that left it long ago.
    left = sorted((row for row in rows if row.url not in urls), key=lambda row: (row.in_file, row.id))
    by_slug = {row.slug: row for row in left}
    return [(source, by_url.get(source.url) or by_slug.get(source.slug)) for source in sources]


def _per_host(pairs: Iterable[tuple[Source, AnyRow | None]]) -> dict[str, int]:
    """Return the slots of each host: if its sources differ, the smallest number."""
    slots: dict[str, int] = {}
    for source, row in pairs:
        own = host_of(source.url)
        for name in {own, row.host if row else own}:
            slots[name] = min(source.polling.per_host, slots.get(name, source.polling.per_host))
    return slots


# --- the feeds --------------------------------------------------------------------------------------------


def _write(connection: Connection, part: _Difference, per_host: Mapping[str, int], now: datetime) -> None:
    names = set(part.hosts).union(*(one.hosts for one in part.added), *(one.hosts for one in part.changed))
    hosts.ensure(connection, {name: per_host.get(name, 1) for name in names}, now)
    _add(connection, part.added, now)
    # Read only now: polls may have been saved until the hosts were locked.
    rows = {row.id: row for row in connection.execute(_FEEDS, {"ids": [one.feed_id for one in part.changed]})}
    _rewrite(connection, [(one, rows[one.feed_id]) for one in part.changed], now)
    hosts.limit_slots(connection, {name: per_host[name] for name in names if name in per_host})
    hosts.settle(connection, names)
    _show(connection, [one.feed_id for one in part.changed if one.is_shown_otherwise], now)


_FEEDS = select(feed).where(among(feed.c.id, numbers("ids")))
_KNOWN_URLS = select(feed.c.url).where(among(feed.c.url, texts("urls")))


def _add(connection: Connection, added: Sequence[_Added], now: datetime) -> None:
    """Insert new feeds, except those that another process has inserted meanwhile."""
    urls = [one.source.url for one in added]
    known = set(connection.execute(_KNOWN_URLS, {"urls": urls}).scalars())
    insert_rows(connection, feed, [_new(one, now) for one in added if one.source.url not in known])


def _new(one: _Added, now: datetime) -> dict[str, Any]:
    return {
        **one.values,
        **state_columns(FeedState(address=one.source.url, next_poll=now)),
        "filtered": one.values["filters"],
        "host": host_of(one.source.url),
        "due_at": now if one.source.enabled else None,
        "lease_owner": None,
        "last_read": None,
        "last_post": None,
    }


def _rewrite(connection: Connection, changed: Sequence[tuple[_Changed, AnyRow]], now: datetime) -> None:
    """Write the feeds whose settings changed."""
    groups: defaultdict[frozenset[str], list[dict[str, Any]]] = defaultdict(list)
    for one, row in changed:
        values = {"id": row.id, **one.values, **_polled(one.source, row, now)}
        groups[frozenset(values)].append(values)
        if one.source and row.slug != one.source.slug:
            former_slugs.remember(connection, row.id, row.slug)
    for rows in groups.values():
        update_rows(connection, feed, rows)


def _polled(source: Source | None, row: AnyRow, now: datetime) -> dict[str, Any]:
    """Return what changes for the polls of a feed."""
    if source is None:
        return {"due_at": None}
    return _moved(row, source, now) if row.url != source.url else _due(row, source)


def _moved(row: AnyRow, source: Source, now: datetime) -> dict[str, Any]:
    """Start again at another address. The entries stay; a poll of the old address that is under way is discarded."""
    state = apply(state_of_row(row), AddressChanged(now, source.url))
    return state_columns(state) | {
        "host": host_of(source.url),
        "due_at": now if source.enabled else None,
        "lease_owner": None,
    }


def _due(row: AnyRow, source: Source) -> dict[str, Any]:
    """Poll it as scheduled, also if it was temporarily not listed; never while it is disabled or gone."""
    if not source.enabled:
        return {"due_at": None}
    returns = row.due_at is None and row.state.is_polled
    return {"due_at": row.next_poll} if returns else {}


def _show(connection: Connection, feed_ids: Sequence[int], now: datetime) -> None:
    """List the posts of feeds whose tags, name or place in the file changed."""
    if not feed_ids:
        return
    locks.timeline(connection, alone=True)
    change = timeline_index.Change(visible=timeline_index.are_listed(connection, feed_ids))
    mine = select(entry.c.post_id).where(entry.c.feed_id.in_(feed_ids), ~entry.c.pruned)
    timeline_index.update_listings(connection, connection.execute(mine).scalars(), change)
    timeline_version.record(connection, change, now)


# --- the filters ------------------------------------------------------------------------------------------


def _filter_anew(db: Database, settings: Settings, now: datetime) -> None:
    """Apply changed filters to the stored entries."""
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
    """Filter a feed's entries in batches: patterns run outside of transactions."""
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
    locks.timeline(connection, alone=True)
    connection.execute(
        update(entry)
        # Entries that a poll rewrote meanwhile were filtered by it.
        .where(entry.c.id == bindparam("of"), entry.c.fingerprint == bindparam("words"))
        .values(left_out=bindparam("reason", type_=entry.c.left_out.type)),
        [{"of": row.id, "words": row.fingerprint, "reason": verdict} for row, verdict in changed],
    )
    change = timeline_index.Change()
    timeline_index.update_listings(connection, [row.post_id for row, _ in changed], change)
    timeline_version.record(connection, change, now)


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
