"""What tells an entry's bytes from others, so that a poll reads only those that are new; since when one is missing.

Empty at first: each feed's next document is read whole.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("feed", sa.Column("marks", sa.LargeBinary(), nullable=False, server_default=sa.text("''")))
    op.add_column("entry", sa.Column("span", sa.BigInteger(), nullable=True))
    op.add_column("feed", sa.Column("has_missing", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("entry", sa.Column("missing_since", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE entry SET missing_since = last_seen WHERE missing > 0")
    op.execute(
        "UPDATE feed SET has_missing = true"
        " WHERE id IN (SELECT feed_id FROM entry WHERE missing > 0 AND NOT withdrawn)"
    )
    op.create_index("ix_entry_span", "entry", ["span"])


def downgrade() -> None:
    op.drop_index("ix_entry_span", "entry")
    op.drop_column("entry", "missing_since")
    op.drop_column("feed", "has_missing")
    op.drop_column("entry", "span")
    op.drop_column("feed", "marks")
