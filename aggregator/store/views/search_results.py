"""Finds the positions of the posts that match a search, newest first, without reading all matches.

Two strategies, tried in this order, each fast where the other is slow:

1. Walk down the view and look up each post in the index. Quickly finds a page of common words, and everything
   in a small source or tag.
2. Read the matches from the index in the order of the timeline. Quickly finds rare words. SQLite streams
them;
   PostgreSQL, whose index has no order, looks in windows of time, each wider than the last.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Protocol

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Text,
    cast,
    column,
    func,
    literal,
    select,
    tuple_,
)

from aggregator.model import Cursor
from aggregator.store.db.bulk import among, numbers
from aggregator.store.db.feed_rows import is_visible
from aggregator.store.db.tables import entry, listing, post
from aggregator.store.db.tables import feed as feeds
from aggregator.store.db.types import SearchQuery, UtcDateTime
from aggregator.store.entries.search import (
    BETWEEN_PARTS,
    ID_BITS,
    Term,
    postgres_index,
    rowid_of,
    sqlite_index,
)
from aggregator.store.entries.timeline_index import EVERYTHING


class Walk(Protocol):
    """Selects the positions of a view."""

    def __call__(self, than: Cursor | None, limit: int, *, upwards: bool) -> Select[Any]:
        """Return the SELECT of at most `limit` positions of the view beyond a position, the nearest first."""


_STEPS = (200, 2_000)  # posts that are walked; a page of common words is among the first
_WIDER = 9  # times: a window of PostgreSQL against all the time before it that was read
_SHORTEST = timedelta(seconds=1)
_STREAMED = 200  # matches that SQLite gives at a time, at first
_ID_MASK = (1 << ID_BITS) - 1


class SearchResults:
    """The posts of a view with an entry that has all wanted terms, and no unwanted ones."""

    def __init__(
        self,
        connection: Connection,
        terms: Sequence[Term],
        walk: Walk,
        facets: Sequence[ColumnElement[bool]],
        *,
        is_part: bool,
    ) -> None:
        self._connection = connection
        self._walk = walk
        self._facets = facets  # conditions on `post` and `entry` that the view sets
        self._is_part = is_part  # of the timeline: it may have few of the matches
        self._wanted = [term.tokens for term in terms if not term.excluded]
        self._unwanted = [term.tokens for term in terms if term.excluded]

    def places(self, than: Cursor | None, limit: int, *, upwards: bool) -> list[Cursor]:
        """Return at most `limit` positions beyond a position, the nearest first."""
        return list(islice(self._places(than, limit, upwards=upwards), limit))

    def _places(self, than: Cursor | None, limit: int, *, upwards: bool) -> Iterator[Cursor]:
        begin: Cursor | None = None
        for step in self._steps:
            walked = [
                Cursor(*row) for row in self._connection.execute(self._walk(than, step, upwards=upwards))
            ]
            found = self.found_among([place.id for place in walked])
            yield from (place for place in walked if place.id in found)
            if len(walked) < step:
                return
            begin, than = begin or walked[0], walked[-1]
        if begin is None or than is None:  # nothing was walked
            return
        if self._is_sqlite:
            yield from self._streamed(than, upwards=upwards)
        else:
            yield from self._in_windows(begin, than, limit, upwards=upwards)

    @property
    def _steps(self) -> Sequence[int]:
        """PostgreSQL's index finds the words sooner than a long walk does, unless few of the matches are in the view."""
        return _STEPS if self._is_sqlite or self._is_part else _STEPS[:1]

    @property
    def _is_sqlite(self) -> bool:
        return self._connection.dialect.name == "sqlite"

    def found_among(self, post_ids: Sequence[int]) -> set[int]:
        """Return which of these posts, whose positions are near each other, match."""
        copies = select(entry.c.post_id).join(feeds, feeds.c.id == entry.c.feed_id)
        copies = copies.where(among(entry.c.post_id, numbers("ids")), is_visible())
        if not self._is_sqlite:
            matching = copies.join(postgres_index, postgres_index.c.entry_id == entry.c.id)
            matching = matching.where(self._postgres_matches())
            return set(self._connection.execute(matching, {"ids": post_ids}).scalars())
        rows = self._connection.execute(
            copies.add_columns(entry.c.id, post.c.placed).join(post, post.c.id == entry.c.post_id),
            {"ids": post_ids},
        )
        posts = {rowid_of(row.placed, row.id): row.post_id for row in rows}
        found = set(posts)
        if self._wanted:
            found &= self._rowids(found, _all_of(self._wanted))
        if self._unwanted:
            found -= self._rowids(found, _any_of(self._unwanted))
        return {posts[rowid] for rowid in found}

    # --- SQLite

    def _rowids(self, rowids: Collection[int], query: str) -> set[int]:
        """Return which of these rows of SQLite's index match."""
        if not rowids:
            return set()
        # The whole range of time that they are in: looking up each takes FTS5 fifty times as long as reading
        # on.
        stretch = sqlite_index.c.rowid.between(min(rowids), max(rowids))
        matches = select(sqlite_index.c.rowid).where(_match(query), stretch)
        return set(self._connection.execute(matches).scalars()).intersection(rowids)

    def _streamed(self, than: Cursor, *, upwards: bool) -> Iterator[Cursor]:
        """Read SQLite's matches in the order of its rowids, grouped by second: within one the order is not the view's."""
        query = _all_of(self._wanted or [(BETWEEN_PARTS,)])
        if self._unwanted:
            query = f"({query}) NOT ({_any_of(self._unwanted)})"
        rowid = sqlite_index.c.rowid
        posts = self._posts(sqlite_index, rowid.bitwise_and(_ID_MASK)).add_columns(rowid).where(_match(query))
        bound, size = _edge(rowid_of(than.placed, 0), upwards=not upwards), _STREAMED
        while True:
            part = posts.where(rowid > bound if upwards else rowid < bound)
            part = part.order_by(rowid if upwards else rowid.desc()).limit(size)
            rows = self._connection.execute(part).all()
            is_last = len(rows) < size
            edge = None if is_last else _edge(rows[-1].rowid, upwards=not upwards)
            whole = {
                Cursor(row.placed, row.id)
                for row in rows
                if edge is None or _is_before(row.rowid, edge, upwards=upwards)
            }
            yield from sorted(
                (place for place in whole if _is_beyond(place, than, upwards=upwards)),
                key=_place_key,
                reverse=not upwards,
            )
            if edge is None:
                return
            size *= 2
            bound = edge

    # --- PostgreSQL

    def _postgres_matches(self) -> ColumnElement[bool]:
        """Written into the statement: the plan for a rare word differs from that for a common one."""
        wanted = [" <-> ".join(map(_quoted, tokens)) for tokens in self._wanted]
        unwanted = [f"!({' <-> '.join(map(_quoted, tokens))})" for tokens in self._unwanted]
        query = literal(" & ".join(wanted + unwanted), Text, literal_execute=True)
        return postgres_index.c.words.bool_op("@@")(cast(query, SearchQuery))

    def _in_windows(self, begin: Cursor, than: Cursor, limit: int, *, upwards: bool) -> Iterator[Cursor]:
        index = postgres_index
        posts = self._posts(index, index.c.entry_id).where(self._postgres_matches()).distinct()
        key = tuple_(post.c.placed, post.c.id)
        order = (post.c.placed, post.c.id) if upwards else (post.c.placed.desc(), post.c.id.desc())
        for end in self._windows(begin.placed, than.placed, upwards=upwards):
            window = posts.where(*_within(key, index.c.placed, than, end, upwards=upwards))
            for row in self._connection.execute(window.order_by(*order).limit(limit)):
                yield Cursor(*row)
            than = end or than

    def _windows(self, begin: datetime, end: datetime, *, upwards: bool) -> Iterator[Cursor | None]:
        """Yield where windows of time end that follow the walk from `begin` to `end`; None after the last."""
        furthest = func.max(listing.c.placed) if upwards else func.min(listing.c.placed)
        last = self._connection.execute(select(furthest).where(listing.c.facet == EVERYTHING)).scalar_one()
        read = max(abs(end - begin), _SHORTEST)
        while abs(last - end) > _WIDER * read:
            end += _WIDER * read * (1 if upwards else -1)
            read *= 1 + _WIDER
            yield Cursor(end, 0)
        yield None

    # --- both

    def _posts(self, index: Any, entry_id: ColumnElement[int]) -> Select[Any]:
        """Return the SELECT of the view's visible posts of rows of the index."""
        return (
            select(post.c.placed, post.c.id)
            .select_from(index)
            .join(entry, entry.c.id == entry_id)
            .join(feeds, feeds.c.id == entry.c.feed_id)
            .join(post, post.c.id == entry.c.post_id)
            .where(is_visible(), *self._facets)
        )


