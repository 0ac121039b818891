"""Which posts point to posts and to pages that nobody published, as they are now.

Asked in two steps, first for the links and then for the entries that have them: joined in one statement, PostgreSQL may
begin with the entries and read all of them, and most posts have no link to them at all.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from aggregator.domains import site_domain
from aggregator.model import Mention
from aggregator.rank.mentions import independent
from aggregator.rank.publishers import publisher_of
from aggregator.store.db.bulk import among, numbers
from aggregator.store.db.feed_rows import NAME_COLUMNS, is_visible, name_of
from aggregator.store.db.tables import entry, outlink, post
from aggregator.store.db.tables import feed as feeds
from aggregator.store.db.types import AnyRow

_MOST = 20_000  # links that are looked at, of all the pages that are asked for together


@dataclass(frozen=True, slots=True)
class Pointer:
    """A link, as one of a visible entry: its weight, and the row of the entry with its post and source."""

    weight: float
    row: AnyRow

    @property
    def mention(self) -> Mention:
        """The mention that it is; its post speaks for the source that it is credited to."""
        row, source = self.row, name_of(self.row)
        return Mention(
            source=source,
            publisher=publisher_of(source, row.publisher),
            title=row.post_title,
            link=row.post_link,
            placed=row.placed,
            weight=self.weight,
            post_id=row.post_id,
        )


def mentions_of_posts(connection: Connection, post_ids: Collection[int]) -> dict[int, tuple[Mention, ...]]:
    """Return which posts of other publishers point to each of these posts; those that none does are left out."""
    links = connection.execute(_TO_POSTS, {"ids": list(post_ids)}).all()
    pointers = _by_target(connection, links)
    if not pointers:
        return {}
    publishers = _publishers(connection, pointers)
    counted = {
        id_: independent((one.mention for one in each if one.row.post_id != id_), publishers.get(id_, ()))
        for id_, each in pointers.items()
    }
    return {id_: mentions for id_, mentions in counted.items() if mentions}


def pointers_to_pages(connection: Connection, keys: Iterable[int]) -> dict[int, list[Pointer]]:
    """Return the links to each of these pages."""
    return _by_target(connection, connection.execute(_TO_PAGES, {"keys": list(keys)}).all())


def _by_target(connection: Connection, links: Sequence[AnyRow]) -> dict[int, list[Pointer]]:
    """Return the links of visible entries by what they lead to."""
    if not links:
        return {}
    rows = connection.execute(_VISIBLE, {"ids": list({link.entry_id for link in links})})
    visible = {row.entry_id: row for row in rows}
    found: defaultdict[int, list[Pointer]] = defaultdict(list)
    for link in links:
        if row := visible.get(link.entry_id):
            found[link.target_id].append(Pointer(link.weight, row))
    return found


def _publishers(connection: Connection, post_ids: Iterable[int]) -> dict[int, set[str]]:
    """Return of each post its source's publisher and the registrable domain that it is on."""
    rows = connection.execute(_CREDITED_TO, {"ids": list(post_ids)})
    return {
        row.post_id: {publisher_of(name_of(row), row.publisher), site_domain(row.post_link)} for row in rows
    }


# --- statements -------------------------------------------------------------------------------------------


_TO_POSTS = (
    select(entry.c.post_id.label("target_id"), outlink.c.entry_id, outlink.c.weight)
    .join(outlink, outlink.c.page_key == entry.c.page_key)
    .where(among(entry.c.post_id, numbers("ids")))
    .order_by(outlink.c.entry_id)
    .limit(_MOST)
)
_TO_PAGES = (
    select(outlink.c.page_key.label("target_id"), outlink.c.entry_id, outlink.c.weight)
    .where(among(outlink.c.page_key, numbers("keys")))
    .order_by(outlink.c.entry_id)
    .limit(_MOST)
)
_feed = feeds.alias("own_feed")  # of the entry; `feeds` is that of the copy that its post is credited to
_credited = entry.alias("credited")
_VISIBLE = (
    select(
        entry.c.id.label("entry_id"),
        entry.c.post_id,
        entry.c.links,
        entry.c.tags,
        post.c.placed,
        _credited.c.title.label("post_title"),
        _credited.c.link.label("post_link"),
        _feed.c.tags.label("source_tags"),
        feeds.c.publisher,
        *NAME_COLUMNS,
    )
    .join(_feed, _feed.c.id == entry.c.feed_id)
    .join(post, post.c.id == entry.c.post_id)
    .join(_credited, _credited.c.id == post.c.entry_id)
    .join(feeds, feeds.c.id == _credited.c.feed_id)
    .where(among(entry.c.id, numbers("ids")), is_visible(_feed), ~entry.c.is_fixed_page)
)
_CREDITED_TO = (
    select(post.c.id.label("post_id"), entry.c.link.label("post_link"), feeds.c.publisher, *NAME_COLUMNS)
    .join(entry, entry.c.id == post.c.entry_id)
    .join(feeds, feeds.c.id == entry.c.feed_id)
    .where(among(post.c.id, numbers("ids")))
)
