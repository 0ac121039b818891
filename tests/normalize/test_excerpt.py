import re

import regex
from hypothesis import given
from hypothesis import strategies as st

from aggregator.normalize.excerpt import LEAD, LONGEST, excerpt

TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=300) | st.lists(
    st.sampled_from(["word", "a", "longerword", "é", "👩‍👩‍👧", "漢字かな", "..."]), max_size=60
).map(" ".join)
LIMITS = st.integers(20, 120)


def folded(text: str) -> str:
    return " ".join(text.split())


def without_isolates(text: str) -> str:
    """Return a text without the signs that an excerpt drops if it would open what it does not close."""
    return re.sub("[\u2066-\u2069]", "", text)


@given(TEXTS, LIMITS)
def test_it_is_never_longer_than_asked(text: str, limit: int) -> None:
    assert len(excerpt(text, limit)) <= limit


@given(TEXTS, LIMITS)
def test_it_ends_with_dots_exactly_where_something_was_cut(text: str, limit: int) -> None:
    whole, short = folded(text), excerpt(folded(text), limit)

    if len(whole) <= limit:
        assert short == whole
    else:
        assert short.endswith("...")
        assert without_isolates(whole).startswith(without_isolates(short[:-3]))


@given(TEXTS, LIMITS)
def test_it_is_stable(text: str, limit: int) -> None:
    short = excerpt(text, limit)

    assert excerpt(short, limit) == short


@given(st.lists(st.from_regex(r"[a-z]{1,12}", fullmatch=True), max_size=60).map(" ".join), LIMITS)
def test_no_word_is_cut_and_the_last_that_fits_is_there(text: str, limit: int) -> None:
    short = excerpt(text, limit)
    if short != text:
        kept = short[:-3]
        rest = text[len(kept) :]
        assert rest.startswith(" ")
        assert len(kept) + len(rest.split()[0]) + 1 + 3 > limit


@given(st.text("e\u0301👩\u200d🇩🇪a", min_size=30, max_size=90))
def test_no_grapheme_is_torn(text: str) -> None:
    short = excerpt(text, 20)
    if short != text and len(short) > 3:
        cut = len(short) - 3
        assert cut in {match.start() for match in regex.finditer(r"\X", text[: 20 - 3 + 1])} | {0}


def test_a_text_without_spaces_is_cut_at_a_character() -> None:
    assert excerpt("漢" * 50, 20) == "漢" * 17 + "..."


@given(TEXTS, LIMITS)
def test_a_lead_of_two_more_than_the_limit_is_enough(text: str, limit: int) -> None:
    whole = folded(text)

    assert excerpt(whole[: limit + 2], limit) == excerpt(whole, limit)


def test_the_lead_that_the_longest_excerpt_needs() -> None:
    text = "word " * 1000

    assert excerpt(text[:LEAD], LONGEST) == excerpt(text, LONGEST)


@given(st.text(st.characters(max_codepoint=127), max_size=200), LIMITS)
def test_ascii_is_cut_as_any_other_text(text: str, limit: int) -> None:
    """What the quick way for ASCII rests on: a folded text of it has no cluster of several characters."""
    head = folded(text)[: limit - 3]
    clusters = regex.findall(r"\X", head)

    assert clusters == list(head)
    assert excerpt(text, limit).isascii()
