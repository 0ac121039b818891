"""The index of links from entries to pages, without links that a feed repeats in many of its posts."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, Connection, bindparam, delete, func, select

from aggregator.model import Entry, Outlink
from aggregator.rank.mentions import is_repeated, link_weight
from aggregator.rank.pages import is_front_page, page
from aggregator.store.db.bulk import insert_rows, pairs, update_rows
from aggregator.store.db.tables import feed as feeds
from aggregator.store.db.tables import outlink
from aggregator.store.db.types import AnyRow, digest
from aggregator.store.entries.timeline_index import Change

_MOST_REPEATED = 500  # repeated pages that are stored per feed


@lru_cache(maxsize=16_384)
def page_key(url: str) -> int:
    """Return the key of a page, the same for all its addresses."""
    return digest("page", page(url))


def keys_of(links: Iterable[Outlink] | None) -> set[int]:
    """Return the keys of the pages that are linked to."""
    return {page_key(link.url) for link in links or ()}


def published_page(item: Entry) -> int | None:
    """Return the key of the page that an entry publishes: its own, unless it only points there (see `normalize.outlinks`)."""
    if item.link is None or is_front_page(item.link):
        return None
    key = page_key(item.link)
    return None if key in keys_of(item.links) else key


@dataclass(frozen=True, slots=True)
class Linking:
    """An entry that was just written, and its links before."""

    feed_id: int
    entry_id: int
    links: Sequence[Outlink]
    before: Sequence[Outlink] = ()
    listed: int = 0  # entries of the feed's document
    repeated: Sequence[int] = ()  # keys of the links that the feed is known to repeat


def index(connection: Connection, linkings: Sequence[Linking], change: Change) -> None:
    """Index the links of entries again, and note in `change` the pages whose links changed."""
    changed = [linking for linking in linkings if linking.links or linking.before]
    if not changed:
        return
    rewritten = [linking for linking in changed if linking.before]
    _delete(connection, rewritten)
    repeated = _repeated(connection, changed)
    rows = [row for linking in changed for row in _rows(linking, repeated[linking.feed_id])]
    insert_rows(connection, outlink, rows)
    change.linked.update(row["page_key"] for row in rows)
    change.linked.update(key for linking in rewritten for key in keys_of(linking.before))
    change.linked.update(_forget(connection, changed, repeated))


def forget(connection: Connection, rows: Iterable[AnyRow], change: Change) -> None:
    """Remove the links of entries from the index, by their columns `id`, `feed_id` and `links`."""
    gone = [Linking(row.feed_id, row.id, (), row.links) for row in rows if row.links]
    _delete(connection, gone)
    change.linked.update(key for linking in gone for key in keys_of(linking.before))


def _rows(linking: Linking, repeated: set[int]) -> Iterator[dict[str, Any]]:
    keys = keys_of(linking.links) - repeated
    weight = link_weight(len(keys))
    for key in sorted(keys):
        yield {
            "page_key": key,
            "feed_id": linking.feed_id,
            "entry_id": linking.entry_id,
            "weight": weight,
        }


def _delete(connection: Connection, linkings: Iterable[Linking]) -> None:
    rows = [
        {"page": key, "feed": linking.feed_id, "entry": linking.entry_id}
        for linking in linkings
        for key in keys_of(linking.before)
    ]
    if rows:
        connection.execute(_DELETE, rows)


# --- what a feed repeats ----------------------------------------------------------------------------------


def _repeated(connection: Connection, linkings: Sequence[Linking]) -> defaultdict[int, set[int]]:
    """Return, by feed, the keys of the links that it repeats: the known ones, and those found in these entries."""
    repeated = defaultdict(set, {linking.feed_id: set(linking.repeated) for linking in linkings})
    listed = {linking.feed_id: linking.listed for linking in linkings}
    times = Counter((key, linking.feed_id) for linking in linkings for key in keys_of(linking.links))
    for row in connection.execute(_TIMES, {"links": json.dumps(list(times))}):
        times[row.page_key, row.feed_id] += row.times
    for (key, feed_id), number in times.items():
        if is_repeated(number, listed[feed_id]):
            repeated[feed_id].add(key)
    return repeated


def _forget(connection: Connection, linkings: Sequence[Linking], repeated: dict[int, set[int]]) -> set[int]:
    """Store the links that feeds repeat, and remove them from the index; return the new keys."""
    before = {linking.feed_id: linking.repeated for linking in linkings}
    new = {feed_id: sorted(keys.difference(before[feed_id])) for feed_id, keys in repeated.items()}
    rows = [
        {"id": feed_id, "repeated": (*before[feed_id], *keys)[-_MOST_REPEATED:]}
        for feed_id, keys in sorted(new.items())
        if keys
    ]
    update_rows(connection, feeds, rows)
    if gone := [{"page": key, "feed": feed_id} for feed_id, keys in new.items() for key in keys]:
        connection.execute(_DELETE_REPEATED, gone)
    return {row["page"] for row in gone}


# --- statements -------------------------------------------------------------------------------------------

_links = pairs("links")
_TIMES = (
    select(outlink.c.page_key, outlink.c.feed_id, func.count().label("times"))
    .join_from(_links, outlink, (outlink.c.page_key == _links.c.one) & (outlink.c.feed_id == _links.c.other))
    .group_by(outlink.c.page_key, outlink.c.feed_id)
)
_DELETE_REPEATED = delete(outlink).where(
    outlink.c.page_key == bindparam("page", type_=BigInteger), outlink.c.feed_id == bindparam("feed")
)
_DELETE = _DELETE_REPEATED.where(outlink.c.entry_id == bindparam("entry"))
