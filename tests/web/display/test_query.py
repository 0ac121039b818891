from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest

from aggregator.addresses import encode, query_of
from aggregator.model import Cursor, TimelineQuery
from aggregator.web.display.query import title_of, view_of, words_of

MOMENT = datetime(2026, 3, 2, 9, 30, 15, 123456, tzinfo=UTC)


def view_at(query: str) -> TimelineQuery:
    return view_of(MultiDict(parse_qsl(query, keep_blank_values=True)))


moments = st.datetimes(datetime(1000, 1, 1), datetime(3000, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the bounds that hypothesis asks for are naive
cursors = st.builds(Cursor, moments, st.integers(1, 2**63 - 1))
names = st.text(min_size=1, max_size=60)
views = st.builds(
    lambda pairs: view_of(MultiDict(pairs)),
    st.lists(st.tuples(st.sampled_from(["source", "without", "tag", "author", "q"]), names), max_size=8),
)


@pytest.mark.parametrize(
    ("query", "view"),
    [
        ("", TimelineQuery()),
        ("source=a&source=b", TimelineQuery(sources=("a", "b"))),
        ("tag=Lambda&tag=AWS", TimelineQuery(tags=("aws", "lambda"))),
        ("q=cold+start", TimelineQuery(words="cold start")),
        ("source=a&tag=b&q=c", TimelineQuery(("a",), ("b",), "c")),
        ("source=&tag=&q=&before=", TimelineQuery()),  # a form that was sent empty
        ("without=b&without=a", TimelineQuery(without=("a", "b"))),
        ("lang=DE&lang=pt-BR", TimelineQuery(languages=("de", "pt-br"))),
        ("author=Ada+Lovelace", TimelineQuery(authors=("ada lovelace",))),
        ("q=++cold%09start%0A", TimelineQuery(words="cold start")),
        ("source=b&source=a&source=b", TimelineQuery(sources=("a", "b"))),
        ("utm_source=x&page=3", TimelineQuery()),  # what is not known is left alone
        ("q=a%00b", TimelineQuery(words="a b")),  # PostgreSQL takes no NUL
        ("tag=caf%65%CC%81", TimelineQuery(tags=("café",))),
    ],
)
def test_a_query_string_says_a_view(query: str, view: TimelineQuery) -> None:
    assert view_at(query) == view


@given(view=views, before=st.one_of(st.none(), cursors))
def test_a_view_comes_back_from_its_own_query_string(view: TimelineQuery, before: Cursor | None) -> None:
    view = replace(view, before=before)

    assert view_at(query_of(view)) == view


@pytest.mark.parametrize(
    "before",
    [
        "x",
        "!!!",
        "AAAAAAAAAAAAAA\x00",
        "é",
        "A" * 10_000,
        encode(Cursor(MOMENT, 1)) + "=",
        "-" * 14,
    ],
)
def test_a_broken_cursor_is_answered_with_a_sentence(before: str) -> None:
    with pytest.raises(BadRequest, match="Leave it out"):
        view_of(MultiDict({"before": before}))


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        (f"q={'x' * 10_000}", "at most"),
        ("&".join(f"source=s{number}" for number in range(60)), "50 sources"),
        ("&".join(f"tag=t{number}" for number in range(60)), "50 tags"),
        (f"tag={'x' * 10_000}", "characters"),
    ],
)
def test_more_than_anybody_means_is_answered_with_a_sentence(query: str, sentence: str) -> None:
    with pytest.raises(BadRequest, match=sentence):
        view_at(query)


@pytest.mark.parametrize("query", ["q", "tag", "source"])
def test_what_is_far_too_long_is_refused_before_it_is_normalized(query: str) -> None:
    """Normalizing takes the square of a run of combining marks."""
    assert view_of(MultiDict({query: "a" + " " * 1000 + "b"}))

    with pytest.raises(BadRequest):
        view_of(MultiDict({query: "a" + " " * 3000 + "b"}))


@pytest.mark.parametrize(
    ("view", "words"),
    [
        (TimelineQuery(), ""),
        (TimelineQuery(tags=("lambda",)), "Posts tagged lambda"),
        (TimelineQuery(sources=("aws",)), "Posts from AWS Compute"),
        (TimelineQuery(words="cold start"), "Posts about “cold start”"),
        (
            TimelineQuery(("aws",), ("lambda",), "cold start"),
            "Posts tagged lambda from AWS Compute about “cold start”",
        ),
        (TimelineQuery(tags=("a", "b", "c")), "Posts tagged a, b or c"),
        (TimelineQuery(sources=("unknown",)), "Posts from unknown"),
    ],
)
def test_a_view_is_said_in_words(view: TimelineQuery, words: str) -> None:
    assert words_of(view, {"aws": "AWS Compute"}) == words


def test_the_title_of_a_view_ends_with_the_site_s() -> None:
    assert title_of(TimelineQuery(), {}, "Timeline") == "Timeline"
    assert title_of(TimelineQuery(tags=("lambda",)), {}, "Timeline") == "Posts tagged lambda · Timeline"


def test_a_language_that_is_none_is_a_bad_request() -> None:
    with pytest.raises(BadRequest, match="pt-br"):
        view_at("lang=German!")
