from datetime import timedelta

import pytest
from sqlalchemy import event

from aggregator import store
from aggregator.model import FilterRule, State, Validators
from tests.store.newsroom import Newsroom, a_source, an_entry


def slugs(newsroom: Newsroom) -> list[str]:
    return [status.name.slug for status in store.statuses(newsroom.database, newsroom.now)]


def test_sources_stand_in_the_files_order(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("b"), a_source("a"))
    assert slugs(newsroom) == ["b", "a"]

    newsroom.lists(a_source("a"), a_source("c"), a_source("b"))
    assert slugs(newsroom) == ["a", "c", "b"]


def test_an_unchanged_file_costs_one_look(newsroom: Newsroom) -> None:
    newsroom.lists(*(a_source(f"s{n}") for n in range(30)))
    statements: list[str] = []
    engine = newsroom.database._writer
    event.listen(engine, "before_cursor_execute", lambda *args: statements.append(args[2]))

    newsroom.lists(*(a_source(f"s{n}") for n in range(30)))

    assert sum("BEGIN" not in statement for statement in statements) == 1


def test_a_source_that_leaves_the_file_is_polled_no_more_and_its_posts_leave_and_return(
    newsroom: Newsroom,
) -> None:
    newsroom.lists(a_source("a"), a_source("b"))
    newsroom.poll("a", an_entry("one"))
    before = newsroom.item()

    newsroom.lists(a_source("b"))
    newsroom.clock.advance(days=1)
    assert (newsroom.titles(), slugs(newsroom)) == ([], ["b"])
    assert [feed.slug for feed in newsroom.claim()] == ["b"]
    with pytest.raises(store.SourceNotFound):
        newsroom.page(sources=("a",))

    newsroom.lists(a_source("a"), a_source("b"))
    assert newsroom.item() == before
    assert [feed.slug for feed in newsroom.claim()] == ["a"]


def test_a_source_that_comes_back_soon_is_polled_as_planned(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("a"))
    newsroom.poll("a", next_poll=newsroom.now + timedelta(hours=3))
    newsroom.lists()

    newsroom.lists(a_source("a"))

    assert newsroom.claim() == []
    assert store.next_due(newsroom.database) == newsroom.now + timedelta(hours=3)


def test_a_disabled_source_is_as_one_that_left_but_is_told_of(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("a"))
    newsroom.poll("a", an_entry("one"))

    newsroom.lists(a_source("a", enabled=False))

    assert newsroom.titles() == []
    assert newsroom.page(sources=("a",)).items == []
    assert [status.enabled for status in store.statuses(newsroom.database, newsroom.now)] == [False]
    newsroom.clock.advance(days=1)
    assert newsroom.claim() == []


def test_a_source_with_a_new_url_is_the_same_and_begins_anew(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("a", title="Kept"))
    newsroom.poll(
        "a", an_entry("one"), validators=Validators('"1"'), body_hash="hash", listing=("x",), rate=2.0
    )

    newsroom.lists(a_source("a", url="https://elsewhere.test/feed"))

    assert newsroom.titles() == ["one"]
    (feed,) = newsroom.claim()
    state = feed.poll_state
    assert (feed.url, state.address) == ("https://elsewhere.test/feed", "https://elsewhere.test/feed")
    assert (state.validators, state.body_hash, state.listing) == (Validators(), None, ())
    assert (state.state, state.rate) == (State.NEW, 2.0)


def test_a_poll_of_the_old_url_is_lost(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("a"))
    (feed,) = newsroom.claim()
    old = newsroom.settings

    newsroom.lists(a_source("a", url="https://elsewhere.test/feed"))
    newsroom.settings = old

    assert newsroom.save(feed, an_entry("one")) is None


def test_two_sources_that_swap_their_slugs_keep_their_posts(newsroom: Newsroom) -> None:
    first, second = "https://first.test/feed", "https://second.test/feed"
    newsroom.lists(a_source("a", url=first), a_source("b", url=second))
    newsroom.poll("a", an_entry("one"))

    newsroom.lists(a_source("b", url=first), a_source("a", url=second))

    assert newsroom.titles(sources=("b",)) == ["one"]
    assert newsroom.titles(sources=("a",)) == []


def test_a_slug_taken_over_by_another_url_is_a_move_only_while_the_old_url_is_gone(
    newsroom: Newsroom,
) -> None:
    newsroom.lists(a_source("a", url="https://first.test/feed"))
    newsroom.poll("a", an_entry("one"))

    newsroom.lists(a_source("a", url="https://new.test/feed"), a_source("old", url="https://first.test/feed"))

    assert newsroom.titles(sources=("old",)) == ["one"]
    assert newsroom.titles(sources=("a",)) == []


def test_changed_tags_hold_for_what_is_stored(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("a", tags=("old",)))
    newsroom.poll("a", an_entry("one"))

    newsroom.lists(a_source("a", tags=("new",)))

    assert newsroom.titles(tags=("new",)) == ["one"]
    assert newsroom.titles(tags=("old",)) == []
    assert newsroom.item().tags == ("new",)


def test_changed_filters_hold_for_what_is_stored_and_what_comes(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("a"))
    newsroom.poll("a", an_entry("one"), an_entry("two"))

    newsroom.lists(a_source("a", include=("(?i)words of TWO",)))
    newsroom.poll("a", an_entry("one"), an_entry("two"), an_entry("three"))
    assert newsroom.titles() == ["two"]
    left = store.status(newsroom.database, "a", newsroom.now).left_out
    assert {entry.title for entry in left} == {an_entry("one").title, an_entry("three").title}
    assert left[0].filtered
    assert left[0].filtered.rule is FilterRule.INCLUDE

    newsroom.lists(a_source("a"), hide=("guid of two",))
    assert sorted(newsroom.titles()) == ["one", "three"]
    newsroom.lists(a_source("a"))
    assert sorted(newsroom.titles()) == ["one", "three", "two"]


def test_a_post_can_be_hidden_by_its_public_id(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("a"))
    newsroom.poll("a", an_entry("one"), an_entry("two"))
    hidden = newsroom.page().items[0]

    newsroom.lists(a_source("a"), hide=(hidden.public_id,))

    assert hidden.title not in [item.title for item in newsroom.page().items]
    assert len(newsroom.page().items) == 1


def test_a_first_import_of_many_sources_is_quick(newsroom: Newsroom) -> None:
    newsroom.lists(*(a_source(f"s{n}") for n in range(300)))

    assert len(newsroom.claim(limit=1000)) == 300


def test_a_source_that_is_renamed_keeps_its_posts_and_is_found_by_its_former_names(
    newsroom: Newsroom,
) -> None:
    newsroom.lists(a_source("a"))
    newsroom.poll("a", an_entry("one"))
    before = newsroom.item()

    for slug in ("b", "c"):
        newsroom.lists(a_source(slug, url="https://a.test/feed"))

    after = newsroom.item(sources=("c",))
    assert (after.public_id, after.placed) == (before.public_id, before.placed)
    assert store.renamed(newsroom.database, ["a", "b", "c", "d"]) == {"a": "c", "b": "c"}


def test_a_former_name_that_another_source_has_now_is_its_own(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("a"), a_source("b"))

    newsroom.lists(a_source("b", url="https://a.test/feed"), a_source("a", url="https://b.test/feed"))
    assert store.renamed(newsroom.database, ["a", "b"]) == {}

    newsroom.lists(a_source("b", url="https://a.test/feed"))
    assert store.renamed(newsroom.database, ["a", "b"]) == {"a": "b"}
