"""Who points to whom, as rows: written with each poll, right after whatever becomes of entries and sources."""

from datetime import timedelta

import pytest
from sqlalchemy import event, select

from aggregator import store
from aggregator.model import Entry, Item, Outlink, TimelineQuery
from aggregator.store import Database
from aggregator.store.db.tables import feed, find, outlink, top
from tests.store.newsroom import MARCH, Newsroom, a_source, an_entry


def a_post(slug: str, name: str, *to: str, **fields: object) -> Entry:
    """Return a post of a source on its own site, which links to these addresses."""
    links = tuple(Outlink(url, f"the post at {url}") for url in to)
    return an_entry(f"{slug} {name}", **{"link": f"https://{slug}.test/{name}", "links": links} | fields)


def page_of(slug: str, name: str) -> str:
    return f"https://{slug}.test/{name}"


def ranked(newsroom: Newsroom, days: int = 7, **view: object) -> list[Item]:
    """Return what `sort=top` shows."""
    query = TimelineQuery(**view)  # type: ignore[arg-type]
    until = newsroom.now + timedelta(days=1)
    since = newsroom.now - timedelta(days=days)
    return list(store.top_page(newsroom.database, query, 100, since=since, until=until).items)


def who(item: Item) -> list[str]:
    return [mention.source.slug for mention in item.mentions]


def mentioned(newsroom: Newsroom) -> dict[str, list[str]]:
    """Return who mentions each post that is mentioned, by the posts' links; the timeline and the top say the same."""
    shown = {str(item.link): who(item) for item in newsroom.page().items if item.mentions}
    assert {str(item.link): who(item) for item in ranked(newsroom) if not item.is_find} == shown
    return shown


@pytest.fixture
def press(newsroom: Newsroom) -> Newsroom:
    newsroom.lists(*(a_source(slug) for slug in "abcdefg"))
    return newsroom


def test_a_post_that_another_source_links_to_is_mentioned_by_it(press: Newsroom) -> None:
    press.poll("a", a_post("a", "news"))
    press.poll("b", a_post("b", "remark", "http://www.a.test/news/"))

    (item,) = ranked(press)
    (mention,) = item.mentions
    assert item.link == page_of("a", "news")
    assert (mention.source.slug, mention.publisher, mention.link) == ("b", "b.test", page_of("b", "remark"))
    assert mention.title == "A post that is called b remark"
    assert mentioned(press) == {page_of("a", "news"): ["b"]}


def test_a_link_counts_too_if_its_target_comes_later(press: Newsroom) -> None:
    press.poll("b", a_post("b", "remark", page_of("a", "news")))
    assert mentioned(press) == {}
    press.poll("a", a_post("a", "news"))

    assert mentioned(press) == {page_of("a", "news"): ["b"]}


def test_links_of_one_publisher_do_not_count(newsroom: Newsroom) -> None:
    newsroom.lists(
        a_source("a", publisher="house"), a_source("b", publisher="house"), a_source("c"), a_source("d")
    )
    newsroom.poll("a", a_post("a", "news"), a_post("a", "more", page_of("a", "news")))
    newsroom.poll("b", a_post("b", "remark", page_of("a", "news")))
    newsroom.poll("c", a_post("c", "one", page_of("a", "news")), a_post("c", "two", page_of("a", "news")))
    newsroom.poll("d", link="https://blog.a.test/")
    newsroom.poll("d", a_post("d", "same", page_of("a", "news")), link="https://blog.a.test/")

    assert mentioned(newsroom) == {page_of("a", "news"): ["c"]}


def test_the_file_says_which_sources_are_one_publisher_s(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("a"), a_source("b"))
    newsroom.poll("a", a_post("a", "news"))
    newsroom.poll("b", a_post("b", "remark", page_of("a", "news")))
    newsroom.lists(a_source("a", publisher="house"), a_source("b", publisher="house"))
    assert mentioned(newsroom) == {}
    newsroom.lists(a_source("a"), a_source("b", publisher="other"))

    assert mentioned(newsroom) == {page_of("a", "news"): ["b"]}


