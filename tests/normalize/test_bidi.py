import pytest

from aggregator.model import TextConstruct
from aggregator.normalize.authors import author_names
from aggregator.normalize.bidi import closed
from aggregator.normalize.excerpt import excerpt
from aggregator.normalize.tags import tags
from aggregator.normalize.text import to_text

OPENING = ["\u2066", "\u2067", "\u2068"]


@pytest.mark.parametrize("sign", ["\u202a", "\u202b", "\u202c", "\u202d", "\u202e"])
def test_embeddings_and_overrides_go(sign: str) -> None:
    assert to_text(TextConstruct(f"pay {sign}now")) == "pay now"


@pytest.mark.parametrize("sign", OPENING)
def test_an_isolate_that_is_not_closed_goes_and_a_closed_one_stays(sign: str) -> None:
    assert to_text(TextConstruct(f"one {sign}two")) == "one two"
    assert to_text(TextConstruct(f"one {sign}two\u2069 three")) == f"one {sign}two\u2069 three"
    assert to_text(TextConstruct(f"{sign}one {sign}two\u2069 three")) == f"one {sign}two\u2069 three"


def test_an_end_that_nothing_opened_goes() -> None:
    assert closed("one\u2069 \u2067two\u2069\u2069") == "one \u2067two\u2069"


def test_a_line_cannot_close_what_another_opened() -> None:
    assert to_text(TextConstruct("<p>one \u2067two</p><p>three\u2069</p>")) == "one two three"


@pytest.mark.parametrize("sign", OPENING)
def test_names_and_excerpts_close_what_they_open(sign: str) -> None:
    assert author_names([f"Ann {sign}B"]) == ("Ann B",)
    assert author_names([f"{'a' * 190}{sign}{'b' * 50}\u2069"]) == (f"{'a' * 190}{'b' * 9}",)
    assert tags([f"{sign}aws"]) == ("aws",)
    assert excerpt(f"some {sign}words that are closed\u2069 only later", 20) == "some words that..."
