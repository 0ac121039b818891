"""Which posts each part of the timeline shows, kept as an index beside the entries, and which copy of a post is shown.

Whoever changes whether an entry is visible, or its tags, lists its post anew.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from aggregator.reconcile.copies import CopyOf, credited, place
from aggregator.reconcile.likeness import LOOKED_AT
from aggregator.store.columns import AnyRow, Instant
from aggregator.store.states import is_visible
from aggregator.store.tables import entry, entry_text, listing, post
from aggregator.store.tables import feed as feeds

EVERYTHING = ""
AT_ONCE = 500  # posts

_LONGEST_TAG = 200  # characters; the web side takes no longer ones either


def facet_of_feed(feed_id: int) -> str:
    """Return the facet of what a feed shows."""
    return f"s{feed_id}"


def facet_of_tag(tag: str) -> str:
    """Return the facet of what has a tag, in whatever case."""
    return f"t{tag.casefold()[:_LONGEST_TAG]}"


@dataclass(slots=True)
class Change:
    """What listing anew changed: whether a reader sees it, and how many posts more each tag has."""

    visible: bool = False
    tags: Counter[str] = field(default_factory=Counter)


def relist(connection: Connection, post_ids: Iterable[int], change: Change) -> None:
    """List these posts as their copies are now, and note in `change` what that changed."""
    remaining = iter(sorted(set(post_ids)))
    while batch := list(islice(remaining, AT_ONCE)):
        _relist(connection, batch, change)


def _relist(connection: Connection, post_ids: Sequence[int], change: Change) -> None:
    copies = _visible_copies(connection, post_ids)
    _credit(connection, post_ids, copies, change)
    posts = connection.execute(select(post.c.id, post.c.placed).where(post.c.id.in_(post_ids))).all()
    wanted = {(facet, row.placed, row.id) for row in posts for facet in _facets(copies[row.id])}
    now = {tuple(row) for row in connection.execute(select(listing).where(listing.c.post_id.in_(post_ids)))}
    _delete(connection, now - wanted)
    if wanted - now:
        connection.execute(insert(listing), [_listed(*key) for key in sorted(wanted - now)])
    change.visible |= wanted != now
    change.tags.update(_tags(wanted - now))
    change.tags.subtract(_tags(now - wanted))


def _visible_copies(connection: Connection, post_ids: Sequence[int]) -> defaultdict[int, list[AnyRow]]:
    rows = connection.execute(
        select(
            entry.c.id,
            entry.c.post_id,
            entry.c.feed_id,
            entry.c.tags,
            feeds.c.tags.label("source_tags"),
        )
        .join(feeds, feeds.c.id == entry.c.feed_id)
        .where(entry.c.post_id.in_(post_ids), is_visible())
        .order_by(entry.c.id)
    )
    copies: defaultdict[int, list[AnyRow]] = defaultdict(list)
    for row in rows:
        copies[row.post_id].append(row)
    return copies


def _facets(copies: Sequence[AnyRow]) -> Iterator[str]:
    if copies:
        yield EVERYTHING
    for row in copies:
        yield facet_of_feed(row.feed_id)
        yield from map(facet_of_tag, (*row.tags, *row.source_tags))


def _listed(facet: str, placed: object, post_id: int) -> dict[str, Any]:
    return {"facet": facet, "placed": placed, "post_id": post_id}


def _delete(connection: Connection, keys: set[Any]) -> None:
    if not keys:
        return
    connection.execute(
        delete(listing).where(
            listing.c.facet == bindparam("in_facet"),
            listing.c.placed == bindparam("at", type_=Instant),
            listing.c.post_id == bindparam("id"),
        ),
        [{"in_facet": facet, "at": placed, "id": post_id} for facet, placed, post_id in keys],
    )


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


def copy_of(row: AnyRow) -> CopyOf:
    """Return a row of COPY_COLUMNS as deciding about copies needs it."""
    return CopyOf(
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
) -> None:
    """Let each post show the copy that is its author's, and keep it where no copy is visible any more."""
    shown = {post_id: rows[0].id for post_id, rows in copies.items() if len(rows) == 1}
    several = [row.id for rows in copies.values() if len(rows) > 1 for row in rows]
    rivals = _rivals(connection, several)
    shown |= {post_id: credited(each).entry_id for post_id, each in rivals.items()}
    before = connection.execute(
        select(post.c.id, post.c.entry_id, post.c.placed).where(post.c.id.in_(post_ids))
    )
    moved = []
    for row in before:
        placed = place(rivals[row.id], row.placed) if row.id in rivals else row.placed
        if row.id in shown and (shown[row.id], placed) != (row.entry_id, row.placed):
            moved.append({"of": row.id, "shown": shown[row.id], "at": placed})
    if moved:
        change.visible = True
        connection.execute(
            update(post)
            .where(post.c.id == bindparam("of"))
            .values(entry_id=bindparam("shown"), placed=bindparam("at", type_=Instant)),
            moved,
        )


def _rivals(connection: Connection, entry_ids: Sequence[int]) -> dict[int, list[CopyOf]]:
    rivals: defaultdict[int, list[CopyOf]] = defaultdict(list)
    if not entry_ids:
        return rivals
    rows = connection.execute(
        select(*COPY_COLUMNS)
        .join(feeds, feeds.c.id == entry.c.feed_id)
        .join(entry_text, entry_text.c.entry_id == entry.c.id)
        .where(entry.c.id.in_(entry_ids))
        .order_by(entry.c.id)
    )
    for row in rows:
        rivals[row.post_id].append(copy_of(row))
    return rivals
