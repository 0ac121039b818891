"""Full-text search: parses a reader's query safely for both databases, and maintains the index.

Texts and queries are folded in the same way here, independently of the database and of languages: case and
diacritics are removed, and scripts without spaces are split into characters, so that a part of a run of them
is found.

The index is in the order of the timeline, so that the newest matches come first without reading all of them. On
SQLite the rowid of an entry's words begins with the second of its post's position, since FTS5 walks in the
order of rowids. On PostgreSQL the position is a column beside the words.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import regex
from sqlalchemy import (
    BigInteger,
    Connection,
    Text,
    bindparam,
    column,
    delete,
    select,
    table,
    update,
)

from aggregator.store.db.bulk import among, insert_rows, numbers
from aggregator.store.db.tables import entry, post
from aggregator.store.db.types import SearchVector, UtcDateTime
from aggregator.store.entries.tokens import tokens_of

_TERM = regex.compile(r'(?P<minus>-?)(?:["“”„](?P<phrase>[^"“”„]*)["“”„]?|(?P<word>[^\s"“”„]+))')

BETWEEN_PARTS = "¦"  # on SQLite, between title, text and tags: in every document, in no query

ID_BITS = 30  # of a rowid; a SQLite store holds a thousand million entries at most
_LAST_SECOND = 2**33 - 1  # in the year 2242

sqlite_index = table("entry_search", column("rowid", BigInteger), column("words", Text))
postgres_index = table(
    "entry_search",
    column("entry_id", BigInteger),
    column("placed", UtcDateTime),
    column("words", SearchVector),
)


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase of a query: as typed, and as indexed."""

    typed: str
    tokens: tuple[str, ...]
    excluded: bool


def words(query: str) -> tuple[str, ...]:
    """Return the words and phrases that a query searches for, as typed, for highlighting."""
    return tuple(term.typed for term in terms(query) if not term.excluded)


def terms(query: str) -> tuple[Term, ...]:
    """Parse a query: words, "phrases", and either with a minus before it. There are no syntax errors."""
    found = []
    for match in _TERM.finditer(query):
        typed = " ".join((match["phrase"] or match["word"] or "").split())
        if tokens := tokens_of(typed):
            found.append(Term(typed, tokens, bool(match["minus"])))
    return tuple(found)


# --- the index --------------------------------------------------------------------------------------------


def rowid_of(placed: datetime, entry_id: int) -> int:
    """Return the rowid in SQLite's index: the second of the post's position (33 bits), then the entry's id (30)."""
    second = min(max(int(placed.timestamp()), 0), _LAST_SECOND)
    return second << ID_BITS | entry_id


def index(connection: Connection, texts: Mapping[int, Iterable[str]]) -> None:
    """Add the words of new entries (title, text, tags)."""
    is_sqlite = connection.dialect.name == "sqlite"
    # In ascending order: FTS5 writes a new segment whenever a rowid is smaller than the one before.
    places = sorted(_places(connection, texts).items(), key=lambda place: (place[1], place[0]))
    insert_rows(
        connection,
        sqlite_index if is_sqlite else postgres_index,
        [
            ({"rowid": rowid_of(placed, entry_id)} if is_sqlite else {"entry_id": entry_id, "placed": placed})
            | {"words": _document(connection, texts[entry_id])}
            for entry_id, placed in places
        ],
    )


def reindex(connection: Connection, texts: Mapping[int, Iterable[str]]) -> None:
    """Replace the words of entries."""
    forget(connection, texts)
    index(connection, texts)


def forget(connection: Connection, entry_ids: Iterable[int]) -> None:
    """Remove entries, whose posts must still exist, from the index."""
    ids = list(entry_ids)
    if connection.dialect.name == "sqlite":
        places = _places(connection, ids)
        rowids = sorted(rowid_of(placed, entry_id) for entry_id, placed in places.items())
        connection.execute(
            delete(sqlite_index).where(among(sqlite_index.c.rowid, numbers("ids"))), {"ids": rowids}
        )
    else:
        connection.execute(
            delete(postgres_index).where(among(postgres_index.c.entry_id, numbers("ids"))), {"ids": ids}
        )


def move(connection: Connection, post_id: int, *, old: datetime, new: datetime) -> None:
    """Move the entries of posts in the index to the posts' current positions."""
    ids = connection.execute(select(entry.c.id).where(entry.c.post_id == post_id)).scalars().all()
    if connection.dialect.name == "sqlite":
        statement = update(sqlite_index).where(sqlite_index.c.rowid == bindparam("old"))
        rows = [{"old": rowid_of(old, entry_id), "new": rowid_of(new, entry_id)} for entry_id in ids]
        connection.execute(statement.values(rowid=bindparam("new")), rows)
    else:
        connection.execute(
            update(postgres_index).where(postgres_index.c.entry_id.in_(ids)).values(placed=new)
        )


def _places(connection: Connection, entry_ids: Iterable[int]) -> dict[int, datetime]:
    """Return the positions of the posts of these entries."""
    rows = connection.execute(_PLACES, {"ids": list(entry_ids)})
    return {row.id: row.placed for row in rows}


_PLACES = (
    select(entry.c.id, post.c.placed)
    .join(post, post.c.id == entry.c.post_id)
    .where(among(entry.c.id, numbers("ids")))
)


def _document(connection: Connection, parts: Iterable[str]) -> str:
    # An empty position between two parts keeps phrases from matching across them.
    tokens = [tokens_of(part) for part in parts]
    if connection.dialect.name == "sqlite":
        return f" {BETWEEN_PARTS} ".join(" ".join(part) for part in tokens)
    return _vector(tokens)


def _vector(parts: Iterable[Sequence[str]]) -> str:
    """Write a tsvector: each word with its position. Words contain only letters and digits, so they need no quotes."""
    first = 1
    written: list[str] = []
    for part in parts:
        # PostgreSQL counts 16,383 words, and gives all further ones the last position.
        written += [f"{token}:{place}" for place, token in enumerate(part, first)]
        first += len(part) + 1
    return " ".join(written)
