"""`aggregator`: finds the command, and prints errors as plain sentences."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from io import TextIOWrapper
from typing import Any

import click

from aggregator import __version__
from aggregator.cli.group import Group
from aggregator.cli.signals import terminated_like_interrupted
from aggregator.errors import AggregatorError

# Each is a click command of this name in the module of this name. It is loaded when it runs, so that `check`
# need not import a web server, nor the list of commands import anything: so its line of help is here.
COMMANDS = {
    "run": "Run the whole service: poll on schedule, and serve the page.",
    "demo": "Show the service on sample feeds: needs no network and no files.",
    "init": "Write the sources file that ships, unless there is one.",
    "serve": "Serve the page and the merged feeds, without polling.",
    "poll": "Poll on schedule, without serving the page.",
    "check": "Check the sources file.",
    "review": "Say which sources are gone, moved, silent, failing or on hold, and what to do.",
    "sources": "List and edit the sources in the sources file.",
    "build": "Poll what is due, and write the site into FOLDER as static files.",
    "week": "Print a week as a newsletter draft: what others pointed to, then every post.",
    "migrate": "Bring the store's schema up to date.",
    "backup": "Copy the store into a new SQLite file, while the service runs.",
    "restore": "Fill an empty store from a backup.",
    "prune": "Remove the entries that have grown too old.",
}


@contextmanager
def report_errors() -> Iterator[None]:
    """Turn expected errors into a sentence and an exit code, and a signal's interrupt into a clean end."""
    try:
        yield
    except AggregatorError as error:
        click.echo(str(error), err=True)
        raise click.exceptions.Exit(error.exit_code) from error
    except BrokenPipeError:
        raise  # `aggregator sources list | head`: click ends quietly
    except OSError as trouble:
        click.echo(f"{trouble.filename}: {trouble.strerror}" if trouble.filename else str(trouble), err=True)
        raise click.exceptions.Exit(1) from trouble
    except KeyboardInterrupt:
        raise click.exceptions.Exit(0) from None


@contextmanager
def _no_garbage() -> Iterator[None]:
    """Collect no garbage in the block, and never look for any in what it leaves.

    For imports: all that they make stays, and to look through it again and again takes a tenth of their time.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


class Main(Group):
    """The command `aggregator`."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the commands in the order of their importance."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Load a command from its module."""
        if cmd_name not in COMMANDS:
            return None
        with _no_garbage():
            command: click.Command = getattr(import_module(f"aggregator.cli.{cmd_name}"), cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """List the commands without loading them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; expected errors show no traceback."""
        for stream in (sys.stdout, sys.stderr):
            # Characters that the terminal's encoding lacks are escaped instead of ending the command.
            if isinstance(stream, TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")
        with terminated_like_interrupted(), report_errors():
            return super().invoke(ctx)


@click.command(
    "aggregator", cls=Main, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(__version__, prog_name="aggregator")
def main() -> None:
    """One merged timeline of many feeds: polite pollers, a store, a page and merged feeds.

    `aggregator run` is the whole service in one command. Every option can also be set in the environment, by
    the name in its help.
    """
