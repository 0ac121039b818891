"""A group of commands that accepts the shared options before the command's name as well as after it."""

import click

from aggregator.cli.options import SHARED


class Group(click.Group):
    """Moves leading shared options after the command, to which they belong."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse `--config FILE run` as `run --config FILE`."""
        rest = list(args)
        early: list[str] = []
        while rest and rest[0].partition("=")[0] in SHARED:
            count = 1 if "=" in rest[0] else 2
            early, rest = early + rest[:count], rest[count:]
        if not rest:
            return super().parse_args(ctx, [])  # no command: the help
        return super().parse_args(ctx, [rest[0], *early, *rest[1:]])
