import time
from typing import Any

import pytest

from aggregator import explain
from aggregator.filters import Filters, filtered, hidden_by_id
from aggregator.model import FilteredBy, FilterRule
from aggregator.sources.settings import Source, Timeline
from tests.store.newsroom import an_entry


def reason(*, hide: tuple[str, ...] = (), **keys: Any) -> FilteredBy | None:
    source = Source(url="https://a.test/feed", slug="a", **keys)
    timeline = Timeline(hide=hide)
    link, guid = "https://a.test/post", "guid-1"
    return hidden_by_id(("urn:uuid:1", guid, link), source, timeline) or Filters(source, timeline).left_out(
        "Serverless on Tuesday", "A post about Lambda. Sponsored by nobody.", guid, link
    )


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ({}, None),
        ({"include": ("(?i)serverless|lambda",)}, None),
        ({"include": ("nothing", "(?i)LAMBDA")}, None),  # one of them is enough
        ({"include": ("serverless",)}, "matches nothing in the source's `include` (`serverless`)"),
        ({"exclude": ("(?i)sponsored",)}, "matches `(?i)sponsored` in the source's `exclude`"),
        ({"exclude": ("nothing",)}, None),
        ({"include": ("Lambda",), "exclude": ("Tuesday",)}, "`exclude`"),  # what drops is stronger
        ({"hide": ("guid-1",)}, "hidden by its id `guid-1`"),
        ({"hide": ("https://a.test/post",)}, "hidden by its id"),
        ({"hide": ("urn:uuid:1",)}, "hidden by its id"),
        ({"hide": ("on Tuesday$",)}, "hidden by the pattern `on Tuesday$`"),
        ({"hide": ("https://a.test/.*",)}, "hidden by the pattern"),
        ({"hide": ("guid-2",)}, None),
    ],
)
def test_what_is_left_out_and_why(rules: dict[str, tuple[str, ...]], said: str | None) -> None:
    found = reason(**rules)

    assert (found is None) if said is None else (found is not None and said in explain.filtered(found))


def test_what_the_timeline_hides_is_hidden_whatever_its_source() -> None:
    assert reason(hide=("Lambda",)) == FilteredBy(FilterRule.HIDE_PATTERN, ("Lambda",))


def test_patterns_that_would_take_for_ever_take_a_moment_of_a_whole_document() -> None:
    source = Source(
        url="https://a.test/feed", slug="a", exclude=(r"^(a|aa|a*)+$", "Sponsored", r"(.*b){12}$")
    )
    slow = [
        an_entry(str(number), title="Slow", text=f"{'ab' * 2500}{number}!", link=None)
        for number in range(100)
    ]
    began = time.process_time()

    found = filtered([*slow, an_entry("last", text="Sponsored")], source, Timeline())

    assert time.process_time() - began < 4
    assert list(found.values()) == [FilteredBy(FilterRule.EXCLUDE, ("Sponsored",))]


def test_a_source_without_filters_takes_no_look_at_its_entries() -> None:
    assert filtered([an_entry("one")], Source(url="https://a.test/feed", slug="a"), Timeline()) == {}
