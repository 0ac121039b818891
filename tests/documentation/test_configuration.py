"""docs/configuration.md: every key of the sources file, its default, and what it changes."""

import re

import pytest

from aggregator.sources import Polling, Settings, Site, Timeline
from aggregator.sources.load import parse
from aggregator.sources.messages import SECTIONS
from aggregator.sources.settings import SourceKeys
from tests.documentation.pages import first_column, page, section

PAGE = page("configuration")
COMPLETE = max(re.findall(r"^```toml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL), key=len)


def documented(text: str) -> Settings:
    return parse(text, "docs/configuration.md", {"EXAMPLE_TOKEN": "x"})


def keys_of(name: str) -> set[str]:
    # A source may have every key of [polling]; that is said once.
    return {*SourceKeys.model_fields, "slug"} if name == "[[source]]" else {*SECTIONS[name].model_fields}


@pytest.mark.parametrize("name", SECTIONS)
def test_every_key_is_in_the_complete_file(name: str) -> None:
    shown = re.split(r"^\[", COMPLETE.partition(f"{name}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]

    assert {key for key in keys_of(name) if not re.search(rf"^{key} = ", shown, re.MULTILINE)} == set()


def test_the_defaults_that_are_shown_are_the_defaults() -> None:
    settings = documented(COMPLETE)

    assert settings.site == Site()
    assert settings.timeline == Timeline()
    assert settings.polling == Polling()


def table(name: str) -> str:
    heading = next(line for line in PAGE.splitlines() if line.startswith(f"## `{name}`"))
    return section(PAGE, heading)


@pytest.mark.parametrize("name", SECTIONS)
def test_every_key_is_in_its_table_and_no_other(name: str) -> None:
    assert first_column(table(name)) == keys_of(name), "docs/configuration.md lists every key"


EXAMPLES = [
    (name, key, example)
    for name in SECTIONS
    for key, example in re.findall(r"^\| `(\w+)` \| `(.+?)` \|", table(name), re.MULTILINE)
]


@pytest.mark.parametrize(("name", "key", "example"), EXAMPLES)
def test_every_example_of_a_key_is_valid_and_changes_something(name: str, key: str, example: str) -> None:
    source = "" if (name, key) == ("[[source]]", "url") else 'url = "https://example.com/feed"\n'
    file = f"[[source]]\n{source}" if name == "[[source]]" else f"[[source]]\n{source}{name}\n"
    without = {} if (name, key) == ("[[source]]", "url") else documented(file).model_dump()

    assert documented(f"{file}{key} = {example}\n").model_dump() != without
