from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from aggregator import store
from aggregator.model import Cursor, TimelineQuery
from aggregator.store import CursorNotFound, SourceNotFound
from tests.store.newsroom import MARCH, Newsroom, a_source, an_entry


def publish(newsroom: Newsroom, slug: str, *names: str, **fields: object) -> None:
    """Publish posts, the first one the newest, an hour apart."""
    newsroom.poll(
        slug,
        *(
            an_entry(name, **{"published": MARCH - timedelta(hours=hours)} | fields)
            for hours, name in enumerate(names)
        ),
    )


def test_the_newest_stands_first(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("a"), a_source("b"))
    publish(newsroom, "a", "one", "three")
    newsroom.poll("b", an_entry("two", published=MARCH - timedelta(minutes=30)))

    assert newsroom.titles() == ["one", "two", "three"]


def test_pages_lead_down_and_up_again(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("a"))
    names = [f"n{n}" for n in range(7)]
    publish(newsroom, "a", *names)

    down = list(newsroom.walk(3))
    last = down[-1]
    assert last.newer is not None
    middle = newsroom.page(3, before=last.newer)

    assert [len(page.items) for page in down] == [3, 3, 1]
    assert [page.is_first for page in down] == [True, False, False]
    assert [page.newer is None for page in down] == [True, True, False]  # above the second is the top itself
    assert middle == down[1]


def test_walking_loses_and_repeats_nothing_while_new_posts_come(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("a"), a_source("b"))
    publish(newsroom, "a", *(f"old {n}" for n in range(9)), tags=("x",))

    seen = []
    for number, page in enumerate(newsroom.walk(2)):
        seen += [item.title for item in page.items]
        newsroom.poll("b", an_entry(f"new {number}", published=MARCH + timedelta(hours=number + 1)))

    assert seen == [an_entry(f"old {n}").title for n in range(9)]


def test_posts_of_one_moment_are_paged_too(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("a"))
    newsroom.poll("a", *(an_entry(f"n{n}") for n in range(5)))

    titles = [item.title for page in newsroom.walk(2) for item in page.items]

    assert len(titles) == len(set(titles)) == 5


def test_sources_and_tags_are_any_of_them_and_together_all(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("a", tags=("aws",)), a_source("b"), a_source("c"))
    newsroom.poll("a", an_entry("one", tags=("Lambda",), published=MARCH))
    newsroom.poll("b", an_entry("two", tags=("lambda", "news"), published=MARCH - timedelta(hours=1)))
    newsroom.poll("c", an_entry("three", tags=("news",), published=MARCH - timedelta(hours=2)))

    assert newsroom.titles(sources=("a", "c")) == ["one", "three"]
    assert newsroom.titles(tags=("lambda",)) == ["one", "two"]
    assert newsroom.titles(tags=("aws", "news")) == ["one", "two", "three"]
    assert newsroom.titles(sources=("b", "c"), tags=("lambda",)) == ["two"]
    assert newsroom.titles(sources=("a",), tags=("news",)) == []
    assert newsroom.titles(tags=("nothing",)) == []


def test_a_post_of_two_chosen_facets_stands_once_on_every_page(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("a"))
    publish(newsroom, "a", *(f"n{n}" for n in range(5)), tags=("x", "y"))

    titles = [item.title for page in newsroom.walk(2, tags=("x", "y")) for item in page.items]

    assert titles == [an_entry(f"n{n}").title for n in range(5)]


def test_what_the_timeline_does_not_have_is_an_error_with_a_sentence(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("a"))

    with pytest.raises(SourceNotFound, match="no source `b`"):
        newsroom.page(sources=("a", "b"))
    with pytest.raises(CursorNotFound):
        newsroom.page(before=Cursor(MARCH, 2**63))


def test_the_most_used_tags(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("a", tags=("aws",)))
    newsroom.poll(
        "a", an_entry("one", tags=("Lambda", "AWS")), an_entry("two", tags=("lambda",)), an_entry("three")
    )
    assert store.top_tags(newsroom.database, 10) == [("aws", 3), ("lambda", 2)]
    assert newsroom.page().items[0].tags.count("aws") + newsroom.page().items[0].tags.count("AWS") == 1

    newsroom.lists(a_source("a"), hide=("guid of one",))

    assert store.top_tags(newsroom.database, 10) == [("lambda", 1)]


