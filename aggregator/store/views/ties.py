"""Which sources mention each other's posts: for one source, from its newest posts."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, bindparam, select

from aggregator.errors import SourceNotFound
from aggregator.model import LinkedPost, SourceRef, Tie, Ties
from aggregator.store.db.bulk import among, numbers
from aggregator.store.db.database import Database
from aggregator.store.db.feed_rows import NAME_COLUMNS, is_shown, name_of
from aggregator.store.db.tables import entry, listing, post, top
from aggregator.store.db.tables import feed as feeds
from aggregator.store.db.types import AnyRow
from aggregator.store.entries.outlinks import keys_of
from aggregator.store.entries.pointers import mentions_of_posts
from aggregator.store.entries.timeline_index import facet_of_feed
from aggregator.store.entries.top_index import facet_of_credit

_POSTS = 200  # of the source that are looked at, the newest in either direction
_SOURCES = 20
_LATEST = 3

_Pair = tuple[SourceRef, LinkedPost]


def ties(db: Database, slug: str) -> Ties:
    """Return which sources mention posts of this one, and which it mentions, at most 20 each.

    Raises SourceNotFound if the file has no such source.
    """
    with db.read() as connection:
        source = connection.execute(_SOURCE, {"slug": slug}).one_or_none()
        if source is None:
            raise SourceNotFound(slug)
        return Ties(
            _ties(_mentioned_by(connection, source)),
            _ties(_mentions(connection, source)),
        )


def _ties(pairs: Iterable[_Pair]) -> Sequence[Tie]:
    posts: defaultdict[SourceRef, list[LinkedPost]] = defaultdict(list)
    for source, linked in pairs:
        posts[source].append(linked)
    found = []
    for source, all_linked in posts.items():
        latest = sorted(dict.fromkeys(all_linked), key=lambda linked: linked.placed, reverse=True)
        found.append(Tie(source, len(all_linked), latest[:_LATEST]))
    return sorted(found, key=lambda tie: (-tie.times, tie.source.title.casefold()))[:_SOURCES]


def _mentioned_by(connection: Connection, source: AnyRow) -> Iterable[_Pair]:
    """Yield the mentions of this source's posts, each as its source and its post."""
    rows = connection.execute(_MENTIONED, {"facet": facet_of_credit(source.id)})
    for mentions in mentions_of_posts(connection, list(rows.scalars())).values():
        for mention in mentions:
            yield mention.source, LinkedPost(mention.title, mention.link, mention.placed)


def _mentions(connection: Connection, source: AnyRow) -> Iterable[_Pair]:
    """Yield the posts that this source's posts mention, once a mention."""
    own = connection.execute(_OWN, {"facet": facet_of_feed(source.id), "feed": source.id}).all()
    keys = {key for row in own for key in keys_of(row.links)}.difference(source.repeated)
    targets = list(connection.execute(_PUBLISHED, {"keys": list(keys)}).scalars())
    mentions = mentions_of_posts(connection, targets)
    times = {
        post_id: sum(mention.source.slug == source.slug for mention in found)
        for post_id, found in mentions.items()
    }
    for row in connection.execute(_NAMED, {"ids": [post_id for post_id, number in times.items() if number]}):
        yield name_of(row), LinkedPost(row.post_title, row.post_link, row.placed)


# --- statements -------------------------------------------------------------------------------------------

_SOURCE = select(feeds.c.id, feeds.c.slug, feeds.c.repeated).where(
    feeds.c.slug == bindparam("slug"), feeds.c.in_file
)
_MENTIONED = (
    select(top.c.item_id).where(top.c.facet == bindparam("facet")).order_by(top.c.score.desc()).limit(_POSTS)
)
_newest = (
    select(listing.c.post_id)
    .where(listing.c.facet == bindparam("facet"))
    .order_by(listing.c.placed.desc(), listing.c.post_id.desc())
    .limit(_POSTS)
    .subquery()
)
_OWN = (
    select(entry.c.links)
    .join(_newest, _newest.c.post_id == entry.c.post_id)
    .where(entry.c.feed_id == bindparam("feed"), entry.c.links.is_not(None))
)
_PUBLISHED = select(entry.c.post_id).distinct().where(among(entry.c.page_key, numbers("keys")))
_NAMED = (
    select(
        entry.c.title.label("post_title"),
        entry.c.link.label("post_link"),
        post.c.placed,
        *NAME_COLUMNS,
    )
    .select_from(post)
    .join(entry, entry.c.id == post.c.entry_id)
    .join(feeds, feeds.c.id == entry.c.feed_id)
    .where(among(post.c.id, numbers("ids")), is_shown())
)