def test_a_link_that_is_edited_away_mentions_no_more(press: Newsroom) -> None:
    press.poll("a", a_post("a", "news"), a_post("a", "other"))
    press.poll("b", a_post("b", "remark", page_of("a", "news")))
    press.clock.advance(hours=1)
    press.poll("b", a_post("b", "remark", page_of("a", "other")))

    assert mentioned(press) == {page_of("a", "other"): ["b"]}
    with press.database.read() as connection:
        assert len(connection.execute(select(outlink)).all()) == 1


def test_entries_of_an_older_version_get_their_links_when_they_are_read_again(press: Newsroom) -> None:
    press.poll("a", a_post("a", "news"))
    press.poll("b", a_post("b", "remark", page_of("a", "news")))
    with press.database.write() as connection:
        for statement in (
            "UPDATE entry SET links = NULL, page_key = NULL", "DELETE FROM outlink", "DELETE FROM top",
        ):  # fmt: skip
            connection.exec_driver_sql(statement)
    press.clock.advance(hours=1)
    press.poll("a", a_post("a", "news"))
    saved = press.poll("b", a_post("b", "remark", page_of("a", "news")))

    assert saved.unchanged == 1
    assert mentioned(press) == {page_of("a", "news"): ["b"]}


def test_a_post_in_several_feeds_is_mentioned_whichever_copy_is_linked_to(press: Newsroom) -> None:
    words = {"title": "The same post in two feeds of a house", "text": "One and the same words. " * 20}
    press.poll("a", a_post("a", "news", **words))
    press.poll("b", a_post("b", "news", **words))
    press.poll("c", a_post("c", "remark", page_of("b", "news")))
    press.poll("d", a_post("d", "remark", page_of("a", "news")))

    (item,) = ranked(press)
    assert len(item.also_in) == 1
    assert sorted(who(item)) == ["c", "d"]


def test_a_post_in_several_feeds_has_one_voice(press: Newsroom) -> None:
    words = {"title": "A roundup that runs in two feeds", "text": "One and the same words. " * 20}
    press.poll("a", a_post("a", "news"))
    press.poll("b", a_post("b", "remark", page_of("a", "news"), **words))
    press.poll("c", a_post("b", "remark", page_of("a", "news"), **words))

    assert mentioned(press) == {page_of("a", "news"): ["b"]}


@pytest.mark.parametrize("way", ["hidden", "removed", "disabled", "pruned", "withdrawn"])
def test_a_post_that_is_shown_no_more_mentions_nobody(press: Newsroom, way: str) -> None:
    press.poll("a", a_post("a", "news"))
    older = a_post("b", "older", published=MARCH - timedelta(days=310))
    remark = a_post("b", "remark", page_of("a", "news"), published=MARCH - timedelta(days=300))
    press.poll("b", remark, older)
    assert mentioned(press) == {page_of("a", "news"): ["b"]}

    if way == "hidden":
        press.lists(a_source("a"), a_source("b", hide=("guid of b remark",)))
    elif way == "removed":
        press.lists(a_source("a"))
    elif way == "disabled":
        press.lists(a_source("a"), a_source("b", enabled=False))
    elif way == "pruned":
        store.prune(press.database, now=press.now, keep=timedelta(days=100))
    else:
        for _ in range(8):
            press.clock.advance(hours=2)
            press.poll("b", older)

    assert mentioned(press) == {}
    if way in ("hidden", "removed", "disabled"):
        press.lists(a_source("a"), a_source("b"))
        assert mentioned(press) == {page_of("a", "news"): ["b"]}


