"""Faults as codes with details; those of earlier versions keep the sentence that they were stored as."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

AT_ONCE = 1000  # rows

# The next poll says more exactly what is wrong; the code decides by its kind alone until then.
_CODES = {
    "dns": "look-up failed",
    "connect": "no connection",
    "tls": "TLS failed",
    "timeout": "answer too late",
    "interrupted": "no answer",
    "too large": "too large",
    "coding": "coded wrongly",
    "redirect": "redirect nowhere",
    "blocked": "no address",
    "status": "HTTP status",
    "page": "page",
    "unreadable": "no document",
    "parser": "reading died",
}


def upgrade() -> None:
    _code_faults()
    _code_history()


def _code_faults() -> None:
    rows = sa.table("feed", sa.column("id", sa.Integer()), sa.column("fault", sa.JSON(none_as_null=True)))
    write = (
        sa.update(rows)
        .where(rows.c.id == sa.bindparam("of"))
        .values(fault=sa.bindparam("code", type_=sa.JSON()))
    )
    wanted, last = sa.select(rows).where(rows.c.fault.is_not(None)).order_by(rows.c.id).limit(AT_ONCE), 0
    while found := op.get_bind().execute(wanted.where(rows.c.id > last)).all():
        op.get_bind().execute(write, [{"of": row.id, "code": coded(row.fault)} for row in found])
        last = found[-1].id


def _code_history() -> None:
    """Put details in the place of the sentences that polls were remembered by."""
    op.add_column(
        "poll",
        sa.Column("details", sa.JSON(none_as_null=True), nullable=False, server_default=sa.text("'{}'")),
    )
    rows = sa.table(
        "poll", *(sa.column(name) for name in ("id", "result", "sentence")), sa.column("details", sa.JSON())
    )
    write = sa.update(rows).where(rows.c.id == sa.bindparam("of"))
    write = write.values(details=sa.bindparam("code", type_=sa.JSON()))
    is_told = rows.c.result.not_in(("not modified", "unchanged"))
    wanted, last = sa.select(rows).where(is_told, rows.c.sentence != "").order_by(rows.c.id).limit(AT_ONCE), 0
    while found := op.get_bind().execute(wanted.where(rows.c.id > last)).all():
        told = [{"of": row.id, "code": {"fault": told_fault("no answer", row.sentence)}} for row in found]
        op.get_bind().execute(write, told)
        last = found[-1].id
    op.drop_column("poll", "sentence")


def coded(fault: dict[str, Any]) -> dict[str, Any]:
    """Return a fault with a code of its kind."""
    return told_fault(_CODES[fault["kind"]], fault["sentence"])


def told_fault(code: str, sentence: str) -> dict[str, Any]:
    """Return a fault that is shown in the words that it was stored with."""
    return {"code": code, "details": {"told": sentence}}
