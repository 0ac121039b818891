"""Which sources mention each other's posts, and which are mentioned most."""

from datetime import timedelta
from importlib import import_module

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations

from aggregator import store
from aggregator.errors import SourceNotFound
from aggregator.model import Leader, Tie
from tests.store.entries.test_mentions import a_post, page_of
from tests.store.newsroom import Newsroom, a_source


@pytest.fixture
def press(newsroom: Newsroom) -> Newsroom:
    """Posts 1 and 2 of a, of which b mentions both, c and d one; b's post is mentioned by c and d."""
    newsroom.lists(*(a_source(slug) for slug in "abcd"))
    newsroom.poll("a", a_post("a", "one"), a_post("a", "two"), a_post("a", "three"))
    newsroom.poll("b", a_post("b", "x", page_of("a", "one")), a_post("b", "y", page_of("a", "two")))
    newsroom.poll("c", a_post("c", "x", page_of("a", "one"), page_of("b", "x")))
    newsroom.poll("d", a_post("d", "x", page_of("a", "one"), page_of("b", "x")))
    return newsroom


def who(ties: list[Tie]) -> list[tuple[str, int, list[str]]]:
    return [
        (tie.source.slug, tie.times, [post.title.rpartition(" ")[2] for post in tie.latest]) for tie in ties
    ]


def leading(leaders: list[Leader]) -> list[tuple[str, int, int]]:
    return [(leader.source.slug, leader.mentions, leader.posts) for leader in leaders]


def test_a_source_has_who_mentions_it_and_whom_it_mentions(press: Newsroom) -> None:
    ties = store.ties(press.database, "b")

    assert who(list(ties.mentioned_by)) == [("c", 1, ["x"]), ("d", 1, ["x"])]
    assert [(tie.source.slug, tie.times) for tie in ties.mentions] == [("a", 2)]
    assert sorted(post.link or "" for post in ties.mentions[0].latest) == [
        page_of("a", "one"),
        page_of("a", "two"),
    ]
    assert [(tie.source.slug, tie.times) for tie in store.ties(press.database, "a").mentioned_by] == [
        ("b", 2),
        ("c", 1),
        ("d", 1),
    ]
    with pytest.raises(SourceNotFound):
        store.ties(press.database, "nobody")


def test_a_source_that_nobody_mentions_has_no_ties(press: Newsroom) -> None:
    assert who(list(store.ties(press.database, "c").mentioned_by)) == []
    assert who(list(store.ties(press.database, "a").mentions)) == []


def test_sources_are_ranked_by_mentions_of_posts_that_two_mention(press: Newsroom) -> None:
    found = store.leaders(press.database, press.now, 50)

    assert leading(list(found.by_mentions)) == [("a", 3, 1), ("b", 2, 1)]
    press.poll("d", a_post("d", "x", page_of("b", "y")), a_post("d", "z", page_of("b", "x")))
    press.poll("c", a_post("c", "x", page_of("b", "x"), page_of("b", "y")))
    found = store.leaders(press.database, press.now, 50)
    assert leading(list(found.by_posts)) == [("b", 4, 2)]
    assert leading(list(store.leaders(press.database, press.now, 0).by_posts)) == []


def test_what_came_half_a_year_ago_ranks_nobody(press: Newsroom) -> None:
    assert store.leaders(press.database, press.now + timedelta(weeks=24), 50).by_mentions
    assert store.leaders(press.database, press.now + timedelta(weeks=27), 50).by_mentions == []


def test_a_copy_of_a_post_brings_its_source_nothing(press: Newsroom) -> None:
    words = {"title": "The same post in two feeds of a house", "text": "One and the same words. " * 20}
    press.lists(*(a_source(slug) for slug in "abcde"))
    press.poll("a", a_post("a", "own", **words))
    press.poll("e", a_post("a", "own", **words))
    for slug in "bcd":
        press.poll(slug, a_post(slug, "x", page_of("a", "own")))

    assert leading(list(store.leaders(press.database, press.now, 50).by_mentions)) == [("a", 3, 1)]


def test_sources_that_the_file_lists_no_more_are_not_ranked(press: Newsroom) -> None:
    press.lists(*(a_source(slug) for slug in "bcd"))
    assert leading(list(store.leaders(press.database, press.now, 50).by_mentions)) == [("b", 2, 1)]
    press.lists(*(a_source(slug) for slug in "abcd"))

    assert leading(list(store.leaders(press.database, press.now, 50).by_mentions)) == [
        ("a", 3, 1),
        ("b", 2, 1),
    ]


def test_a_store_of_the_version_before_is_ranked_by_what_it_has(press: Newsroom) -> None:
    before = store.leaders(press.database, press.now, 50)
    with press.database.write() as connection:
        for statement in (
            "DROP TABLE mentioned_posts",
            "DELETE FROM top WHERE substr(facet, 1, 1) = 'c'",
        ):
            connection.exec_driver_sql(statement)
        with Operations.context(MigrationContext.configure(connection)):
            import_module("aggregator.store.migrations.versions.0014_mentioned_posts").upgrade()

    assert store.leaders(press.database, press.now, 50) == before
    assert store.ties(press.database, "a").mentioned_by
