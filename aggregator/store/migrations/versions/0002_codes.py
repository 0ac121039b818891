"""Codes with details where the first version stored sentences."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

AT_ONCE = 1000  # rows

_FILTERS = {
    "hide id": re.compile(r"hidden by its id `(.*)`, which stands in `hide`", re.DOTALL),
    "hide pattern": re.compile(r"hidden by the pattern `(.*)` in `hide`", re.DOTALL),
    "exclude": re.compile(r"filtered: it matches `(.*)` in the source's `exclude`", re.DOTALL),
    "include": re.compile(r"filtered: it matches nothing in the source's `include` \(`(.*)`\)", re.DOTALL),
}
_SIGNS = {
    "title": re.compile(r"its title was “(?P<before>.*?)” and is now “(?P<now>.*?)”", re.DOTALL),
    "site": re.compile(r"its site was (?P<before>\S+) and is now (?P<now>[^\s,]+)"),
    "server": re.compile(r"it is now served by (?P<now>[^\s,]+)"),
}
_DOUBTS = {
    "although the feed had changed": "missed change",
    "in the future": "future date",
    "unusually long for this feed": "long silence",
    "sends a new one": "new each time",
}
_MISLEADS = "its validators mislead: "


def upgrade() -> None:
    _replace("entry", "left_out", filtered_by, empty=None)
    _replace("feed", "hold", evidence, empty=[])
    _replace("feed", "why", reasons, empty=[])
    _split_warnings()


def _replace(table: str, name: str, code_of: Callable[[str], Any], *, empty: list[Any] | None) -> None:
    """Put a JSON column in the place of one that held a sentence; `empty` is what a row without one gets."""
    old = f"{name}_sentence"
    default = None if empty is None else sa.text("'[]'")
    op.execute(f"ALTER TABLE {table} RENAME COLUMN {name} TO {old}")
    op.add_column(
        table, sa.Column(name, sa.JSON(none_as_null=True), nullable=empty is None, server_default=default)
    )
    rows = sa.table(table, sa.column("id", sa.Integer()), sa.column(old), sa.column(name, sa.JSON()))
    write = sa.update(rows).where(rows.c.id == sa.bindparam("of"))
    for found in _batches(sa.select(rows.c.id, rows.c[old]).where(rows.c[old].is_not(None)), rows.c.id):
        codes = [{"of": key, "code": code_of(sentence)} for key, sentence in map(tuple, found)]
        op.get_bind().execute(write.values({name: sa.bindparam("code", type_=sa.JSON())}), codes)
    op.drop_column(table, old)


def _split_warnings() -> None:
    """Move what is said of a server's validators out of the warnings about the document."""
    op.add_column(
        "feed", sa.Column("validator_doubts", sa.JSON(), nullable=False, server_default=sa.text("'[]'"))
    )
    rows = sa.table(
        "feed",
        sa.column("id", sa.Integer()),
        sa.column("warnings", sa.JSON()),
        sa.column("validator_doubts", sa.JSON()),
    )
    for found in _batches(sa.select(rows.c.id, rows.c.warnings), rows.c.id):
        for row in found:
            if doubted := [words for words in row.warnings if words.startswith(_MISLEADS)]:
                left = [words for words in row.warnings if words not in doubted]
                values = {"warnings": left, "validator_doubts": list(map(doubt, doubted))}
                op.get_bind().execute(sa.update(rows).where(rows.c.id == row.id).values(values))


def _batches(wanted: sa.Select[Any], key: sa.ColumnElement[int]) -> Iterator[list[sa.Row[Any]]]:
    last = 0
    while found := list(op.get_bind().execute(wanted.where(key > last).order_by(key).limit(AT_ONCE))):
        yield found
        last = found[-1].id


def filtered_by(sentence: str) -> dict[str, Any]:
    """Return the filter that a sentence of the first version named."""
    for rule, pattern in _FILTERS.items():
        if match := pattern.fullmatch(sentence):
            return {"rule": rule, "patterns": match[1].split("`, `") if rule == "include" else [match[1]]}
    return {"rule": "hide pattern", "patterns": [sentence]}


def evidence(sentence: str) -> list[dict[str, str]]:
    """Return why a feed was put on hold; never empty, or the hold would end."""
    found = [
        {"sign": sign, "before": "", **match.groupdict()}
        for sign, pattern in _SIGNS.items()
        if (match := pattern.search(sentence))
    ]
    return found or [{"sign": "server", "before": "", "now": "another host"}]


def reasons(_sentence: str) -> list[dict[str, Any]]:
    """Return no reason: the next poll, at most a day away, gives one."""
    return []


def doubt(warning: str) -> dict[str, str]:
    """Return which doubt about a server's validators a warning expressed."""
    kinds = (kind for words, kind in _DOUBTS.items() if words in warning)
    return {"kind": next(kinds, "missed change")}
