"""How many posts of each feed are mentioned, by week; filled from what is mentioned by now."""

from collections import Counter
from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

CREDIT = """
    INSERT INTO top (facet, score, item_id, placed, voices)
    SELECT 'c' || entry.feed_id, top.score, top.item_id, top.placed, top.voices
    FROM top JOIN post ON post.id = top.item_id JOIN entry ON entry.id = post.entry_id WHERE top.facet = ''
"""
CREDITED = sa.text("SELECT substr(facet, 2) AS feed, placed, voices FROM top WHERE substr(facet, 1, 1) = 'c'")


def upgrade() -> None:
    table = op.create_table(
        "mentioned_posts",
        sa.Column("week", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column(
            "feed_id",
            _NUMBER,
            sa.ForeignKey("feed.id", name="fk_mentioned_posts_feed_id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("voices", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("posts", sa.Integer(), nullable=False),
    )
    op.create_index("ix_mentioned_posts_feed_id", "mentioned_posts", ["feed_id"])
    op.execute(CREDIT)
    counts = Counter(
        (_week(row.placed), int(row.feed), row.voices) for row in op.get_bind().execute(CREDITED)
    )
    rows = [
        {"week": week, "feed_id": feed, "voices": voices, "posts": posts}
        for (week, feed, voices), posts in counts.items()
    ]
    op.bulk_insert(table, rows)


def _week(placed: datetime | str) -> int:
    """Return the number of a week, Monday to Sunday in UTC, since the first Monday of the year 1."""
    moment = datetime.fromisoformat(placed) if isinstance(placed, str) else placed
    return (moment.date().toordinal() - 1) // 7