def test_sources_are_named_by_the_admin_by_themselves_or_by_their_slug(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("a", title="Named"), a_source("b"), a_source("c"), a_source("off", enabled=False))
    newsroom.poll("b", title="Its own")

    assert [name.title for name in store.source_names(newsroom.database)] == ["Named", "Its own", "c"]


# --- copies


def both(newsroom: Newsroom, first: str, second: str) -> None:
    """Publish one post in two feeds; its author is `author`."""
    newsroom.lists(a_source("author", tags=("own",)), a_source("planet", tags=("many",)))
    for slug in (first, second):
        newsroom.poll(slug, an_entry("shared", link="https://author.test/shared", guid=f"{slug}: shared"))


@pytest.mark.parametrize("order", [("author", "planet"), ("planet", "author")])
def test_copies_are_one_item_of_the_author_whichever_feed_came_first(
    newsroom: Newsroom, order: tuple[str, str]
) -> None:
    both(newsroom, *order)

    item = newsroom.item()

    assert item.source.slug == "author"
    assert [copy.source.slug for copy in item.also_in] == ["planet"]


def test_a_source_shows_its_own_copy_under_the_posts_id(newsroom: Newsroom) -> None:
    both(newsroom, "author", "planet")

    own = newsroom.item(sources=("planet",))

    assert (own.source.slug, own.also_in[0].source.slug) == ("planet", "author")
    assert (own.public_id, own.placed, own.id) == (
        newsroom.item().public_id,
        newsroom.item().placed,
        newsroom.item().id,
    )
    assert newsroom.item(sources=("planet", "author")).source.slug == "author"


def test_a_post_is_in_the_view_of_a_tag_if_one_of_its_copies_is(newsroom: Newsroom) -> None:
    both(newsroom, "author", "planet")

    assert newsroom.item(tags=("many",)).source.slug == "author"
    assert newsroom.item(tags=("own",)).public_id == newsroom.item(tags=("many",)).public_id


def test_a_hidden_copy_leaves_the_other_and_the_id(newsroom: Newsroom) -> None:
    both(newsroom, "author", "planet")
    before = newsroom.item().public_id

    newsroom.lists(a_source("author", hide=("author: shared",)), a_source("planet"))

    item = newsroom.item()
    assert (item.source.slug, item.also_in, item.public_id) == ("planet", (), before)
    with pytest.raises(ValueError, match="not enough values"):
        newsroom.item(sources=("author",))


def test_two_entries_of_one_feed_never_share_a_post(newsroom: Newsroom) -> None:
    both(newsroom, "author", "planet")

    newsroom.poll(
        "planet",
        an_entry("shared", link="https://author.test/shared", guid="planet: shared"),
        an_entry("shared", link="https://author.test/shared", guid="planet: again"),
    )

    assert len(newsroom.page(sources=("planet",)).items) == 2


# --- the revision


def test_the_revision_moves_exactly_when_a_reader_sees_a_change(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("a"), a_source("b"))
    seen = [newsroom.revision]

    def moves() -> bool:
        seen.append(newsroom.revision)
        return seen[-1] != seen[-2]

    newsroom.poll("a", title="The blog")  # nothing of it is shown yet
    assert not moves()
    newsroom.poll("a", an_entry("one"), title="The blog")
    assert moves()
    newsroom.poll("a", an_entry("one"), title="The blog")
    assert not moves()
    newsroom.poll("a", an_entry("one"), title="Another name")
    assert moves()
    newsroom.poll("a", an_entry("one", text="Other words, and quite a lot of them."), title="Another name")
    assert moves()
    newsroom.lists(a_source("a"), a_source("b", tags=("b",)))  # shows nothing
    assert not moves()
    newsroom.lists(a_source("a", tags=("new",)), a_source("b"))
    assert moves()
    newsroom.lists(a_source("a", tags=("new",), include=("nothing like this",)), a_source("b"))
    assert moves()
    newsroom.poll("a", an_entry("one"), an_entry("two"), title="Another name")  # both left out
    assert not moves()
    newsroom.lists(a_source("b"))
    assert not moves()


