from datetime import timedelta

from sqlalchemy import func, select

from aggregator import store
from aggregator.store.db.tables import entry, entry_text, listing, post
from tests.store.newsroom import MARCH, Newsroom, a_source, an_entry

YEAR = timedelta(days=365)


def rows(newsroom: Newsroom) -> dict[str, int]:
    with newsroom.database.read() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (entry, entry_text, listing, post)
        }


def prune(newsroom: Newsroom, keep: timedelta | None = YEAR) -> int:
    return store.prune(newsroom.database, now=newsroom.now, keep=keep)


def test_what_is_older_than_kept_goes_and_nothing_is_left_of_it(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("a", tags=("x",)))
    newsroom.poll("a", an_entry("old"))
    newsroom.clock.advance(days=300)
    newsroom.poll("a", an_entry("new", published=MARCH + timedelta(days=200)))
    newsroom.clock.advance(days=100)
    before = newsroom.revision

    assert prune(newsroom) == 1

    assert newsroom.titles() == ["new"]
    assert newsroom.titles(words="old") == []
    assert newsroom.revision > before
    assert store.top_tags(newsroom.database, 5) == [("x", 1)]
    assert rows(newsroom) == {"entry": 1, "entry_text": 1, "listing": 3, "post": 1}
    assert prune(newsroom) == 0


def test_what_the_document_still_lists_does_not_come_back(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("a"))
    undated = an_entry("undated", published=None)
    newsroom.poll("a", undated, an_entry("dated"))
    newsroom.clock.advance(days=400)

    assert prune(newsroom) == 2
    saved = newsroom.poll("a", undated, an_entry("dated"))

    assert (saved.new, newsroom.titles()) == (0, [])
    assert prune(newsroom) == 0


def test_forever_keeps_all(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("a"))
    newsroom.poll("a", an_entry("old"))
    newsroom.clock.advance(days=4000)

    assert prune(newsroom, keep=None) == 0
    assert newsroom.titles() == ["old"]


def test_a_post_lives_as_long_as_one_of_its_copies(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("a"), a_source("b"))
    link = "https://a.test/shared"
    newsroom.poll("a", an_entry("shared", link=link))
    newsroom.poll("b", an_entry("shared", link=link, guid="b", published=MARCH + timedelta(hours=1)))
    newsroom.clock.set(MARCH + YEAR + timedelta(minutes=30))

    assert prune(newsroom) == 1

    item = newsroom.item()
    assert (item.source.slug, item.also_in) == ("b", ())


def test_pollers_that_are_no_more_are_forgotten(newsroom: Newsroom) -> None:
    store.record_heartbeat(newsroom.database, "old", newsroom.now)
    newsroom.clock.advance(days=2)
    assert store.last_heartbeat(newsroom.database) == newsroom.now - timedelta(days=2)

    prune(newsroom)

    assert store.last_heartbeat(newsroom.database) is None
