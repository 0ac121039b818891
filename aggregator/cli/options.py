"""The options that commands share. Each is read from the environment, too: `--log-format` from AGGREGATOR_LOG_FORMAT."""

from collections.abc import Callable
from inspect import signature
from pathlib import Path
from typing import Any, Protocol, TypeVar

import click

from aggregator.logs import set_up_logging

Command = TypeVar("Command", bound=Callable[..., Any])


class Decorator(Protocol):
    """Adds an option to a command."""

    def __call__(self, command: Command, /) -> Command:
        """Return the command with the option."""
        ...


PREFIX = "AGGREGATOR_"


def option(name: str, *more_names: str, envvar: tuple[str, ...] = (), **attributes: Any) -> Decorator:
    """Return a click option that AGGREGATOR_<NAME> gives, too, and any further variable named here."""
    own = PREFIX + name.lstrip("-").replace("-", "_").upper()
    return click.option(name, *more_names, envvar=[own, *envvar], show_envvar=True, **attributes)


def shared_options(command: Command) -> Command:
    """Add the options that every command accepts, and pass it those that it has parameters for.

    One that a command has no use for is accepted and ignored, so that a platform can give all of them to all.
    """
    wanted = signature(command).parameters
    for name, attributes in reversed(SHARED.items()):
        is_wanted = name.strip("-").replace("-", "_") in wanted
        # The log's format configures logging directly, and is shown everywhere; of the others only those that
        # are used.
        is_shown = is_wanted or name == "--log-format"
        command = option(name, expose_value=is_wanted, hidden=not is_shown, **attributes)(command)
    return command


def _start_logging(_context: click.Context, _option: click.Parameter, style: str) -> None:
    set_up_logging(style)


SHARED: dict[str, dict[str, Any]] = {
    "--config": {
        "type": click.Path(path_type=Path),
        "default": Path("config/sources.toml"),
        "show_default": True,
        "metavar": "PATH",
        "help": "The sources file.",
    },
    "--database": {
        "default": "sqlite:///aggregator.db",
        "show_default": True,
        "metavar": "URL",
        "help": "The store: sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME.",
    },
    "--host": {
        "default": "127.0.0.1",
        "show_default": True,
        "metavar": "ADDRESS",
        "help": "Where the web side listens.",
    },
    "--port": {
        "envvar": ("PORT",),  # as platforms set it that read a Procfile
        "type": click.IntRange(0, 65535),
        "default": 8000,
        "show_default": True,
        "metavar": "NUMBER",
        "help": "The port that it listens on.",
    },
    "--log-format": {
        "type": click.Choice(["text", "json"]),
        "default": "text",
        "show_default": True,
        "is_eager": True,
        "callback": _start_logging,
        "help": "How the log is written to standard error.",
    },
}
