"""README.md says what there is: every key of the sources file with its default, every command, every shared option."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from aggregator.cli import main
from aggregator.cli.options import PREFIX, SHARED
from aggregator.sources import Polling, Settings, Site, Timeline
from aggregator.sources.load import parse
from aggregator.sources.messages import SECTIONS
from aggregator.sources.settings import SourceKeys

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
FILES = re.findall(r"^```toml\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
COMPLETE = max(FILES, key=len)


def documented(text: str) -> Settings:
    return parse(text, "README.md", {"EXAMPLE_TOKEN": "x"})


@pytest.mark.parametrize("text", FILES)
def test_every_sources_file_that_is_shown_is_valid(text: str) -> None:
    assert documented(text).sources


@pytest.mark.parametrize("section", SECTIONS)
def test_every_key_is_shown_in_its_section(section: str) -> None:
    shown = re.split(r"^\[", COMPLETE.partition(f"{section}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]
    # A source may have every key of [polling]; that is said once.
    keys = {*SourceKeys.model_fields, "slug"} if section == "[[source]]" else SECTIONS[section].model_fields

    assert {key for key in keys if not re.search(rf"^{key} = ", shown, re.MULTILINE)} == set()


def test_the_defaults_that_are_shown_are_the_defaults() -> None:
    settings = documented(COMPLETE)

    assert settings.site == Site()
    assert settings.timeline == Timeline()
    assert settings.polling == Polling()


def commands(command: click.Command, *names: str) -> Iterator[tuple[str, ...]]:
    """Every command that does something, by the words that are typed for it."""
    if not isinstance(command, click.Group):
        yield names
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        below = command.get_command(context, name)
        assert below is not None
        yield from commands(below, *names, name)


@pytest.mark.parametrize("names", list(commands(main, "aggregator")), ids=" ".join)
def test_every_command_is_in_the_table(names: tuple[str, ...]) -> None:
    assert f"| `{' '.join(names)}" in README


@pytest.mark.parametrize("name", SHARED)
def test_every_shared_option_is_told_with_its_variable(name: str) -> None:
    assert f"`{name}" in README
    assert f"`{PREFIX}{name.strip('-').replace('-', '_').upper()}`" in README
