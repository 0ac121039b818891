import time
from typing import Any

import pytest

from aggregator import explain
from aggregator.filters import left_out
from aggregator.model import FilteredBy, FilterRule
from aggregator.sources.settings import Source, Timeline


def reason(*, hide: tuple[str, ...] = (), **keys: Any) -> FilteredBy | None:
    source = Source(url="https://a.test/feed", slug="a", **keys)
    return left_out(
        title="Serverless on Tuesday",
        text="A post about Lambda. Sponsored by nobody.",
        link="https://a.test/post",
        guid="guid-1",
        public_id="urn:uuid:1",
        source=source,
        timeline=Timeline(hide=hide),
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


def test_a_pattern_that_would_take_forever_takes_a_moment() -> None:
    began = time.monotonic()

    left_out(
        title="a" * 5000 + "!",
        text="a" * 5000 + "!",
        link=None,
        guid=None,
        public_id="urn:uuid:1",
        source=Source(url="https://a.test/feed", slug="a", exclude=(r"^(a|aa|a*)+$",)),
        timeline=Timeline(),
    )

    assert time.monotonic() - began < 5
