"""Markup that is nested deeper than anybody writes is read in a time that grows with its length."""

import time
from collections.abc import Callable

import pytest

from aggregator.model import Markup
from aggregator.normalize.nesting import flattened
from aggregator.normalize.text import plain

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
    fifth, whole = cpu_seconds(written(5_000)), cpu_seconds(written(25_000))

    assert whole < 12 * fifth + 0.1  # 25 if it grew with the square


def cpu_seconds(markup: str) -> float:
    start = time.process_time()
    assert plain(Markup(markup)).startswith("deep")
    return time.process_time() - start


def test_the_words_of_what_is_too_deep_stay() -> None:
    assert plain(Markup("<div>a" * 2_000 + "</div>b" * 2_000)).count("a") == 2_000


def test_markup_with_many_tags_side_by_side_is_left_as_it_is() -> None:
    markup = "<p>one <b>two</b><br><img src=x><ul><li>three<li>four</ul><div><i>five</i></div>" * 1_000

    assert flattened(markup) == markup
