import pytest

from aggregator.web.display.text_direction import direction, language


@pytest.mark.parametrize(
    ("text", "expected"),
    [("שלום world", "rtl"), ("42: مرحبا", "rtl"), ("Hello שלום", None), ("123", None), ("", None)],
)
def test_the_first_character_with_a_direction_decides(text: str, expected: str | None) -> None:
    assert direction(text) == expected


@pytest.mark.parametrize(
    ("tag", "expected"), [("de", "de"), ("EN", None), (None, None), ('"><script>', None), ("pt-BR", "pt-BR")]
)
def test_a_language_is_said_where_it_is_another_than_the_page_has(
    tag: str | None, expected: str | None
) -> None:
    assert language(tag, "en") == expected
