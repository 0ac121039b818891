import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.web.display.highlight import highlighted


@pytest.mark.parametrize(
    ("text", "query", "expected"),
    [
        ("Cold starts are cold", "cold", "<mark>Cold</mark> starts are <mark>cold</mark>"),
        ("Cold starts are cold", '"cold starts"', "<mark>Cold starts</mark> are cold"),
        ("Cold starts are cold", "-cold starts", "Cold <mark>starts</mark> are cold"),
        ("Coldness", "cold", "Coldness"),  # the search finds whole words
        ("a & b <i>", "b", "a &amp; <mark>b</mark> &lt;i&gt;"),
        ("冷たい起動を速く", "起動", "冷たい<mark>起動</mark>を速く"),
        (
            "Café, CAFE\u0301 und Straße",
            "cafe strasse",
            "<mark>Café</mark>, <mark>CAFE\u0301</mark> und <mark>Straße</mark>",
        ),
        ("plain cafe", "café", "plain <mark>cafe</mark>"),
        ("nothing asked", "", "nothing asked"),
        ("brackets (", '"("', "brackets ("),
    ],
)
def test_what_was_looked_for_is_marked(text: str, query: str, expected: str) -> None:
    assert str(highlighted(text, query)) == expected


@given(st.text(), st.text())
def test_marking_changes_no_character_and_lets_no_markup_through(text: str, query: str) -> None:
    bare = re.sub("</?mark>", "", str(highlighted(text, query)))

    assert "<" not in bare
    assert html.unescape(bare) == html.unescape(html.escape(text))