def test_the_revision_tells_when_it_moved(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("a"))
    newsroom.clock.advance(hours=5)
    newsroom.poll("a", an_entry("one"))

    assert store.timeline_version(newsroom.database).changed == newsroom.now


# --- however large the store is


RANGES = (
    "SELECT placed, post_id FROM listing WHERE facet = '' ORDER BY placed DESC, post_id DESC LIMIT 30",
    """SELECT placed, post_id FROM listing WHERE facet = '' AND (placed, post_id) < ('2026-03-01', 5)
        ORDER BY placed DESC, post_id DESC LIMIT 30""",
    """SELECT placed, post_id FROM listing WHERE facet = '' AND (placed, post_id) > ('2026-03-01', 5)
        ORDER BY placed, post_id LIMIT 30""",
)


def test_a_page_is_one_range_of_an_index(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("a"), a_source("b"))
    for slug in ("a", "b"):
        newsroom.poll(slug, *(an_entry(f"{slug} {n}", tags=("x", "y")) for n in range(300)))
    explain = "EXPLAIN QUERY PLAN" if newsroom.database.is_sqlite else "EXPLAIN"
    with newsroom.database.write() as connection:
        connection.execute(text("ANALYZE"))
        plans = [str(connection.execute(text(f"{explain} {query}")).all()) for query in RANGES]

    index, sorts = (
        ("USING PRIMARY KEY (facet=?", "TEMP B-TREE")
        if newsroom.database.is_sqlite
        else ("pk_listing", "Sort")
    )
    assert [index in plan and sorts not in plan for plan in plans] == [True, True, True], plans


# --- the order of one date, and where a post of several copies stands


def test_posts_of_one_date_stand_in_their_documents_order(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("blog"))
    newsroom.poll("blog", an_entry("second"), an_entry("first"))
    newsroom.clock.advance(hours=1)

    newsroom.poll("blog", *map(an_entry, ("fourth", "third", "second", "first")), last_success=None)

    assert newsroom.titles() == ["fourth", "third", "second", "first"]


def test_a_copy_with_an_old_date_does_not_bury_the_post_of_its_author(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("author"), a_source("copier"))
    link, old = "https://author.test/today", newsroom.now - timedelta(days=300)
    newsroom.poll("author", an_entry("yesterday", published=newsroom.now - timedelta(days=1)))
    newsroom.poll("copier", an_entry("today", link=link, guid="copied", published=old))
    assert newsroom.titles() == ["yesterday", "today"]
    before = newsroom.page().items[1].public_id

    newsroom.clock.advance(hours=1)
    newsroom.poll("author", an_entry("today", link=link, published=newsroom.now))

    assert newsroom.titles() == newsroom.titles(sources=("author",)) == ["today", "yesterday"]
    assert newsroom.page().items[0].public_id == before


@pytest.mark.parametrize(
    ("other", "posts"),
    [
        ({"text": ""}, 1),
        ({"text": "Told by the second feed."}, 1),
        ({"title": "SHARED STORY!", "link": "http://www.example.test/shared/"}, 1),
        ({"link": "https://example.test/another"}, 2),
        ({"text": "I do not agree: nobody asked those who live beside it, and they will tell you so."}, 2),
    ],
)
def test_one_link_under_one_short_title_is_one_post_unless_both_say_something_else_at_length(
    newsroom: Newsroom, other: dict[str, Any], posts: int
) -> None:
    newsroom.lists(a_source("a"), a_source("b"))
    story = an_entry("shared", title="Shared story")

    newsroom.poll("a", story)
    newsroom.poll("b", replace(story, guid="b: shared", **other))

    assert len(newsroom.page().items) == posts


def test_one_atom_id_is_one_post_in_two_feeds(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("author"), a_source("planet"))
    post = an_entry("clock", title="On clocks", text="Late again.", guid="tag:author.test,2026:1")
    newsroom.poll("planet", replace(post, link="https://planet.test/out?post=7"))
    newsroom.poll(
        "author",
        replace(post, atom_id=post.guid, link="https://author.test/clocks"),
        link="https://author.test/",
    )

    item = newsroom.item()

    assert (item.source.slug, item.link) == ("author", "https://author.test/clocks")