def test_a_page_that_three_publishers_link_to_and_nobody_published_is_a_find(press: Newsroom) -> None:
    url = "https://elsewhere.example/paper.pdf"
    for slug in "ab":
        press.poll(slug, a_post(slug, "remark", url))
    assert ranked(press) == []
    press.poll("c", a_post("c", "remark", tags=("Lambda",), links=(Outlink(url, "A paper on cold starts"),)))

    (item,) = ranked(press)
    assert item.is_find
    assert (item.link, item.source.title, who(item)) == (url, "elsewhere.example", ["a", "b", "c"])
    assert [found.link for found in ranked(press, tags=("lambda",))] == [url]
    assert ranked(press, tags=("go",)) == []
    assert ranked(press, sources=("a",)) == []
    assert press.titles(tags=("lambda",)) == ["c remark"]


def test_products_and_what_is_pointed_to_over_the_years_are_no_finds(press: Newsroom) -> None:
    product, known = "https://vendor.example/pricing", "https://elsewhere.example/a-classic"
    for months, slug in enumerate("abc"):
        press.poll(
            slug,
            a_post(slug, "remark", product),
            a_post(slug, "older", known, published=MARCH - timedelta(days=30 * months)),
        )

    assert ranked(press, days=365) == []


def test_a_find_is_called_by_the_commonest_text_of_three_words(press: Newsroom) -> None:
    url = "https://elsewhere.example/paper.pdf"
    for slug, text in zip("abcd", ("here", "Cold starts, measured", "cold starts, measured.", "A long text that one has"), strict=True):  # fmt: skip
        press.poll(slug, a_post(slug, "remark", links=(Outlink(url, text),)))

    (item,) = ranked(press)
    assert item.title.casefold().startswith("cold starts, measured")
    assert [found.link for found in ranked(press, words="measured")] == [url]
    assert ranked(press, words="-measured") == []


def test_a_find_is_none_any_more_once_a_source_publishes_it_or_it_is_pointed_to_less(press: Newsroom) -> None:
    url = page_of("d", "a-paper")
    for slug in "abc":
        press.poll(slug, a_post(slug, "remark", url))
    (item,) = ranked(press)
    assert item.is_find
    press.poll("d", a_post("d", "a-paper"))
    (item,) = ranked(press)
    assert not item.is_find
    assert who(item) == ["a", "b", "c"]
    with press.database.read() as connection:
        assert connection.execute(select(find)).all() == []

    other = "https://elsewhere.example/a-paper"
    for slug in "abc":
        press.poll(slug, a_post(slug, "remark", url), a_post(slug, "second", other))
    assert sorted(item.is_find for item in ranked(press)) == [False, True]
    press.lists(*(a_source(slug) for slug in "abdefg"))
    assert [item.link for item in ranked(press)] == [url]


def test_what_a_feed_repeats_in_many_posts_mentions_nobody(press: Newsroom) -> None:
    press.poll("a", a_post("a", "sponsor"), a_post("a", "news"))
    posts = [a_post("b", str(number), page_of("a", "sponsor")) for number in range(4)]
    remark = a_post("b", "remark", page_of("a", "sponsor"), page_of("a", "news"))
    press.poll("b", *posts, remark)
    assert mentioned(press) == {page_of("a", "news"): ["b"]}

    press.clock.advance(hours=1)
    press.poll("b", *posts, remark, a_post("b", "another", page_of("a", "sponsor")))
    assert mentioned(press) == {page_of("a", "news"): ["b"]}
    assert ranked(press)[0].mentions[0].weight == 1  # its one link that counts


def test_what_a_feed_begins_to_repeat_mentions_nobody_from_then_on(press: Newsroom) -> None:
    press.poll("a", a_post("a", "sponsor"))
    posts = [a_post("b", "0", page_of("a", "sponsor"))]
    press.poll("b", *posts)
    assert mentioned(press) == {page_of("a", "sponsor"): ["b"]}
    for number in (1, 2):
        press.clock.advance(hours=1)
        posts.append(a_post("b", str(number), page_of("a", "sponsor")))
        press.poll("b", *posts)

    assert mentioned(press) == {}
    with press.database.read() as connection:
        assert connection.execute(select(outlink)).all() == []
        repeated = connection.execute(select(feed.c.repeated).where(feed.c.slug == "b")).scalar_one()
    assert len(repeated) == 1


