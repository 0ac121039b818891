import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.web.display.avatars import HUES, avatar_of


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
    assert avatar_of(name).letter == letter


@given(st.text())
def test_a_name_always_has_the_same_one_of_the_colours(name: str) -> None:
    assert avatar_of(name) == avatar_of(name)
    assert 0 <= avatar_of(name).hue < HUES
    assert len(avatar_of(name).letter) == 1
