"""What the files of a deployment say of the program: commands, options, variables of the environment."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from aggregator.cli import main
from aggregator.cli.options import PREFIX, SHARED

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
SYSTEMD = DEPLOY / "systemd"
CONTAINERFILE = ROOT / "Containerfile"
COMPOSE = ROOT / "compose.yaml"

VARIABLES = {PREFIX + name.strip("-").replace("-", "_").upper() for name in SHARED}
_VARIABLE = re.compile(rf"\b{PREFIX}[A-Z_]+")


def deployment_files() -> Iterator[Path]:
    """Yield all files that an admin copies."""
    yield from (CONTAINERFILE, COMPOSE)
    yield from (path for path in sorted(DEPLOY.rglob("*")) if path.is_file())


def unknown_variables(text: str) -> set[str]:
    """Return what looks like a variable that the program reads, and is none."""
    return set(_VARIABLE.findall(text)) - VARIABLES


def parse_command(arguments: Sequence[str]) -> None:
    """Read what stands behind `aggregator` as the command line does, and do nothing.

    Raises click.UsageError for a command or an option that there is not.
    """
    command: click.Command = main
    rest = list(arguments)
    context = click.Context(main, info_name="aggregator")
    while isinstance(command, click.Group):
        _, found, rest = command.resolve_command(context, rest)
        assert found is not None
        command = found
    command.make_context("aggregator", rest, parent=context)
