import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
import tomlkit
from hypothesis import given
from hypothesis import strategies as st

from aggregator.sources.toml_positions import Path, Span, find_positions

# A document with a bit of everything; the number at the end of a line is that line's own.
DOCUMENT = """\
# 1
[site] # 2
title = "a # no comment [[source]]" # 3
'quoted key' = 1 # 4
"with.dot" . b = 2 # 5
text = \"\"\" # 6
[source]
url = "not a key"
\"\"\" # 9
literal = '''
\"\"\" ' ''
''' # 12
when = 1979-05-27 07:32:00Z # 13

[[source]] # 15
url = "https://example.org" # 16
tags = [ # 17
  "one", # 18
  # "none",
  "two, [three]", # 20
  [ "nested", # 21
    { x = 1 } ] # 22
] # 23
headers = { A = "1", "B" = "2" } # 24
[source.polling] # 25
interval = "1h" # 26
[[source.deep]] # 27
a = 1 # 28
[[source.deep]] # 29
a = 2 # 30

[[source]] # 32
url = "x" # 33
empty = [] # 34
[site.more] # 35
a = { } # 36
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("site",), 2),
        (("site", "title"), 3),
        (("site", "quoted key"), 4),
        (("site", "with.dot", "b"), 5),
        (("site", "text"), 6),
        (("site", "literal"), 10),
        (("site", "when"), 13),
        (("source",), 15),
        (("source", 0), 15),
        (("source", 0, "url"), 16),
        (("source", 0, "tags"), 17),
        (("source", 0, "tags", 0), 18),
        (("source", 0, "tags", 1), 20),
        (("source", 0, "tags", 2), 21),
        (("source", 0, "tags", 2, 1, "x"), 22),
        (("source", 0, "headers", "A"), 24),
        (("source", 0, "headers", "B"), 24),
        (("source", 0, "polling", "interval"), 26),
        (("source", 0, "deep", 0, "a"), 28),
        (("source", 0, "deep", 1, "a"), 30),
        (("source", 1), 32),
        (("source", 1, "url"), 33),
        (("source", 1, "empty"), 34),
        (("site", "more", "a"), 36),
        (("source", 1, "missing"), 32),  # what is not there is told at what is around it
        (("nowhere",), 1),
    ],
)
def test_everything_is_found_on_its_line(path: Path, line: int) -> None:
    assert find_positions(DOCUMENT).of(path) == line


def test_a_value_ends_on_its_last_line() -> None:
    spans = find_positions(DOCUMENT).spans

    assert spans[("site", "text")] == Span(6, 9)
    assert spans[("site", "literal")] == Span(10, 12)
    assert spans[("source", 0, "tags")] == Span(17, 23)


@pytest.mark.parametrize(
    "text",
    [
        'a = """x"""""\nb = 1',  # two quotes before the three that end it
        "a = '''x'''''\nb = 1",
        'a = """\\""" # " """\nb = 1',
        'a = "\\\\" # "\nb = 1',
        'a = ["]", "#", \'"\']\nb = 1',
        "a = 1e5\r\nb = 1",
    ],
)
def test_quotes_end_where_toml_says(text: str) -> None:
    assert tomllib.loads(text).keys() == {"a", "b"}
    assert find_positions(text).of(("b",)) == 2


VALUES = st.recursive(
    st.one_of(st.integers(-99, 99), st.booleans(), st.text(max_size=8)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=12,
)


def places(value: object, path: Path = ()) -> Iterator[Path]:
    """Every key and every element of a list, by its path."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in inner:
        yield (*path, key)
        yield from places(below, (*path, key))


@given(st.dictionaries(st.text(max_size=5), VALUES, max_size=5))
def test_everything_that_toml_reads_has_its_line(table: dict[str, Any]) -> None:
    text = tomlkit.dumps(table)
    lines = find_positions(text)

    assert set(places(tomllib.loads(text))) == lines.spans.keys() | lines.headers.keys()


@given(st.dictionaries(st.text(min_size=1, max_size=5), st.text(max_size=20), min_size=1, max_size=5))
def test_lines_are_right_however_the_values_are_quoted(table: dict[str, str]) -> None:
    text = ""
    expected = {}
    for key, value in table.items():
        expected[key] = text.count("\n") + 1
        written = tomlkit.string(value, multiline=True).as_string()
        text += f"{tomlkit.key(key).as_string()} = {written} # comment\n"

    lines = find_positions(text)
    assert tomllib.loads(text).keys() == table.keys()
    assert {key: lines.of((key,)) for key in table} == expected
