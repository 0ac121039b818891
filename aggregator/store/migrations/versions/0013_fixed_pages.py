"""Whether an entry is a fixed page of its site and no post; told when its document is next read."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "entry", sa.Column("is_fixed_page", sa.Boolean(), nullable=False, server_default=sa.false())
    )