def test_one_atom_id_over_two_posts_makes_them_no_copies(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("one"), a_source("two"))
    for slug in ("one", "two"):
        newsroom.poll(slug, an_entry(slug, guid="tag:blog,2026:1", atom_id="tag:blog,2026:1"))

    assert len(newsroom.page().items) == 2
    assert sorted(str(item.atom_id) for item in newsroom.page().items) == ["None", "tag:blog,2026:1"]


def titles_of(newsroom: Newsroom, **view: Any) -> list[str]:
    page = store.timeline_page(newsroom.database, TimelineQuery(**view), 10)
    return [item.title.removeprefix("A post that is called ") for item in page.items]


def test_a_view_leaves_sources_out_but_not_the_copies_that_others_have(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("a"), a_source("b"), a_source("c"))
    both = an_entry(
        "a post of two feeds at once", text="The very same words, long enough to tell that it is one. " * 5
    )
    newsroom.poll("a", both, an_entry("mine"))
    newsroom.poll("b", both)
    newsroom.poll("c", an_entry("theirs"))

    assert sorted(titles_of(newsroom, without=("a",))) == ["a post of two feeds at once", "theirs"]
    page = store.timeline_page(newsroom.database, TimelineQuery(without=("a",)), 10)
    assert "a" not in {item.source.slug for item in page.items}
    with pytest.raises(SourceNotFound):
        titles_of(newsroom, without=("nobody",))


def test_a_view_of_a_language_has_its_regions(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("a"))
    newsroom.poll(
        "a",
        *(an_entry(name, language=name) for name in ("de", "de-AT", "en")),
        an_entry("none"),
    )

    assert sorted(titles_of(newsroom, languages=("de",))) == ["de", "de-AT"]
    assert titles_of(newsroom, languages=("de-at",)) == ["de-AT"]
    assert sorted(titles_of(newsroom, languages=("de-at", "en"))) == ["de-AT", "en"]


def test_a_view_of_an_author_has_what_was_written_together(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("a"), a_source("b"))
    newsroom.poll(
        "a", an_entry("one", authors=("Ada",)), an_entry("two", authors=("Bob", "ADA"), language="de")
    )
    newsroom.poll("b", an_entry("three", authors=("Bob",)))

    assert sorted(titles_of(newsroom, authors=("ada",))) == ["one", "two"]
    assert titles_of(newsroom, authors=("ada",), languages=("de",), without=("b",)) == ["two"]


def test_an_edit_moves_a_post_to_another_author(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("a"))
    newsroom.poll("a", an_entry("one", authors=("Ada",)))
    newsroom.clock.advance(hours=1)
    newsroom.poll("a", an_entry("one", authors=("Bob",), text="Other words of one."))

    assert titles_of(newsroom, authors=("ada",)) == []
    assert titles_of(newsroom, authors=("bob",)) == ["one"]


def test_a_fixed_page_is_in_its_sources_view_alone(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("a", tags=("ours",)))
    about = an_entry("about", title="About", published=None, tags=("site",), authors=("Jane",), language="en")
    newsroom.poll("a", an_entry("a post"), about, link="https://example.test/")

    assert newsroom.titles() == ["a post"]
    assert newsroom.titles(tags=("ours",)) == ["a post"]
    assert newsroom.titles(words="nobody else") == ["a post"]
    for view in ({"tags": ("site",)}, {"authors": ("jane",)}, {"languages": ("en",)}):
        assert newsroom.titles(**view) == []
    assert newsroom.titles(sources=("a",)) == ["a post", "About"]
    assert newsroom.titles(sources=("a",), words="about") == ["a post", "About"]


def test_what_becomes_a_fixed_page_leaves_the_timeline_and_what_gets_a_date_comes_back(
    newsroom: Newsroom,
) -> None:
    newsroom.lists(a_source("a"))
    about, post = an_entry("about", title="About", published=None), an_entry("a post")
    newsroom.poll("a", post, about)  # of a document that does not say where its site is
    assert newsroom.titles() == ["a post", "About"]

    newsroom.clock.advance(hours=1)
    newsroom.poll("a", post, about, link="https://example.test/")
    assert newsroom.titles() == ["a post"]

    newsroom.clock.advance(hours=1)
    newsroom.poll("a", post, replace(about, published=MARCH), link="https://example.test/")
    assert set(newsroom.titles()) == {"a post", "About"}
