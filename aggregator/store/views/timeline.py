"""Pages of the timeline, by key in both directions, at the same cost for any view and size of the store."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    exists,
    func,
    literal,
    select,
    tuple_,
    union,
)

from aggregator.errors import SourceNotFound
from aggregator.model import Cursor, Duplicate, Item, Mention, Month, Page, SourceRef, TimelineQuery
from aggregator.store.db.bulk import among, numbers
from aggregator.store.db.database import Database
from aggregator.store.db.feed_rows import NAME_COLUMNS, is_shown, is_visible, name_of
from aggregator.store.db.tables import entry, entry_text, listing, post, tag_count
from aggregator.store.db.tables import feed as feeds
from aggregator.store.db.types import AnyRow, UtcDateTime
from aggregator.store.entries import search
from aggregator.store.entries.pointers import mentions_of_posts
from aggregator.store.entries.timeline_index import (
    EVERYTHING,
    FEED_FACET,
    facet_of_author,
    facet_of_feed,
    facet_of_language,
    facet_of_tag,
)
from aggregator.store.errors import CursorNotFound
from aggregator.store.views.search_results import SearchResults

_MOST_ID = 2**63 - 1
_ALL = 2**31 - 1  # more posts than a store has
MOST_MONTHS = 600  # of an archive: fifty years
LONGEST_TEXT = 50_000  # characters that a page searches for the words of a query


def timeline_page(db: Database, view: TimelineQuery, size: int) -> Page:
    """Return the first page of a view, at most `size` posts, newest first.

    Raises SourceNotFound for a slug that is not in the timeline, CursorNotFound for an impossible position.
    """
    _check(view.before)
    with db.read() as connection:
        places = Places(connection, view)
        found = places.older(view.before, size + 1)
        shown = found[:size]
        top = shown[0] if shown else view.before
        # Nothing is above the first page.
        above = places.newer(top, size + 1) if top and view.before else []
        items = items_of(connection, [place.id for place in shown], places)
    return Page(
        items,
        older=shown[-1] if len(found) > size else None,
        # The page above begins below the post one further up; without such a post it is the first page.
        newer=above[size] if len(above) > size else None,
        is_first=not above,
    )


def all_places(db: Database, view: TimelineQuery) -> list[Cursor]:
    """Return the positions of all posts of a view without a search, newest first, for a static site.

    Raises SourceNotFound for a slug that is not in the timeline.
    """
    with db.read() as connection:
        return Places(connection, view).older(None, _ALL)


def month_before(db: Database, month: Month) -> Month | None:
    """Return the last month before this one in which the timeline has posts."""
    with db.read() as connection:
        placed = newest_before(connection, month.start)
    return Month.of(placed) if placed else None


def top_tags(db: Database, limit: int) -> list[tuple[str, int]]:
    """Return the most used tags with the number of posts of each."""
    with db.read() as connection:
        most = select(tag_count.c.tag, tag_count.c.posts).order_by(tag_count.c.posts.desc(), tag_count.c.tag)
        return [(row.tag, row.posts) for row in connection.execute(most.limit(limit))]


def months(db: Database) -> list[Month]:
    """Return the months in which the timeline has posts, newest first: one index lookup for each."""
    found: list[Month] = []
    with db.read() as connection:
        placed = newest_before(connection)
        while placed is not None and len(found) < MOST_MONTHS:
            found.append(Month.of(placed))
            placed = newest_before(connection, found[-1].start)
    return found


def newest_before(connection: Connection, moment: datetime | None = None) -> datetime | None:
    """Return the position of the newest post, or of the newest before a moment: one index lookup."""
    newest = select(func.max(listing.c.placed)).where(listing.c.facet == EVERYTHING)
    return connection.execute(newest if moment is None else newest.where(listing.c.placed < moment)).scalar()


def source_names(db: Database) -> list[SourceRef]:
    """Return the sources that the timeline shows, in the file's order."""
    with db.read() as connection:
        shown = select(*NAME_COLUMNS).where(is_shown()).order_by(feeds.c.position)
        return [name_of(row) for row in connection.execute(shown)]


def full_texts(db: Database, items: Sequence[Item]) -> dict[int, str]:
    """Return the texts of the copies that these items show, by the item's id, up to `LONGEST_TEXT` characters each."""
    slugs = {item.id: item.source.slug for item in items}
    with db.read() as connection:
        rows = connection.execute(
            select(
                entry.c.post_id, feeds.c.slug, func.substr(entry_text.c.text, 1, LONGEST_TEXT).label("text")
            )
            .join(entry, entry.c.id == entry_text.c.entry_id)
            .join(feeds, feeds.c.id == entry.c.feed_id)
            .where(entry.c.post_id.in_(slugs), is_visible())
        )
        return {row.post_id: row.text for row in rows if row.slug == slugs[row.post_id]}


