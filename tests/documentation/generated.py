"""The generated parts of pages: `python -m tests.documentation.generated` updates them."""

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from aggregator.cli import main
from aggregator.web.ops.metrics import STORE_METRICS, WEB_METRICS, MetricSpec
from tests.documentation import licences
from tests.documentation.pages import DOCS, ROOT

WIDTH = 96


def commands(command: click.Command, *names: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Find every command that does something, with the words that are typed for it."""
    if not isinstance(command, click.Group):
        yield names, command
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        below = command.get_command(context, name)
        assert below is not None
        yield from commands(below, *names, name)


def help_of(names: Sequence[str], command: click.Command) -> str:
    """Return what `--help` prints, whatever the width of the terminal."""
    context = click.Context(
        command,
        info_name=" ".join(names),
        terminal_width=WIDTH,
        max_content_width=WIDTH,
        help_option_names=main.context_settings["help_option_names"],
    )
    return command.get_help(context)


def command_help() -> str:
    """Return a section a command with its help."""
    return "\n".join(
        f"## {' '.join(names)}\n\n```text\n{help_of(names, command)}\n```\n"
        for names, command in commands(main, "aggregator")
    )


def metrics(specs: Sequence[MetricSpec[Any]]) -> str:
    """Return a table with a row a metric."""
    rows = [
        f"| `{spec.name}` | {', '.join(f'`{label}`' for label in spec.labels)} | {spec.words} |"
        for spec in specs
    ]
    return "\n".join(["| metric | labels | says |", "| --- | --- | --- |", *rows, ""])


def the_map() -> str:
    """Return the map that is beside the code, with its links as they are within `docs/`."""
    return (ROOT / "aggregator" / "README.md").read_text(encoding="utf-8").replace("](../docs/", "](")


PARTS: dict[str, tuple[Path, Callable[[], str]]] = {
    "map": (DOCS / "architecture.md", the_map),
    "commands": (DOCS / "commands.md", command_help),
    "store metrics": (DOCS / "monitoring.md", lambda: metrics(STORE_METRICS)),
    "licences": (DOCS / "dependencies.md", licences.table),
    "web metrics": (DOCS / "monitoring.md", lambda: metrics(WEB_METRICS)),
}


def renewed(name: str, text: str, part: str) -> str:
    """Return a page's text with this part in the place of the one that it has."""
    pattern = rf"(<!-- generated: {name} -->\n).*?(<!-- end -->\n)"
    after, count = re.subn(pattern, lambda found: f"{found[1]}\n{part}\n{found[2]}", text, flags=re.DOTALL)
    assert count == 1, name
    return after


def write() -> None:
    """Update every part."""
    for name, (file, part) in PARTS.items():
        file.write_text(renewed(name, file.read_text(encoding="utf-8"), part()), encoding="utf-8")


if __name__ == "__main__":
    write()
