"""Whether a poller cannot save what it polls; those of the version before say nothing of it."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("poller", sa.Column("cannot_save", sa.Boolean(), nullable=False, server_default=sa.false()))
