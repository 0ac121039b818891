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


def coded(fault: dict[str, Any]) -> dict[str, Any]:
    """Return a fault with a code of its kind."""
    return {"code": _CODES[fault["kind"]], "details": {"told": fault["sentence"]}}
