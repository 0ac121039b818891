"""What a feed's posts are usually like, so that a take-over can be told by its posts; learned from the next new ones."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("feed", sa.Column("profile", sa.String(), nullable=False, server_default=sa.text("''")))


def downgrade() -> None:
    op.drop_column("feed", "profile")
