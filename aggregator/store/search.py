"""Full text: what a reader types as a query that is safe on both databases, and the index that answers it.

Both sides fold words the same way here, so that the databases need to know no language: case and diacritics go,
and scripts that set no spaces are taken apart into characters, so that a part of a run of them is found.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import regex
from sqlalchemy import (
    BigInteger,
    Connection,
    Select,
    Text,
    cast,
    column,
    delete,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR

from aggregator.store.bulk import insert_rows

MOST_CHARACTERS = 200_000  # of one entry; PostgreSQL takes a megabyte of index at most
_LONGEST_TOKEN = 100  # characters; PostgreSQL takes 2046 bytes
_LAST_POSITION = 16_383  # PostgreSQL counts words no further

_TOKEN = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]|[\p{L}\p{N}--[\p{Han}\p{Hiragana}"
    r"\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]]+",
    regex.VERSION1,
)
_TERM = regex.compile(r'(?P<minus>-?)(?:["“”„](?P<phrase>[^"“”„]*)["“”„]?|(?P<word>[^\s"“”„]+))')

_sqlite = table("entry_search", column("rowid", BigInteger), column("words", Text))
_postgres = table("entry_search", column("entry_id", BigInteger), column("words", TSVECTOR))


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase of a query: as it was typed, and as the index has it."""

    typed: str
    tokens: tuple[str, ...]
    excluded: bool


def words(query: str) -> tuple[str, ...]:
    """Return the words and phrases that a query looks for, as typed: what a page marks in its excerpts."""
    return tuple(term.typed for term in terms(query) if not term.excluded)


def terms(query: str) -> tuple[Term, ...]:
    """Take a query apart: words, "phrases", and either with a minus before it. There is no bad syntax."""
    found = []
    for match in _TERM.finditer(query):
        typed = " ".join((match["phrase"] or match["word"] or "").split())
        if tokens := tokens_of(typed):
            found.append(Term(typed, tokens, bool(match["minus"])))
    return tuple(found)


def tokens_of(text: str) -> tuple[str, ...]:
    """Return the words of a text as the index has them."""
    return tuple(token[:_LONGEST_TOKEN] for token in _TOKEN.findall(folded(text)))


def folded(text: str) -> str:
    """Return a text without case and diacritics, as the index has it."""
    apart = unicodedata.normalize("NFKD", text[:MOST_CHARACTERS]).casefold()
    bare = "".join(char for char in apart if not unicodedata.combining(char))
    return unicodedata.normalize("NFC", bare)


# --- the index --------------------------------------------------------------------------------------------


def index(connection: Connection, texts: Mapping[int, Iterable[str]]) -> None:
    """Take up the words of new entries (title, text, tags)."""
    column, table = ("rowid", _sqlite) if connection.dialect.name == "sqlite" else ("entry_id", _postgres)
    insert_rows(
        connection,
        table,
        [
            {column: entry_id, "words": _document(connection, parts)}
            for entry_id, parts in sorted(texts.items())
        ],
    )


def reindex(connection: Connection, texts: Mapping[int, Iterable[str]]) -> None:
    """Take up the words of entries in the place of those they had."""
    forget(connection, texts)
    index(connection, texts)


def forget(connection: Connection, entry_ids: Iterable[int]) -> None:
    """Take entries out of the index."""
    ids = sorted(entry_ids)
    if not ids:
        return
    if connection.dialect.name == "sqlite":
        connection.execute(delete(_sqlite).where(_sqlite.c.rowid.in_(ids)))
    else:
        connection.execute(delete(_postgres).where(_postgres.c.entry_id.in_(ids)))


def _document(connection: Connection, parts: Iterable[str]) -> str:
    # A place of its own between two parts keeps phrases from reaching over the end of one.
    tokens = [list(tokens_of(part)) for part in parts]
    if connection.dialect.name == "sqlite":
        return " ¦ ".join(" ".join(part) for part in tokens)
    return _vector(tokens)


def _vector(parts: Iterable[list[str]]) -> str:
    """Write a tsvector: each word with its place. Words are letters and digits alone, so quotes suffice."""
    position = 0
    written = []
    for part in parts:
        for token in part:
            position += 1
            written.append(f"'{token}':{min(position, _LAST_POSITION)}")
        position += 1
    return " ".join(written)


def matches(connection: Connection, query: str) -> Select[Any] | None:
    """Return a SELECT of the ids of the entries that a query finds; None for a query without any word."""
    found = terms(query)
    if not found:
        return None
    wanted = [term.tokens for term in found if not term.excluded]
    unwanted = [term.tokens for term in found if term.excluded]
    if connection.dialect.name == "sqlite":
        return _sqlite_matches(wanted, unwanted)
    every = [_tsquery(tokens) for tokens in wanted] + [f"!({_tsquery(tokens)})" for tokens in unwanted]
    query_of = cast(" & ".join(every), TSQUERY)
    return select(_postgres.c.entry_id).where(_postgres.c.words.bool_op("@@")(query_of))


def _tsquery(tokens: Iterable[str]) -> str:
    return " <-> ".join(f"'{token}'" for token in tokens)


def _sqlite_matches(wanted: list[tuple[str, ...]], unwanted: list[tuple[str, ...]]) -> Select[Any]:
    ids = select(_sqlite.c.rowid)
    table_name = column("entry_search", Text)  # FTS5: the table's own name stands for a match in any column
    if wanted:
        ids = ids.where(table_name.bool_op("MATCH")(" AND ".join(map(_phrase, wanted))))
    if unwanted:
        these = select(_sqlite.c.rowid).where(
            table_name.bool_op("MATCH")(" OR ".join(map(_phrase, unwanted)))
        )
        ids = ids.where(_sqlite.c.rowid.not_in(these))
    return ids


def _phrase(tokens: Iterable[str]) -> str:
    return '"' + " ".join(tokens) + '"'
