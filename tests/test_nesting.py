"""Markup that is nested deeper than anybody writes is read in a time that grows with its length."""

from collections.abc import Callable

import pytest

from aggregator.model import TextConstruct
from aggregator.nesting import flattened
from aggregator.normalize.text import to_text
from tests.support.growth import grows_with_length

DEEP: dict[str, Callable[[int], str]] = {
    "never closed": lambda times: "<div>" * times + "deep",
    "closed": lambda times: "<div>" * times + "deep" + "</div>" * times,
    "lists": lambda times: "<ul><li>" * times + "deep",
    "with attributes": lambda times: "<blockquote cite='x'>" * times + "deep",
    "ends in comments": lambda times: "<div><!--</div>-->" * times + "deep",
    "styles that are never closed": lambda times: "".join(f"<p><b id={n}>" for n in range(times)) + "deep",
    "code in code": lambda times: "<pre>" * times + "deep" + "é" * times,
}


@pytest.mark.parametrize("written", DEEP.values(), ids=DEEP)
def test_deep_markup_is_read_in_a_time_that_grows_with_its_length(written: Callable[[int], str]) -> None:
    def run(length: int) -> None:
        assert to_text(TextConstruct(written(length))).startswith("deep")

    assert grows_with_length(run, 5_000)


def test_the_words_of_what_is_too_deep_stay() -> None:
    assert to_text(TextConstruct("<div>a" * 2_000 + "</div>b" * 2_000)).count("a") == 2_000


def test_markup_with_many_tags_side_by_side_is_left_as_it_is() -> None:
    markup = "<p>one <b>two</b><br><img src=x><ul><li>three<li>four</ul><div><i>five</i></div>" * 1_000

    assert flattened(markup) == markup