def test_an_entry_of_a_link_blog_points_to_its_link_and_does_not_publish_it(press: Newsroom) -> None:
    url = "https://elsewhere.example/a-paper"
    for slug in "abc":
        press.poll(slug, a_post(slug, "remark", url, link=url, title=f"What {slug} says about it"))

    assert [(item.is_find, sorted(who(item))) for item in ranked(press)] == [(True, ["a", "b", "c"])]


def test_the_top_lists_what_came_in_the_span_heaviest_first(press: Newsroom) -> None:
    press.poll(
        "a",
        a_post("a", "one"),
        a_post("a", "two"),
        a_post("a", "old", published=MARCH - timedelta(days=30)),
    )
    press.poll("b", a_post("b", "remark", page_of("a", "two")))
    press.poll("c", a_post("c", "remark", page_of("a", "two"), page_of("a", "one"), page_of("a", "old")))

    assert [item.link for item in ranked(press)] == [page_of("a", "two"), page_of("a", "one")]
    assert [item.link for item in ranked(press, days=60)][-1] == page_of("a", "old")
    assert [item.link for item in ranked(press, words="one")] == [page_of("a", "one")]
    assert ranked(press, sources=("b",)) == []
    assert ranked(press, sources=("a", "b"))[0].link == page_of("a", "two")


def test_scores_are_the_same_whatever_came_first(newsroom: Newsroom) -> None:
    documents = {
        "a": [a_post("a", "one"), a_post("a", "two", page_of("b", "one"))],
        "b": [a_post("b", "one", page_of("a", "one")), a_post("b", "two", "https://x.example/a-paper")],
        "c": [a_post("c", "one", page_of("a", "one"), page_of("b", "one"), "https://x.example/a-paper")],
        "d": [a_post("d", "one", "https://x.example/a-paper", page_of("c", "one"))],
    }
    found = []
    for order in ("abcd", "dcba", "cadb"):
        with newsroom.database.write() as connection:
            for table in ("top", "find", "outlink", "listing", "entry_text", "entry_search", "entry", "post", "host_slot", "former_slug", "poll", "posts_per_week", "feed", "host"):  # fmt: skip
                connection.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608 - names of our own
            connection.exec_driver_sql("UPDATE sources_file SET mirrored = ''")
        newsroom.lists(*(a_source(slug) for slug in "abcd"))
        for slug in order:
            newsroom.poll(slug, *documents[slug])
        found.append(sorted((str(item.link), who(item)) for item in ranked(newsroom)))

    assert found[0] == found[1] == found[2]
    assert len(found[0]) == 4


def test_the_number_of_statements_does_not_grow_with_the_entries(press: Newsroom) -> None:
    statements: list[str] = []

    @event.listens_for(press.database._writer, "before_cursor_execute")
    def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    numbers = []
    for slug, posts in (("b", 2), ("c", 100)):
        statements.clear()
        press.poll(
            slug,
            *(a_post(slug, str(n), page_of("a", str(n)), f"https://x.example/{n}") for n in range(posts)),
        )
        numbers.append(len(statements))
    assert numbers[0] >= numbers[1]


def test_nothing_of_a_post_stays_among_the_ranked(press: Newsroom, database: Database) -> None:
    press.poll("a", a_post("a", "news", published=MARCH - timedelta(days=300)))
    press.poll("b", a_post("b", "remark", page_of("a", "news"), published=MARCH - timedelta(days=300)))
    store.prune(database, now=press.now, keep=timedelta(days=100))

    with database.read() as connection:
        assert connection.execute(select(top)).all() == []
        assert connection.execute(select(outlink)).all() == []
