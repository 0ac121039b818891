"""The index of the posts in each part of the timeline, and the choice of the copy that a post shows.

Code that changes whether an entry is visible, or its tags, must list its post again.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, bindparam, delete, exists, func, select

from aggregator.reconcile.duplicates import StoredCopy, canonical_copy, place
from aggregator.reconcile.text_similarity import LOOKED_AT
from aggregator.store.db import locks
from aggregator.store.db.bulk import among, insert_rows, numbers, texts, update_rows
from aggregator.store.db.feed_rows import is_visible
from aggregator.store.db.tables import entry, entry_text, listing, post
from aggregator.store.db.tables import feed as feeds
from aggregator.store.db.types import AnyRow, UtcDateTime
from aggregator.store.entries import search

EVERYTHING = ""
FEED_FACET = "s"  # before a feed's id
AT_ONCE = 500  # posts

_LONGEST_TAG = 200  # characters; the web side accepts no longer ones either


def facet_of_feed(feed_id: int) -> str:
    """Return the facet of a feed."""
    return f"{FEED_FACET}{feed_id}"


def facet_of_tag(tag: str) -> str:
    """Return the facet of a tag, whose case does not matter."""
    return f"t{tag.casefold()[:_LONGEST_TAG]}"


def facet_of_language(tag: str) -> str:
    """Return the facet of a language tag (BCP 47), whose case does not matter."""
    return f"l{tag.casefold()}"


def facets_of_language(tag: str | None) -> Iterator[str]:
    """Yield the facets of a language tag (BCP 47): with its region, and without."""
    if tag:
        language, _, region = tag.partition("-")
        yield facet_of_language(language)
        if region:
            yield facet_of_language(tag)


def facet_of_author(name: str) -> str:
    """Return the facet of an author, whose case does not matter."""
    return f"a{name.casefold()[:_LONGEST_TAG]}"


@dataclass(slots=True)
class Change:
    """What a transaction changed in the timeline: whether readers see it, and how each tag's count changed."""

    visible: bool = False
    tags: Counter[str] = field(default_factory=Counter)
    listed: set[int] = field(default_factory=set)  # posts that are new
    relisted: set[int] = field(default_factory=set)  # posts whose visible copies may have changed
    linked: set[int] = field(default_factory=set)  # keys of pages to which links were added or removed


@dataclass(frozen=True, slots=True)
class Debut:
    """A post that was just created: it has one copy, and is not listed yet."""

    post_id: int
    feed_id: int
    placed: datetime
    tags: Sequence[str]  # its own and its source's
    language: str | None
    authors: Sequence[str]
    is_fixed_page: bool = False

    @property
    def facets(self) -> Iterator[str]:
        """Where it is listed."""
        yield facet_of_feed(self.feed_id)
        if not self.is_fixed_page:
            yield EVERYTHING
            yield from _content_facets(self.tags, self.language, self.authors)


def list_new(connection: Connection, debuts: Iterable[Debut], change: Change) -> None:
    """List new posts whose one copy is visible, and note the changes in `change`."""
    keys = {(facet, debut.placed, debut.post_id) for debut in debuts for facet in debut.facets}
    _insert(connection, keys)
    change.listed.update(post_id for _, _, post_id in keys)
    change.visible |= bool(keys)
    change.tags.update(_tags(keys))


def update_listings(connection: Connection, post_ids: Iterable[int], change: Change) -> None:
    """List these posts again from their current copies, and note the changes in `change`."""
    remaining = iter(sorted(set(post_ids)))
    while batch := list(islice(remaining, AT_ONCE)):
        _relist(connection, batch, change)


def are_listed(connection: Connection, feed_ids: Iterable[int]) -> bool:
    """Whether the timeline shows a post of one of these feeds."""
    facets = [facet_of_feed(feed_id) for feed_id in feed_ids]
    return bool(facets) and bool(connection.execute(_ARE_LISTED, {"facets": facets}).scalar())


def _relist(connection: Connection, post_ids: Sequence[int], change: Change) -> None:
    locks.posts(connection, post_ids)
    copies = _visible_copies(connection, post_ids)
    placed = _credit(connection, post_ids, copies, change)
    wanted = {(facet, at, post_id) for post_id, at in placed.items() for facet in _facets(copies[post_id])}
    now = {tuple(row) for row in connection.execute(_LISTED, {"ids": post_ids})}
    _delete(connection, now - wanted)
    _insert(connection, wanted - now)
    change.relisted.update(post_ids)
    change.visible |= wanted != now
    change.tags.update(_tags(wanted - now))
    change.tags.subtract(_tags(now - wanted))


def _visible_copies(connection: Connection, post_ids: Sequence[int]) -> defaultdict[int, list[AnyRow]]:
    copies: defaultdict[int, list[AnyRow]] = defaultdict(list)
    for row in connection.execute(_VISIBLE_COPIES, {"ids": post_ids}):
        copies[row.post_id].append(row)
    return copies


