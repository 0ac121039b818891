"""Warnings about documents as codes; those of earlier versions keep the sentence that they were stored as."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

AT_ONCE = 1000  # rows


def upgrade() -> None:
    rows = sa.table("feed", sa.column("id", sa.Integer()), sa.column("warnings", sa.JSON()))
    write = sa.update(rows).where(rows.c.id == sa.bindparam("of"))
    write = write.values(warnings=sa.bindparam("codes", type_=sa.JSON()))
    wanted, last = sa.select(rows).order_by(rows.c.id).limit(AT_ONCE), 0
    while found := op.get_bind().execute(wanted.where(rows.c.id > last)).all():
        if told := [{"of": row.id, "codes": coded(row.warnings)} for row in found if row.warnings]:
            op.get_bind().execute(write, told)
        last = found[-1].id


def coded(warnings: list[str]) -> list[dict[str, str]]:
    """Return warnings that are shown in the words that they were stored with."""
    return [{"code": "told", "detail": words} for words in warnings]
