"""The index of mentioned posts and finds, in the order of their scores.

Written in the last part of a transaction, one at a time: only then does each of two transactions, one with a
link and one with the post that it leads to, see what the other wrote.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, select

from aggregator.model import Mention
from aggregator.rank.finds import FEWEST_PUBLISHERS, find_mentions, find_title, found_at
from aggregator.rank.landing_pages import is_landing_page
from aggregator.rank.score import score
from aggregator.store.db.bulk import add_to_rows, among, insert_rows, new_ids, numbers, update_rows
from aggregator.store.db.tables import entry, find, listing, mentioned_posts, outlink, post, top
from aggregator.store.db.types import AnyRow
from aggregator.store.entries.outlinks import keys_of, page_key
from aggregator.store.entries.pointers import Pointer, mentions_of_posts, pointers_to_pages
from aggregator.store.entries.timeline_index import AT_ONCE, EVERYTHING, Change, facet_of_tag
from aggregator.store.entries.weeks import week_of

_Key = tuple[str, float, int, datetime, int]  # the columns of a row


_CREDIT = "c"  # before a feed's id


def facet_of_credit(feed_id: int) -> str:
    """Return the facet of the mentioned posts that are credited to a feed."""
    return f"{_CREDIT}{feed_id}"


def item_of_find(find_id: int) -> int:
    """Return the id of a find among posts."""
    return -find_id


def update_top(connection: Connection, change: Change) -> None:
    """Update the index after all that a transaction changed, and note in `change` whether readers see a difference."""
    if not (change.linked or change.listed or change.relisted):
        return
    for part in _parts(change.relisted):
        # Whether these are visible may have changed, and so what they mention.
        for row in connection.execute(_LINKS, {"ids": part}):
            change.linked |= keys_of(row.links)
    posts = change.listed | change.relisted
    posts.update(connection.execute(_PUBLISHED, {"keys": list(change.linked)}).scalars())
    for part in _parts(posts):
        _rank(connection, part, change)
    _rank_finds(connection, change)


def _parts(post_ids: Iterable[int]) -> Iterator[list[int]]:
    remaining = iter(sorted(post_ids))
    while part := list(islice(remaining, AT_ONCE)):
        yield part


def _rank(connection: Connection, post_ids: list[int], change: Change) -> None:
    mentions = mentions_of_posts(connection, post_ids)
    wanted = set()
    for row in connection.execute(_LISTED, {"ids": list(mentions)}):
        voices = mentions[row.post_id]
        for facet in (row.facet, facet_of_credit(row.credited)):
            wanted.add((facet, score(voices, row.placed), row.post_id, row.placed, len(voices)))
    _write(connection, post_ids, wanted, change)


def _write(connection: Connection, item_ids: Iterable[int], wanted: set[_Key], change: Change) -> None:
    now = {tuple(row) for row in connection.execute(_RANKED, {"ids": list(item_ids)})}
    if gone := [{"in_facet": facet, "at": at, "item": item} for facet, at, item, *_ in now - wanted]:
        connection.execute(_UNRANK, gone)
    insert_rows(connection, top, [_row(key) for key in sorted(wanted - now)])
    _count(connection, wanted - now, now - wanted)
    change.visible |= now != wanted


def _row(key: _Key) -> dict[str, Any]:
    return dict(zip(("facet", "score", "item_id", "placed", "voices"), key, strict=True))


def _count(connection: Connection, new: Iterable[_Key], gone: Iterable[_Key]) -> None:
    """Count the mentioned posts of each feed by week and voices."""
    counts = Counter(_mentioned(new))
    counts.subtract(_mentioned(gone))
    rows = [
        {"week": week, "feed_id": feed, "voices": voices, "posts": more}
        for (week, feed, voices), more in sorted(counts.items())
        if more
    ]
    add_to_rows(connection, mentioned_posts, rows)


def _mentioned(keys: Iterable[_Key]) -> Iterator[tuple[int, int, int]]:
    for facet, _, _, placed, voices in keys:
        if facet.startswith(_CREDIT):
            yield week_of(placed), int(facet.removeprefix(_CREDIT)), voices


# --- finds ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Find:
    """A page that no source published, and its mentions."""

    url: str
    title: str
    mentions: tuple[Mention, ...]
    facets: frozenset[str]

    @property
    def placed(self) -> datetime:
        return found_at(self.mentions)

    @property
    def columns(self) -> dict[str, Any]:
        return {"url": self.url, "title": self.title, "placed": self.placed}


def _rank_finds(connection: Connection, change: Change) -> None:
    """Rank the pages to which links were added or removed, and those that a source has published by now."""
    keys = change.linked.union(connection.execute(_PAGES, {"ids": list(change.listed)}).scalars())
    known = {row.page_key: row for row in connection.execute(_FINDS, {"keys": list(keys)})}
    pointed_to = connection.execute(_POINTED_TO, {"keys": list(keys), "fewest": FEWEST_PUBLISHERS}).scalars()
    if not (candidates := {*pointed_to, *known}):
        return
    published = set(connection.execute(_ARE_PUBLISHED, {"keys": list(candidates)}).scalars())
    pointers = pointers_to_pages(connection, candidates - published)
    finds = {key: found for key, each in pointers.items() if (found := _find(key, each))}
    ids = _save_finds(connection, finds, known)
    wanted = {
        (
            facet,
            score(found.mentions, found.placed),
            item_of_find(ids[key]),
            found.placed,
            len(found.mentions),
        )
        for key, found in finds.items()
        for facet in found.facets
    }
    items = {item_of_find(row.id) for row in known.values()} | {item_of_find(id_) for id_ in ids.values()}
    _write(connection, items, wanted, change)


def _find(key: int, pointers: Sequence[Pointer]) -> _Find | None:
    mentions = find_mentions(pointer.mention for pointer in pointers)
    rows = [pointer.row for pointer in pointers]
    links = [link for row in rows for link in row.links or () if page_key(link.url) == key]
    if not mentions or is_landing_page(links[0].url):
        return None
    tags = (tag for row in rows for tag in (*row.tags, *row.source_tags))
    url = links[0].url
    title = find_title((link.text for link in links), url)
    return _Find(url, title, mentions, frozenset((EVERYTHING, *map(facet_of_tag, tags))))


def _save_finds(
    connection: Connection, finds: Mapping[int, _Find], known: Mapping[int, AnyRow]
) -> dict[int, int]:
    """Write new and known finds, and delete those that are no longer finds; return their ids by key."""
    new = [key for key in finds if key not in known]
    ids = {key: row.id for key, row in known.items() if key in finds}
    ids |= dict(zip(new, new_ids(connection, find, len(new)), strict=True))
    rows = {key: {"id": ids[key], **found.columns} for key, found in finds.items()}
    insert_rows(connection, find, [{**rows[key], "page_key": key} for key in new])
    update_rows(connection, find, [rows[key] for key in finds if key in known])
    if gone := [row.id for key, row in known.items() if key not in finds]:
        connection.execute(_DELETE_FINDS, {"ids": gone})
    return ids


# --- statements -------------------------------------------------------------------------------------------

_LINKS = select(entry.c.links).where(among(entry.c.post_id, numbers("ids")), entry.c.links.is_not(None))
_PUBLISHED = select(entry.c.post_id).distinct().where(among(entry.c.page_key, numbers("keys")))
_ARE_PUBLISHED = select(entry.c.page_key).distinct().where(among(entry.c.page_key, numbers("keys")))
_PAGES = select(entry.c.page_key).where(among(entry.c.post_id, numbers("ids")), entry.c.page_key.is_not(None))
_LISTED = (
    select(listing, entry.c.feed_id.label("credited"))
    .join(post, post.c.id == listing.c.post_id)
    .join(entry, entry.c.id == post.c.entry_id)
    .where(among(listing.c.post_id, numbers("ids")))
)
_RANKED = select(top.c.facet, top.c.score, top.c.item_id, top.c.placed, top.c.voices).where(
    among(top.c.item_id, numbers("ids"))
)
_UNRANK = delete(top).where(
    top.c.facet == bindparam("in_facet"), top.c.score == bindparam("at"), top.c.item_id == bindparam("item")
)
_FINDS = select(find.c.id, find.c.page_key).where(among(find.c.page_key, numbers("keys")))
_DELETE_FINDS = delete(find).where(among(find.c.id, numbers("ids")))
_POINTED_TO = (
    select(outlink.c.page_key)
    .where(among(outlink.c.page_key, numbers("keys")))
    .group_by(outlink.c.page_key)
    .having(func.count(outlink.c.feed_id.distinct()) >= bindparam("fewest"))
)