def _facets(copies: Sequence[AnyRow]) -> Iterator[str]:
    for row in copies:
        yield facet_of_feed(row.feed_id)
        if not row.is_fixed_page:
            yield EVERYTHING
            yield from _content_facets((*row.tags, *row.source_tags), row.language, row.authors)


def _content_facets(tags: Iterable[str], language: str | None, authors: Iterable[str]) -> Iterator[str]:
    yield from map(facet_of_tag, tags)
    yield from facets_of_language(language)
    yield from map(facet_of_author, authors)


def _insert(connection: Connection, keys: Iterable[tuple[str, datetime, int]]) -> None:
    rows = [{"facet": facet, "placed": placed, "post_id": post_id} for facet, placed, post_id in sorted(keys)]
    insert_rows(connection, listing, rows)


def _delete(connection: Connection, keys: Iterable[tuple[str, datetime, int]]) -> None:
    if rows := [{"in_facet": facet, "at": placed, "id": post_id} for facet, placed, post_id in keys]:
        connection.execute(_UNLIST, rows)


def _tags(keys: Iterable[tuple[str, Any, int]]) -> Counter[str]:
    return Counter(facet.removeprefix("t") for facet, _, _ in keys if facet.startswith("t"))


# --- which copy is shown ----------------------------------------------------------------------------------

COPY_COLUMNS = (
    entry.c.id,
    entry.c.post_id,
    entry.c.feed_id,
    entry.c.link,
    entry.c.title,
    entry.c.published,
    entry.c.first_seen,
    entry.c.origin,
    entry.c.guid,
    entry.c.placed,
    func.substr(entry_text.c.text, 1, LOOKED_AT).label("text"),
    feeds.c.url.label("feed_url"),
    feeds.c.link.label("feed_link"),
)


def copy_of(row: AnyRow) -> StoredCopy:
    """Return a row of COPY_COLUMNS as `reconcile.duplicates` needs it."""
    return StoredCopy(
        row.id,
        row.feed_url,
        row.feed_link,
        row.link,
        row.title,
        row.text,
        row.published,
        row.first_seen,
        row.origin,
        row.guid,
        row.placed,
    )


def _credit(
    connection: Connection, post_ids: Sequence[int], copies: dict[int, list[AnyRow]], change: Change
) -> dict[int, datetime]:
    """Let each post show its author's copy, unchanged if no copy is visible; return the posts' positions."""
    shown = {post_id: rows[0].id for post_id, rows in copies.items() if len(rows) == 1}
    several = [row.id for rows in copies.values() if len(rows) > 1 for row in rows]
    rivals = _rivals(connection, several)
    shown |= {post_id: canonical_copy(each).entry_id for post_id, each in rivals.items()}
    before = connection.execute(_POSTS, {"ids": post_ids}).all()
    placed = {row.id: place(rivals[row.id], row.placed) if row.id in rivals else row.placed for row in before}
    moved = [
        {"id": row.id, "entry_id": shown[row.id], "placed": placed[row.id]}
        for row in before
        if row.id in shown and (shown[row.id], placed[row.id]) != (row.entry_id, row.placed)
    ]
    change.visible |= bool(moved)
    update_rows(connection, post, moved)
    for row in before:
        if row.placed != placed[row.id]:
            search.move(connection, row.id, old=row.placed, new=placed[row.id])
    return placed


def _rivals(connection: Connection, entry_ids: Sequence[int]) -> dict[int, list[StoredCopy]]:
    rivals: defaultdict[int, list[StoredCopy]] = defaultdict(list)
    if entry_ids:
        for row in connection.execute(_RIVALS, {"ids": entry_ids}):
            rivals[row.post_id].append(copy_of(row))
    return rivals


# --- statements -------------------------------------------------------------------------------------------

_POSTS = select(post.c.id, post.c.placed, post.c.entry_id).where(among(post.c.id, numbers("ids")))
_LISTED = select(listing).where(among(listing.c.post_id, numbers("ids")))
_ARE_LISTED = select(exists().where(among(listing.c.facet, texts("facets"))))
_UNLIST = delete(listing).where(
    listing.c.facet == bindparam("in_facet"),
    listing.c.placed == bindparam("at", type_=UtcDateTime),
    listing.c.post_id == bindparam("id"),
)
_VISIBLE_COPIES = (
    select(
        entry.c.id,
        entry.c.post_id,
        entry.c.feed_id,
        entry.c.tags,
        entry.c.language,
        entry.c.authors,
        entry.c.is_fixed_page,
        feeds.c.tags.label("source_tags"),
    )
    .join(feeds, feeds.c.id == entry.c.feed_id)
    .where(among(entry.c.post_id, numbers("ids")), is_visible())
    .order_by(entry.c.id)
)
_RIVALS = (
    select(*COPY_COLUMNS)
    .join(feeds, feeds.c.id == entry.c.feed_id)
    .join(entry_text, entry_text.c.entry_id == entry.c.id)
    .where(among(entry.c.id, numbers("ids")))
    .order_by(entry.c.id)
)
