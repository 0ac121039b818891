import unicodedata

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from aggregator.store.entries.tokens import fold_text, tokens_of

SPACELESS = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
TOKEN = regex.compile(rf"[{SPACELESS}]|[\p{{L}}\p{{N}}--[{SPACELESS}]]+", regex.VERSION1)
WRITTEN = st.text(st.characters(exclude_categories=("Cn", "Cs"))) | st.text(
    "aÉ e\u0301\u0327'_-½日ฤ่Ω\u0345ß1"
)


@given(WRITTEN)
def test_the_quick_ways_give_what_the_general_rule_gives(text: str) -> None:
    apart = unicodedata.normalize("NFKD", text).casefold()
    bare = unicodedata.normalize("NFC", "".join(char for char in apart if not unicodedata.combining(char)))

    assert fold_text(text) == bare
    assert tokens_of(text) == tuple(TOKEN.findall(bare))


@given(st.text())
def test_tokens_are_letters_and_digits_of_bounded_length(text: str) -> None:
    for token in tokens_of(text):
        assert 0 < len(token) <= 100
        assert "'" not in token
        assert '"' not in token
        assert " " not in token


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("AWS_Lambda, don't!", ("aws", "lambda", "don", "t")),
        ("Café ÉCLAIR naïve", ("cafe", "eclair", "naive")),
        ("東京 tower", ("東", "京", "tower")),
        ("Straße ½", ("strasse", "1", "2")),
    ],
)
def test_words_lose_case_and_accents(text: str, tokens: tuple[str, ...]) -> None:
    assert tokens_of(text) == tokens


def test_a_text_of_ligatures_has_an_end() -> None:
    assert len(fold_text("\ufdfa" * 100_000)) <= 200_000
