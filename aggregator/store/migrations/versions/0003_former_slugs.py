"""Slugs that feeds had before, so that old addresses lead to them."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# As in 0001: SQLite numbers rows by itself only where the key is its own INTEGER.
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "former_slug",
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("feed_id", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["feed_id"], ["feed.id"], name="fk_former_slug_feed_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("slug", name="pk_former_slug"),
    )
    op.create_index("ix_former_slug_feed_id", "former_slug", ["feed_id"], unique=False)