# --- where a view's posts stand ---------------------------------------------------------------------------


class Places:
    """The positions of a view's posts: ranges of `listing` in either direction, or the matches of a search."""

    def __init__(self, connection: Connection, view: TimelineQuery) -> None:
        self._connection = connection
        self.feed_ids = _feed_ids(connection, view.sources)
        self.without_ids = _feed_ids(connection, view.without)
        # A view has all posts that have a facet of each group. Sources are first, since one has fewer posts
        # than a tag may have.
        groups = (
            list(map(facet_of_feed, self.feed_ids)),
            list(map(facet_of_author, view.authors)),
            list(map(facet_of_tag, view.tags)),
            list(map(facet_of_language, view.languages)),
        )
        self._groups = [facets for facets in groups if facets]
        self._month = view.month
        terms = search.terms(view.words)
        self._results = (
            SearchResults(connection, terms, self._range, self._searched(), is_part=bool(self._conditions()))
            if terms
            else None
        )

    def older(self, than: Cursor | None, limit: int) -> list[Cursor]:
        """Return the positions just below a position, or the top ones, descending."""
        return self._places(than, limit, upwards=False)

    def newer(self, than: Cursor, limit: int) -> list[Cursor]:
        """Return the positions just above a position, ascending."""
        return self._places(than, limit, upwards=True)

    def among(self, post_ids: Sequence[int]) -> set[int]:
        """Return which of these posts, all of them listed, are in the view."""
        chosen = select(post.c.id).where(among(post.c.id, numbers("ids")), *self._conditions())
        found = list(self._connection.execute(chosen, {"ids": post_ids}).scalars())
        return self._results.found_among(found) if self._results else set(found)

    def _places(self, than: Cursor | None, limit: int, *, upwards: bool) -> list[Cursor]:
        if self._results:
            return self._results.places(than, limit, upwards=upwards)
        found = self._connection.execute(self._range(than, limit, upwards=upwards))
        return [Cursor(row.placed, row.post_id) for row in found]

    def _range(self, than: Cursor | None, limit: int, *, upwards: bool) -> Select[Any]:
        """Several facets are each read up to the limit, by the key of `listing`; no range is read completely."""
        parts = [
            _directed(self._facet(facet, than, upwards=upwards), listing, limit, upwards=upwards)
            for facet in self.facets()
        ]
        if len(parts) == 1:
            return parts[0]
        # UNION, not UNION ALL: a post with two of the facets is listed once.
        merged = union(*(select(part.subquery()) for part in parts)).subquery()
        return _directed(select(merged), merged, limit, upwards=upwards)

    def has_feed(self, feed_id: int) -> bool:
        """Whether the view shows this feed's copies of posts."""
        return feed_id not in self.without_ids and (not self.feed_ids or feed_id in self.feed_ids)

    def facets(self) -> list[str]:
        """Return the facets of all posts of the view."""
        return self._groups[0] if self._groups else [EVERYTHING]

    def _facet(self, facet: str, than: Cursor | None, *, upwards: bool) -> Select[Any]:
        part = select(listing.c.placed, listing.c.post_id).where(listing.c.facet == facet)
        part = part.where(*self._restrictions(self._groups[1:], listing.c.placed, listing.c.post_id))
        return part if than is None else part.where(_beyond(listing, than, upwards=upwards))

    def _conditions(self) -> list[ColumnElement[bool]]:
        """Return the condition that a post is in the view."""
        return self._restrictions(self._groups, post.c.placed, post.c.id)

    def _searched(self) -> list[ColumnElement[bool]]:
        """Return the condition that an entry, joined with its post, is searched: fixed pages are only in their source's view."""
        return self._conditions() if self.feed_ids else [*self._conditions(), ~entry.c.is_fixed_page]

    def _restrictions(
        self, groups: Sequence[Sequence[str]], placed: Any, post_id: Any
    ) -> list[ColumnElement[bool]]:
        """Return the condition that a post has a facet of each group, is in the month, and in a source that is not excluded."""
        restrictions = [_has_facet(facets, placed, post_id) for facets in groups]
        if self.without_ids:
            restrictions.append(_has_other_feed(self.without_ids, placed, post_id))
        return [*restrictions, *_within(self._month, placed)]


def _directed(query: Select[Any], places: Any, limit: int, *, upwards: bool) -> Select[Any]:
    key = (places.c.placed, places.c.post_id)
    return query.order_by(*(column if upwards else column.desc() for column in key)).limit(limit)


