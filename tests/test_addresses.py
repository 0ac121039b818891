from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.addresses import Addresses, decode, encode
from aggregator.model import Cursor, Month, TimelineQuery

MOMENT = datetime(2026, 3, 2, 9, 30, 15, 123456, tzinfo=UTC)
NOVEMBER = Month(2026, 11)

moments = st.datetimes(datetime(1000, 1, 1), datetime(3000, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the bounds that hypothesis asks for are naive
cursors = st.builds(Cursor, moments, st.integers(1, 2**63 - 1))
ROOT = Addresses("https://timeline.test")
BELOW = Addresses("https://timeline.test/planet")


@pytest.mark.parametrize(
    ("view", "path"),
    [
        (TimelineQuery(), "/"),
        (TimelineQuery(tags=("aws",)), "/tags/aws"),
        (TimelineQuery(tags=("c++ & co",)), "/tags/c%2B%2B%20%26%20co"),
        (TimelineQuery(sources=("aws",)), "/sources/aws/posts"),
        (TimelineQuery(month=NOVEMBER), "/archive/2026-11"),
        (TimelineQuery(tags=("aws",), month=NOVEMBER), "/archive/2026-11?tag=aws"),
        (TimelineQuery(tags=("a", "b")), "/?tag=a&tag=b"),
        (TimelineQuery(("s",), ("a",)), "/?source=s&tag=a"),
        (TimelineQuery(tags=("a",), words="cold start"), "/?tag=a&q=cold+start"),
        (TimelineQuery(tags=("ci/cd",)), "/?tag=ci%2Fcd"),
        (TimelineQuery(tags=("..",)), "/?tag=.."),
        (
            TimelineQuery(tags=("aws",), before=Cursor(MOMENT, 1)),
            f"/tags/aws?before={encode(Cursor(MOMENT, 1))}",
        ),
    ],
)
def test_a_view_of_one_thing_has_a_path_and_any_other_a_query(view: TimelineQuery, path: str) -> None:
    assert ROOT.timeline(view) == path
    assert BELOW.timeline(view) == f"/planet{path}"


def test_a_feed_is_beside_the_page_of_its_view() -> None:
    assert ROOT.feed("json", TimelineQuery()) == "/feed.json"
    assert ROOT.feed("rss", TimelineQuery(tags=("aws",))) == "/tags/aws/feed.rss"
    assert BELOW.feed("atom", TimelineQuery(sources=("aws",))) == "/planet/sources/aws/posts/feed.atom"
    assert ROOT.feed("atom", TimelineQuery(tags=("c++", "a&b"))) == "/feed.atom?tag=c%2B%2B&tag=a%26b"


def test_a_month_has_no_feed_of_its_own() -> None:
    assert ROOT.feed("rss", TimelineQuery(tags=("aws",), month=NOVEMBER)) == "/tags/aws/feed.rss"


def test_the_rest_of_the_world_knows_the_whole_address() -> None:
    assert ROOT.absolute(ROOT.source("aws")) == "https://timeline.test/sources/aws"
    assert BELOW.absolute(BELOW.source("aws")) == "https://timeline.test/planet/sources/aws"


@given(cursors)
def test_a_cursor_comes_back_short_and_safe_in_an_address(cursor: Cursor) -> None:
    text = encode(cursor)

    assert decode(text) == cursor
    assert len(text) <= 20
    assert set(text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


@given(st.text(max_size=40))
def test_any_other_text_is_a_bad_request_or_a_cursor_of_ours(text: str) -> None:
    try:
        cursor = decode(text)
    except ValueError:
        return
    assert encode(cursor) == text


def test_the_place_after_an_item_is_exact() -> None:
    later = Cursor(MOMENT + timedelta(microseconds=1), 7)

    assert decode(encode(later)) == later
    assert encode(later) != encode(Cursor(MOMENT, 7))
