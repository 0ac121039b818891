"""Languages and authors among what the timeline can be asked for: lists each post under those of its copies."""

import json
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

LONGEST = 200  # characters of an author
AT_ONCE = 1000  # posts

COPIES = sa.text(
    """
    SELECT listing.post_id, listing.placed, entry.language, entry.authors
    FROM listing JOIN entry ON entry.post_id = listing.post_id JOIN feed ON feed.id = entry.feed_id
    WHERE listing.facet = '' AND listing.post_id > :after AND feed.in_file AND feed.enabled
    AND entry.left_out IS NULL AND NOT entry.withdrawn AND NOT entry.pruned
    ORDER BY listing.post_id LIMIT :limit
    """
)
INSERT = sa.text(
    "INSERT INTO listing (facet, placed, post_id) VALUES (:facet, :placed, :post_id) ON CONFLICT DO NOTHING"
)


def upgrade() -> None:
    connection, after = op.get_bind(), 0
    while rows := connection.execute(COPIES, {"after": after, "limit": AT_ONCE}).all():
        # A post whose copies do not all fit is read again whole with the next ones.
        if len(rows) == AT_ONCE and rows[0].post_id != rows[-1].post_id:
            rows = [row for row in rows if row.post_id != rows[-1].post_id]
        after = rows[-1].post_id
        keys = [
            {"facet": facet, "placed": placed, "post_id": post_id}
            for (post_id, placed), copies in groupby(rows, key=lambda row: (row.post_id, row.placed))
            for facet in sorted({facet for row in copies for facet in _facets(row)})
        ]
        if keys:
            connection.execute(INSERT, keys)


def _facets(row: Any) -> list[str]:
    authors = json.loads(row.authors) if isinstance(row.authors, str) else row.authors
    language, _, region = (row.language or "").lower().partition("-")
    facets = [f"a{name.casefold()[:LONGEST]}" for name in authors]
    return [*facets, *([f"l{language}"] if language else []), *([f"l{language}-{region}"] if region else [])]
