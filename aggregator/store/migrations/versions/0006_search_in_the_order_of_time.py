"""The index of words in the order of the timeline; see `store.search`."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _sqlite()
    else:
        _postgres()


def _sqlite() -> None:
    # Whole seconds alone, as `search.rowid_of` has them: strftime rounds the rest.
    op.execute("ALTER TABLE entry_search RENAME TO entry_search_by_id")
    op.execute("CREATE VIRTUAL TABLE entry_search USING fts5 (words, tokenize = 'ascii')")
    op.execute(
        """
        INSERT INTO entry_search (rowid, words)
        SELECT (max(CAST(strftime('%s', substr(post.placed, 1, 19)) AS INTEGER), 0) << 30) | entry.id AS place,
               known.words
        FROM entry_search_by_id AS known
        JOIN entry ON entry.id = known.rowid
        JOIN post ON post.id = entry.post_id
        ORDER BY place
        """
    )
    op.execute("DROP TABLE entry_search_by_id")


def _postgres() -> None:
    op.add_column("entry_search", sa.Column("placed", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        """
        UPDATE entry_search SET placed = post.placed
        FROM entry JOIN post ON post.id = entry.post_id
        WHERE entry.id = entry_search.entry_id
        """
    )
    op.execute("ALTER TABLE entry_search ALTER COLUMN placed SET NOT NULL")
    op.create_index("ix_entry_search_placed", "entry_search", ["placed"])
