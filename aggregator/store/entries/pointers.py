"""Which posts point to posts and to pages that nobody published, as they are now."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Connection, Select, and_, select

from aggregator.domains import site_domain
from aggregator.model import Mention
from aggregator.rank.mentions import independent
from aggregator.rank.publishers import publisher_of
from aggregator.store.db.bulk import among, numbers
from aggregator.store.db.feed_rows import NAME_COLUMNS, name_of
from aggregator.store.db.tables import entry, outlink, post
from aggregator.store.db.tables import feed as feeds
from aggregator.store.db.types import AnyRow

_MOST = 20_000  # links that are looked at, of all the pages that are asked for together

# The entry that has the link, the feed that has it, and the copy that its post is credited to.
_by = entry.alias("by_entry")
_by_feed = feeds.alias("by_feed")
_target = entry.alias("target")
_credited = entry.alias("credited")


def mentions_of_posts(connection: Connection, post_ids: Collection[int]) -> dict[int, tuple[Mention, ...]]:
    """Return which posts of other publishers point to each of these posts; those that none does are left out."""
    found: defaultdict[int, list[Mention]] = defaultdict(list)
    for row in connection.execute(_TO_POSTS, {"ids": list(post_ids)}):
        if row.target_id != row.post_id:
            found[row.target_id].append(mention_of(row))
    if not found:
        return {}
    publishers = _publishers(connection, found)
    counted = {id_: independent(mentions, publishers.get(id_, ())) for id_, mentions in found.items()}
    return {id_: mentions for id_, mentions in counted.items() if mentions}


def pointers_to_pages(connection: Connection, keys: Iterable[int]) -> dict[int, list[AnyRow]]:
    """Return the links to each of these pages, with all that `mention_of` needs."""
    found: defaultdict[int, list[AnyRow]] = defaultdict(list)
    for row in connection.execute(_TO_PAGES, {"keys": list(keys)}):
        found[row.target_id].append(row)
    return found


def mention_of(row: AnyRow) -> Mention:
    """Return a row of these queries as the mention that it is; its post speaks for the source that it is credited to."""
    source = name_of(row)
    return Mention(
        source=source,
        publisher=publisher_of(source, row.publisher),
        title=row.post_title,
        link=row.post_link,
        placed=row.placed,
        weight=row.weight,
        post_id=row.post_id,
    )


def _publishers(connection: Connection, post_ids: Iterable[int]) -> dict[int, set[str]]:
    """Return of each post its source's publisher and the registrable domain that it is on."""
    rows = connection.execute(_CREDITED_TO, {"ids": list(post_ids)})
    return {
        row.post_id: {publisher_of(name_of(row), row.publisher), site_domain(row.post_link)} for row in rows
    }


# --- statements -------------------------------------------------------------------------------------------


def _pointers(target: Any) -> Select[Any]:
    return select(
        target.label("target_id"),
        _by.c.post_id,
        _by.c.links,
        _by.c.tags,
        outlink.c.weight,
        post.c.placed,
        _credited.c.title.label("post_title"),
        _credited.c.link.label("post_link"),
        _by_feed.c.tags.label("source_tags"),
        feeds.c.publisher,
        *NAME_COLUMNS,
    )


def _from_links(query: Select[Any]) -> Select[Any]:
    """Join the entries that links stand in, if they are visible, with the posts that they are."""
    is_visible = and_(
        _by_feed.c.in_file, _by_feed.c.enabled, _by.c.left_out.is_(None), ~_by.c.withdrawn, ~_by.c.pruned
    )
    return (
        query.join(_by, _by.c.id == outlink.c.entry_id)
        .join(_by_feed, _by_feed.c.id == _by.c.feed_id)
        .join(post, post.c.id == _by.c.post_id)
        .join(_credited, _credited.c.id == post.c.entry_id)
        .join(feeds, feeds.c.id == _credited.c.feed_id)
        .where(is_visible)
        .order_by(_by.c.id)
        .limit(_MOST)
    )


_TO_POSTS = _from_links(
    _pointers(_target.c.post_id)
    .select_from(_target)
    .join(outlink, outlink.c.page_key == _target.c.page_key)
    .where(among(_target.c.post_id, numbers("ids")))
)
_TO_PAGES = _from_links(
    _pointers(outlink.c.page_key).select_from(outlink).where(among(outlink.c.page_key, numbers("keys")))
)
_CREDITED_TO = (
    select(post.c.id.label("post_id"), entry.c.link.label("post_link"), feeds.c.publisher, *NAME_COLUMNS)
    .join(entry, entry.c.id == post.c.entry_id)
    .join(feeds, feeds.c.id == entry.c.feed_id)
    .where(among(post.c.id, numbers("ids")))
)
