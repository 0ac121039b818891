from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator.model import Entry
from aggregator.store import words
from tests.store.newsroom import MARCH, Newsroom, a_source, an_entry

POSTS = {
    "cold": ("Cold starts, warm hearts", "How long does a Lambda function take to start?", ("aws",)),
    "cafe": ("Un café à Zürich", "Straße and naïve coöperation", ("Essay",)),
    "tokyo": ("東京でのサーバーレス", "これは東京についての記事です", ()),
    "node": ("What's new in Node.js 22", "It is C++ free; see foo_bar and re:Invent", ("node.js",)),
}


@pytest.fixture
def library(newsroom: Newsroom) -> Newsroom:
    newsroom.lists(a_source("a"))
    newsroom.poll(
        "a",
        *(an_entry(name, title=title, text=text, tags=tags) for name, (title, text, tags) in POSTS.items()),
    )
    return newsroom


def found(library: Newsroom, query: str) -> set[str]:
    titles = {title: name for name, (title, _, _) in POSTS.items()}
    return {titles[title] for title in library.titles(words=query)}


QUERIES: dict[str, set[str]] = {
    "lambda": {"cold"},
    "LAMBDA Start": {"cold"},
    "cold zürich": set(),  # all of the words
    '"lambda function"': {"cold"},
    '"function lambda"': set(),
    '"hearts how"': set(),  # no phrase reaches from the title into the text
    "aws": {"cold"},  # tags are words too
    "cafe": {"cafe"},
    "CAFÉ": {"cafe"},
    "zurich": {"cafe"},
    "strasse": {"cafe"},
    "東京": {"tokyo"},
    "サーバー": {"tokyo"},
    "京東": set(),
    "node.js": {"node"},
    "C++": {"node"},
    "foo_bar": {"node"},
    "re:invent": {"node"},
    "see -lambda": {"node"},
    "-lambda": {"cafe", "tokyo", "node"},
    '-"node js" -café': {"cold", "tokyo"},
    "start -start": set(),
    "nothing-like-this": set(),
    "lamb": set(),  # whole words
    # No word at all is no search.
    "": {"cold", "cafe", "tokyo", "node"},
    '"" - ?': {"cold", "cafe", "tokyo", "node"},
    # Nothing is bad syntax, whatever it means to a database.
    '"lambda': {"cold"},
    "lambda AND": set(),
    "NEAR(lambda start)": set(),
    "lambda*": {"cold"},
    "words:lambda": set(),
    "'; DROP TABLE post; --": set(),
    "lambda & !start | <->": {"cold"},
}


def test_what_queries_find(library: Newsroom) -> None:
    assert {query: found(library, query) for query in QUERIES} == QUERIES


@given(st.text(max_size=60))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_query_is_an_error(library: Newsroom, query: str) -> None:
    library.page(words=query.encode("utf-8", "ignore").decode())


def test_the_page_marks_what_was_looked_for() -> None:
    assert words('Lambda -cold "warm  hearts" ... C++') == ("Lambda", "warm hearts", "C++")


def test_what_is_found_is_paged_and_combined_with_the_rest(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("a", tags=("x",)), a_source("b"))
    newsroom.poll("a", *(an_entry(f"post {n}") for n in range(5)))
    newsroom.poll("b", *(an_entry(f"other post {n}") for n in range(5)))

    pages = list(newsroom.walk(2, words="post", sources=("a",), tags=("x",)))

    assert sorted(item.title for page in pages for item in page.items) == sorted(
        an_entry(f"post {n}").title for n in range(5)
    )
    assert pages[2].newer is not None


def test_what_is_hidden_is_not_found(library: Newsroom) -> None:
    library.lists(a_source("a", hide=("guid of cold",)))

    assert found(library, "lambda") == set()


# --- many posts -------------------------------------------------------------------------------------------

MANY = 2_600  # more than are looked through before the index of words is asked
SAME_TIME = 7  # posts at one instant
RULES: dict[str, Callable[[int], bool]] = {
    "common": lambda _: True,
    "third": lambda number: number % 3 == 0,
    "fifth": lambda number: number % 5 == 0,
    "newest": lambda number: number < 5,
    "oldest": lambda number: number >= MANY - 150,
    "rare": lambda number: number % 1_000 == 999,
}
SEARCHES: dict[str, Callable[[int], bool]] = {
    "common": RULES["common"],
    "third fifth": lambda number: number % 15 == 0,
    '"third fifth"': lambda number: number % 15 == 0,
    '"fifth third"': lambda _: False,
    "oldest": RULES["oldest"],
    "rare": RULES["rare"],
    "newest oldest": lambda _: False,
    "absent": lambda _: False,
    "oldest -third": lambda number: RULES["oldest"](number) and number % 3 != 0,
    "-common": lambda _: False,
    "-third -fifth -newest": lambda number: number % 3 != 0 and number % 5 != 0 and number >= 5,
}


def _one_of_many(number: int) -> Entry:
    words = " ".join(word for word, has in RULES.items() if has(number))
    return an_entry(
        str(number),
        title=f"Number {number}",
        text=f"{words} and number{number}",
        tags=("even",) if number % 2 == 0 else (),
        published=MARCH - timedelta(minutes=number // SAME_TIME),
    )


def test_a_search_finds_the_same_in_the_same_order_however_many_posts_there_are(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("a"), a_source("b"), keep=None)
    entries = [_one_of_many(number) for number in range(MANY)]
    for slug in ("a", "b"):
        mine = [entry for number, entry in enumerate(entries) if (number % 20 == 0) == (slug == "b")]
        for first in range(0, len(mine), 500):
            newsroom.poll(slug, *mine[first : first + 500])
            newsroom.clock.advance(hours=2)

    for view in ({}, {"tags": ("even",)}, {"sources": ("b",)}):
        everything = [item.title for page in newsroom.walk(500, **view) for item in page.items]
        for query, finds in SEARCHES.items():
            pages = list(newsroom.walk(40, words=query, **view))
            titles = [item.title for page in pages for item in page.items]
            assert titles == [title for title in everything if finds(int(title.split()[1]))], (view, query)
            if len(pages) > 2:  # and back up again
                assert newsroom.page(40, before=pages[2].newer, words=query, **view).items == pages[1].items
