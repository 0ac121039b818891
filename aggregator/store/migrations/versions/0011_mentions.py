"""The links of entries, found by the page that they lead to; what is pointed to; who publishes a source."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("feed", sa.Column("publisher", sa.String(), nullable=False, server_default=""))
    op.add_column("feed", sa.Column("repeated", sa.JSON(), nullable=False, server_default="[]"))
    # Filled as entries are next read.
    op.add_column("entry", sa.Column("page_key", sa.BigInteger(), nullable=True))
    op.add_column("entry", sa.Column("links", sa.JSON(), nullable=True))
    op.create_index("ix_entry_page_key", "entry", ["page_key"])
    op.create_table(
        "outlink",
        sa.Column("page_key", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("feed_id", _NUMBER, primary_key=True, autoincrement=False),
        sa.Column("entry_id", _NUMBER, primary_key=True, autoincrement=False),
        sa.Column("weight", sa.Float(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "top",
        sa.Column("facet", sa.String(), primary_key=True),
        sa.Column("score", sa.Float(), primary_key=True),
        sa.Column("item_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("placed", sa.DateTime(timezone=True), nullable=False),
        sa.Column("voices", sa.Integer(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_top_item_id", "top", ["item_id"])
    op.create_table(
        "find",
        sa.Column("id", _NUMBER, primary_key=True),
        sa.Column("page_key", sa.BigInteger(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("placed", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("page_key", name="uq_find_page_key"),
    )
