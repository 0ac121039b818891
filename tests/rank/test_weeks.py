from aggregator.model import Mention, PostLine, SourceRef, Week, WeekPosts
from aggregator.rank.weeks import summarize
from tests.support.items import MOMENT, an_item

WEEK = Week(2026, 47)


def a_source(slug: str) -> SourceRef:
    return SourceRef(slug, slug.title(), f"https://{slug}.test/feed")


def a_line(number: int, slug: str = "a", *tags: str) -> PostLine:
    return PostLine(number, a_source(slug), f"Post {number}", f"https://{slug}.test/{number}", tags)


def a_mention(weight: float = 1.0) -> Mention:
    return Mention(a_source("m"), "m.test", "A remark", "https://m.test/1", MOMENT, weight)


def test_a_post_that_more_point_to_stands_above_a_later_one() -> None:
    late, heavy = an_item(1, mentions=(a_mention(),)), an_item(2, mentions=(a_mention(), a_mention()))
    found = WeekPosts(WEEK, [a_line(1), a_line(2)], [late, heavy])

    assert summarize(found).top == [heavy, late]


def test_finds_stand_apart_from_posts() -> None:
    find, post = an_item(1, mentions=(a_mention(),), is_find=True), an_item(2, mentions=(a_mention(),))
    summary = summarize(WeekPosts(WEEK, [a_line(2)], [find, post]))

    assert (summary.top, summary.finds) == ([post], [find])


def test_a_post_stands_under_the_first_of_its_tags_alone() -> None:
    lines = [a_line(1, "a", "one", "two"), a_line(2, "b"), a_line(3, "c", "two")]

    assert summarize(WeekPosts(WEEK, lines)).sections == [
        ("one", [lines[0]]),
        ("two", [lines[2]]),
        ("Everything else", [lines[1]]),
    ]


def test_no_source_is_the_busiest_where_none_posted_twice() -> None:
    assert summarize(WeekPosts(WEEK, [a_line(1, "a"), a_line(2, "b")])).busiest is None
    assert summarize(WeekPosts(WEEK, [a_line(1, "a"), a_line(2, "b"), a_line(3, "b")])).busiest == (
        a_source("b"),
        2,
    )


def test_where_all_sources_are_new_none_is_told() -> None:
    lines = [a_line(1, "a"), a_line(2, "b")]

    assert summarize(WeekPosts(WEEK, lines, new_sources=frozenset("b"))).new_sources == [a_source("b")]
    assert summarize(WeekPosts(WEEK, lines, new_sources=frozenset("ab"))).new_sources == ()
