from datetime import timedelta

from aggregator import store
from tests.store.newsroom import MARCH, Newsroom, a_source, an_entry


def test_sources_stand_in_the_order_of_their_newest_posts(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("a"), a_source("b"), a_source("c"), a_source("d", enabled=False))
    newsroom.poll("a", an_entry("one", published=MARCH - timedelta(hours=3)))
    newsroom.poll("b", *(an_entry(f"b{n}", published=MARCH - timedelta(hours=n)) for n in (1, 2, 4)))

    found = store.recent_activity(newsroom.database, 10, 2)

    assert [one.source.slug for one in found] == ["b", "a"]
    assert found[0].placed == (MARCH - timedelta(hours=1), MARCH - timedelta(hours=2))
    assert [one.source.slug for one in store.recent_activity(newsroom.database, 1, 2)] == ["b"]


def test_a_chatty_source_hides_no_other(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("a"), a_source("b"))
    newsroom.poll("a", *(an_entry(f"a{n}", published=MARCH - timedelta(minutes=n)) for n in range(300)))
    newsroom.poll("b", an_entry("b", published=MARCH - timedelta(days=9)))

    assert [one.source.slug for one in store.recent_activity(newsroom.database, 10, 10)] == ["a", "b"]


def test_copies_of_others_posts_are_nobodys_activity(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("author"), a_source("planet"))
    for slug in ("planet", "author"):
        newsroom.poll(slug, an_entry("shared", link="https://author.test/shared", guid=slug))

    assert [one.source.slug for one in store.recent_activity(newsroom.database, 10, 10)] == ["author"]


def test_a_silence_is_the_time_since_the_last_post_of_the_same_source(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("a"), a_source("b"))
    newsroom.poll("a", *(an_entry(f"a{n}", published=MARCH - timedelta(days=n)) for n in (0, 70)))
    newsroom.poll("b", an_entry("b", published=MARCH - timedelta(days=1)))

    items = newsroom.page(10).items
    silences = store.silences(newsroom.database, items)

    assert [silences.get(item.id) for item in items] == [timedelta(days=70), None, None]
