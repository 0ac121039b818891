"""How the store is opened: what holds for every connection."""

import pytest
from sqlalchemy import text

from aggregator.store import Database
from tests.store.newsroom import Newsroom, a_source, an_entry

_SCANS = text(
    "SELECT sum(seq_scan) FROM pg_stat_user_tables WHERE relname IN ('entry', 'entry_text', 'post', 'listing')"
)


def whole_reads(database: Database) -> int:
    """Return how often PostgreSQL has read one of the large tables from end to end."""
    with database.write() as connection:
        connection.execute(text("SELECT pg_stat_force_next_flush()"))
    with database.read() as connection:
        return int(connection.execute(_SCANS).scalar_one())


def test_polls_read_no_table_whole_even_while_it_is_small(newsroom: Newsroom) -> None:
    if newsroom.database.is_sqlite:
        pytest.skip("SQLite makes no plan that depends on how large a table is")
    newsroom.lists(a_source("a"), a_source("b"))
    before = whole_reads(newsroom.database)

    for turn in range(12):  # a plan is kept after some ten times
        for slug in ("a", "b"):
            newsroom.poll(
                slug, *(an_entry(f"{turn} {number}", guid=f"{slug} {turn} {number}") for number in range(5))
            )
        newsroom.clock.advance(hours=1)

    assert whole_reads(newsroom.database) == before
