"""Since when an entry is listed no more, in the place of when it was last seen, which every poll had to write."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("entry", sa.Column("unlisted", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE entry SET unlisted = last_seen"
        " WHERE withdrawn OR last_seen < (SELECT last_read FROM feed WHERE feed.id = entry.feed_id)"
    )
    op.drop_column("entry", "last_seen")
    listed = sa.text("unlisted IS NULL")
    op.create_index("ix_entry_listed", "entry", ["feed_id"], sqlite_where=listed, postgresql_where=listed)
