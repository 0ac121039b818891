import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.web.tiles import HUES, tile


@pytest.mark.parametrize(
    ("name", "letter"),
    [
        ("aws", "A"),
        ("«Quoted»", "Q"),
        ("ßtraße", "ß"),
        ("山田", "山"),
        ("42 things", "4"),
        ("—", "•"),
        ("", "•"),
    ],
)
def test_a_tile_shows_the_first_letter_or_digit(name: str, letter: str) -> None:
    assert tile(name).letter == letter


@given(st.text())
def test_a_name_always_has_the_same_one_of_the_colours(name: str) -> None:
    assert tile(name) == tile(name)
    assert 0 <= tile(name).hue < HUES
    assert len(tile(name).letter) == 1
