"""The first tables."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# SQLite numbers rows by itself only where the key is its own INTEGER, which has 64 bits there.
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _sources_file()
    _host()
    _host_slot()
    _feed()
    _poll()
    _posts_per_week()
    _poller()
    _counter()
    _subscription()
    _inbox()
    _revision()
    _post()
    _entry()
    _entry_text()
    _listing()
    _tag_count()
    _entry_search()


def _sources_file() -> None:
    table = op.create_table(
        "sources_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mirrored", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("faults", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sources_file"),
    )
    op.bulk_insert(table, [{"id": 1, "mirrored": "", "path": "", "faults": []}])


def _host() -> None:
    op.create_table(
        "host",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_host"),
    )
    op.create_index("ix_host_ready_at", "host", ["ready_at"], unique=False)


def _host_slot() -> None:
    op.create_table(
        "host_slot",
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("free_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("feed_id", NUMBER, nullable=True),
        sa.ForeignKeyConstraint(["host"], ["host.name"], name="fk_host_slot_host", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("host", "n", name="pk_host_slot"),
    )


def _feed() -> None:
    op.create_table(
        "feed",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("in_file", sa.Boolean(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("own_title", sa.String(), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("gap", sa.Float(), nullable=False),
        sa.Column("filters", sa.String(), nullable=False),
        sa.Column("filtered", sa.String(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_owner", sa.String(), nullable=True),
        sa.Column("last_read", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_post", sa.DateTime(timezone=True), nullable=True),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("next_poll", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("validators", sa.JSON(), nullable=False),
        sa.Column("body_hash", sa.String(), nullable=True),
        sa.Column("last_poll", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_success", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("fault", sa.JSON(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("link", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("hub", sa.String(), nullable=True),
        sa.Column("topic", sa.String(), nullable=True),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("warnings", sa.JSON(), nullable=False),
        sa.Column("hints", sa.JSON(), nullable=False),
        sa.Column("post_times", sa.JSON(), nullable=False),
        sa.Column("listing", sa.JSON(), nullable=False),
        sa.Column("moved_to", sa.String(), nullable=True),
        sa.Column("moved_seen", sa.Integer(), nullable=False),
        sa.Column("unchanged_polls", sa.Integer(), nullable=False),
        sa.Column("churned_validators", sa.Integer(), nullable=False),
        sa.Column("last_full", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hold", sa.String(), nullable=True),
        sa.Column("rate", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(["host"], ["host.name"], name="fk_feed_host"),
        sa.PrimaryKeyConstraint("id", name="pk_feed"),
        sa.UniqueConstraint("url", name="uq_feed_url"),
    )
    op.create_index("ix_feed_host_due_at", "feed", ["host", "due_at"], unique=False)
    op.create_index("ix_feed_slug", "feed", ["slug"], unique=False)


def _poll() -> None:
    op.create_table(
        "poll",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("feed_id", NUMBER, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("elapsed", sa.Float(), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("updated", sa.Integer(), nullable=False),
        sa.Column("sentence", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["feed_id"], ["feed.id"], name="fk_poll_feed_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_poll"),
    )
    op.create_index("ix_poll_feed_id_id", "poll", ["feed_id", "id"], unique=False)


def _posts_per_week() -> None:
    op.create_table(
        "posts_per_week",
        sa.Column("feed_id", NUMBER, nullable=False),
        sa.Column("week", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("posts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["feed_id"], ["feed.id"], name="fk_posts_per_week_feed_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("feed_id", "week", name="pk_posts_per_week"),
    )


def _poller() -> None:
    op.create_table(
        "poller",
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("owner", name="pk_poller"),
    )


def _counter() -> None:
    op.create_table(
        "counter",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_counter"),
    )


def _subscription() -> None:
    op.create_table(
        "subscription",
        sa.Column("feed_id", NUMBER, nullable=False),
        sa.Column("hub", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("asked", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["feed_id"], ["feed.id"], name="fk_subscription_feed_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("feed_id", name="pk_subscription"),
        sa.UniqueConstraint("token", name="uq_subscription_token"),
    )


def _inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("feed_id", NUMBER, nullable=False),
        sa.Column("received", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("content_type", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["feed_id"], ["feed.id"], name="fk_inbox_feed_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_inbox"),
    )
    op.create_index("ix_inbox_feed_id", "inbox", ["feed_id"], unique=False)


def _revision() -> None:
    table = op.create_table(
        "revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_revision"),
    )
    op.bulk_insert(table, [{"id": 1, "number": 0, "changed": datetime(1970, 1, 1, tzinfo=UTC)}])


def _post() -> None:
    op.create_table(
        "post",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("public_id", sa.String(), nullable=False),
        sa.Column("placed", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entry_id", NUMBER, nullable=True),
        sa.Column("atom_id", sa.String(), nullable=True),
        sa.Column("atom_key", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_post"),
        sa.UniqueConstraint("public_id", name="uq_post_public_id"),
    )
    op.create_index("ix_post_atom_key", "post", ["atom_key"], unique=False)


def _entry() -> None:
    op.create_table(
        "entry",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("feed_id", NUMBER, nullable=False),
        sa.Column("post_id", NUMBER, nullable=False),
        sa.Column("guid_key", sa.BigInteger(), nullable=True),
        sa.Column("words_key", sa.BigInteger(), nullable=False),
        sa.Column("link_key", sa.BigInteger(), nullable=True),
        sa.Column("title_key", sa.BigInteger(), nullable=True),
        sa.Column("first_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen", sa.DateTime(timezone=True), nullable=False),
        sa.Column("placed", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("pruned", sa.Boolean(), nullable=False),
        sa.Column("left_out", sa.String(), nullable=True),
        sa.Column("guid", sa.String(), nullable=True),
        sa.Column("link", sa.String(), nullable=True),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("former", sa.String(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("lead", sa.String(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("authors", sa.JSON(), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("enclosures", sa.JSON(), nullable=False),
        sa.Column("comments", sa.String(), nullable=True),
        sa.Column("published", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated", sa.DateTime(timezone=True), nullable=True),
        sa.Column("origin", sa.JSON(), nullable=True),
        sa.Column("atom_id", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["feed_id"], ["feed.id"], name="fk_entry_feed_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name="fk_entry_post_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_entry"),
    )
    op.create_index("ix_entry_feed_id_placed", "entry", ["feed_id", "placed"], unique=False)
    op.create_index("ix_entry_guid_key", "entry", ["guid_key"], unique=False)
    op.create_index("ix_entry_link_key", "entry", ["link_key"], unique=False)
    op.create_index("ix_entry_placed", "entry", ["placed"], unique=False)
    op.create_index("ix_entry_post_id", "entry", ["post_id"], unique=False)
    op.create_index("ix_entry_title_key", "entry", ["title_key"], unique=False)
    op.create_index("ix_entry_words_key", "entry", ["words_key"], unique=False)


def _entry_text() -> None:
    op.create_table(
        "entry_text",
        sa.Column("entry_id", NUMBER, nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name="fk_entry_text_entry_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("entry_id", name="pk_entry_text"),
    )


def _listing() -> None:
    op.create_table(
        "listing",
        sa.Column("facet", sa.String(), nullable=False),
        sa.Column("placed", sa.DateTime(timezone=True), nullable=False),
        sa.Column("post_id", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name="fk_listing_post_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("facet", "placed", "post_id", name="pk_listing"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_listing_post_id", "listing", ["post_id"], unique=False)


def _tag_count() -> None:
    op.create_table(
        "tag_count",
        sa.Column("tag", sa.String(), nullable=False),
        sa.Column("posts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("tag", name="pk_tag_count"),
    )


def _entry_search() -> None:
    if op.get_bind().dialect.name == "sqlite":
        # Words come folded and apart already (see `search`): this tokenizer only splits at the spaces.
        op.execute("CREATE VIRTUAL TABLE entry_search USING fts5 (words, tokenize = 'ascii')")
        return
    op.execute(
        "CREATE TABLE entry_search (entry_id BIGINT PRIMARY KEY REFERENCES entry ON DELETE CASCADE, words TSVECTOR NOT NULL)"
    )
    op.execute("CREATE INDEX ix_entry_search_words ON entry_search USING gin (words)")
