"""Snippets on every page: each is read by who would read it, those of the tutorial are run in `tests/cli`."""

import configparser
import json
import re
import shlex
import tomllib
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml

from aggregator.sources.load import parse
from aggregator.sources.picks import Picks
from tests.deploy.words import parse_command, unknown_variables
from tests.documentation.pages import PAGES, ROOT, Snippet, snippets
from tests.support.programs import check

# The beginning of a command: of a line, of a step of a workflow, after a variable or an `&&`.
COMMAND = re.compile(r"(?:^ *|run: |- |=\S+ |&& |/bin/)aggregator (?=[a-z])([^\n|>&;\\]*)", re.MULTILINE)
# What is printed, and what has tests of its own: parts of a theme, schedules.
NOT_READ = {"text", "css", "html", "svg", "crontab"}


def by_place(*languages: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("snippet", list(snippets(*languages)), ids=str)


@by_place("sh")
def test_the_shell_can_read_it(snippet: Snippet, tmp_path: Path) -> None:
    file = tmp_path / "snippet"
    file.write_text(snippet.text)

    check("bash", "-n", file)
    assert unknown_variables(snippet.text) == set()


@by_place("sh", "yaml", "ini")
def test_every_command_in_it_is_one_of_ours(snippet: Snippet) -> None:
    for words in COMMAND.findall(snippet.text):
        parse_command(shlex.split(words))


@by_place("sh")
def test_every_file_in_it_is_there(snippet: Snippet) -> None:
    for pattern in re.findall(r"(?<![\w/.])(?:(?:deploy|config|tests)/|\.ci/)[^\s'\"`]+", snippet.text):
        assert list(ROOT.glob(pattern)), pattern


def test_every_module_that_a_page_runs_is_there() -> None:
    text = "".join(file.read_text(encoding="utf-8") for file in PAGES)
    modules = set(re.findall(r"python -m (tests\.[\w.]+)", text))

    assert len(modules) > 3
    assert {name for name in modules if find_spec(name) is None} == set()


@by_place("toml")
def test_every_sources_file_is_valid(snippet: Snippet) -> None:
    if "[[pick]]" in snippet.text:
        assert Picks.model_validate(tomllib.loads(snippet.text))
        return
    assert parse(snippet.text, str(snippet), {"EXAMPLE_TOKEN": "x"})


READERS: dict[str, Callable[[str], object]] = {
    "yaml": yaml.safe_load,
    "json": json.loads,
    "ini": configparser.ConfigParser(strict=False, interpolation=None).read_string,
}


@by_place(*READERS)
def test_every_other_file_has_its_form(snippet: Snippet) -> None:
    READERS[snippet.language](snippet.text)


def test_no_snippet_is_in_a_language_that_nobody_reads() -> None:
    fences = {
        name
        for one in ROOT.glob("docs/**/*.md")
        for name in re.findall(r"^ *```(\w+)$", one.read_text(), re.MULTILINE)
    }

    assert fences - NOT_READ - {"sh", "toml"} - READERS.keys() == set()