def _beyond(places: Any, than: Cursor, *, upwards: bool) -> ColumnElement[bool]:
    key = tuple_(places.c.placed, places.c.post_id)
    place = tuple_(literal(than.placed, UtcDateTime), literal(than.id, BigInteger))
    return key > place if upwards else key < place


def _within(month: Month | None, placed: Any) -> list[ColumnElement[bool]]:
    return [placed >= month.start, placed < month.end] if month else []


def _has_facet(facets: Sequence[str], placed: Any, post_id: Any) -> ColumnElement[bool]:
    other = listing.alias()
    return exists().where(other.c.facet.in_(facets), other.c.placed == placed, other.c.post_id == post_id)


def _has_other_feed(feed_ids: Sequence[int], placed: Any, post_id: Any) -> ColumnElement[bool]:
    other = listing.alias()
    is_feed = func.substr(other.c.facet, 1, 1) == FEED_FACET
    unwanted = other.c.facet.in_([facet_of_feed(feed_id) for feed_id in feed_ids])
    return exists().where(is_feed, ~unwanted, other.c.placed == placed, other.c.post_id == post_id)


def _feed_ids(connection: Connection, slugs: Sequence[str]) -> list[int]:
    if not slugs:
        return []
    rows = connection.execute(
        select(feeds.c.slug, feeds.c.id).where(feeds.c.slug.in_(slugs), feeds.c.in_file)
    )
    ids = {row.slug: row.id for row in rows}
    for slug in slugs:
        if slug not in ids:
            raise SourceNotFound(slug)
    return list(ids.values())


def _check(cursor: Cursor | None) -> None:
    if cursor is not None and not 0 <= cursor.id <= _MOST_ID:
        raise CursorNotFound


# --- what stands there ------------------------------------------------------------------------------------

_ITEM_COLUMNS = (
    post.c.id.label("item_id"),
    post.c.public_id,
    post.c.placed,
    post.c.atom_id,
    (post.c.entry_id == entry.c.id).label("is_shown"),
    entry.c.id,
    entry.c.feed_id,
    entry.c.title.label("entry_title"),
    entry.c.lead,
    entry.c.minutes,
    entry.c.link.label("entry_link"),
    entry.c.guid,
    entry.c.authors,
    entry.c.tags,
    entry.c.language,
    entry.c.enclosures,
    entry.c.comments,
    entry.c.published,
    entry.c.updated,
    entry.c.changed,
    feeds.c.tags.label("source_tags"),
    *NAME_COLUMNS,
)


def items_of(connection: Connection, post_ids: Sequence[int], places: Places) -> list[Item]:
    """Return these posts in this order, with their mentions; a view of one source shows its copies, a view without it other copies."""
    rows = connection.execute(
        select(*_ITEM_COLUMNS)
        .join(entry, entry.c.post_id == post.c.id)
        .join(feeds, feeds.c.id == entry.c.feed_id)
        .where(post.c.id.in_(post_ids), is_visible())
        .order_by(feeds.c.position, entry.c.id)
    )
    copies: defaultdict[int, list[AnyRow]] = defaultdict(list)
    for row in rows:
        copies[row.item_id].append(row)
    mentions = mentions_of_posts(connection, post_ids)
    return [
        _item(copies[post_id], places, mentions.get(post_id, ())) for post_id in post_ids if copies[post_id]
    ]


def _item(copies: Sequence[AnyRow], places: Places, mentions: tuple[Mention, ...]) -> Item:
    shown = min(copies, key=lambda row: (not places.has_feed(row.feed_id), not row.is_shown))
    return Item(
        id=shown.item_id,
        public_id=shown.public_id,
        placed=shown.placed,
        source=name_of(shown),
        title=shown.entry_title,
        text=shown.lead,
        minutes=shown.minutes,
        link=shown.entry_link,
        authors=shown.authors,
        tags=_distinct((*shown.tags, *shown.source_tags)),
        language=shown.language,
        enclosures=shown.enclosures,
        comments=shown.comments,
        published=shown.published,
        updated=shown.updated,
        changed=shown.changed,
        atom_id=shown.atom_id,
        guid=shown.guid,
        also_in=tuple(Duplicate(name_of(row), row.entry_link) for row in copies if row is not shown),
        mentions=mentions,
    )


def _distinct(tags: Sequence[str]) -> tuple[str, ...]:
    """Return each tag once, case-insensitively."""
    return tuple({tag.casefold(): tag for tag in reversed(tags)}.values())[::-1]