def _within(
    key: Any, placed: ColumnElement[Any], than: Cursor, end: Cursor | None, *, upwards: bool
) -> Iterator[ColumnElement[bool]]:
    """Return the condition that a post is beyond `than` and not beyond `end`; the bounds on `placed` are for the index."""
    near, first = tuple_(literal(than.placed, UtcDateTime), than.id), literal(than.placed, UtcDateTime)
    yield key > near if upwards else key < near
    yield placed >= first if upwards else placed <= first
    if end is not None:
        far, last = tuple_(literal(end.placed, UtcDateTime), end.id), literal(end.placed, UtcDateTime)
        yield key <= far if upwards else key >= far
        yield placed <= last if upwards else placed >= last


def _edge(rowid: int, *, upwards: bool) -> int:
    """Return the rowid just beyond all of the same second."""
    second = rowid >> ID_BITS
    return (second + 1) << ID_BITS if upwards else (second << ID_BITS) - 1


def _is_before(rowid: int, edge: int, *, upwards: bool) -> bool:
    return rowid <= edge if upwards else rowid >= edge


def _is_beyond(place: Cursor, than: Cursor, *, upwards: bool) -> bool:
    return _place_key(place) > _place_key(than) if upwards else _place_key(place) < _place_key(than)


def _place_key(place: Cursor) -> tuple[datetime, int]:
    return place.placed, place.id


def _match(query: str) -> ColumnElement[bool]:
    # FTS5: the table's own name means a match in any column.
    return column("entry_search", Text).bool_op("MATCH")(query)


def _all_of(phrases: Sequence[tuple[str, ...]]) -> str:
    return " AND ".join(f'"{" ".join(tokens)}"' for tokens in phrases)


def _any_of(phrases: Sequence[tuple[str, ...]]) -> str:
    return " OR ".join(f'"{" ".join(tokens)}"' for tokens in phrases)


def _quoted(token: str) -> str:
    return f"'{token}'"  # only letters and digits, so it needs no escaping
