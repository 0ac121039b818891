"""An index of who posted last, which the page names beside the timeline."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_feed_last_post", "feed", ["last_post"])
