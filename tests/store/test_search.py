import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator.store import search, words
from tests.store.newsroom import Newsroom, a_source, an_entry

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


@given(st.text())
def test_tokens_are_letters_and_digits_of_bounded_length(text: str) -> None:
    for token in search.tokens_of(text):
        assert 0 < len(token) <= 100
        assert "'" not in token
        assert '"' not in token
        assert " " not in token
