"""What the last issues of a newsletter link to, which drafts leave out."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "published_issues",
        sa.Column("url", sa.String(), primary_key=True),
        sa.Column("asked", sa.DateTime(timezone=True), nullable=False),
        sa.Column("validators", sa.JSON(), nullable=False),
        sa.Column("links", sa.JSON(), nullable=False),
    )
