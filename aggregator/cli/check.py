"""`aggregator check`: whether the sources file is right, and, with `--online`, what its feeds answer."""

from pathlib import Path

import click

from aggregator.cli.options import config_option, log_format_option, option
from aggregator.sources import Settings, load


@click.command()
@config_option
@log_format_option
@option("--online", is_flag=True, help="Also fetch each feed once and say what it found.")
def check(config: Path, online: bool) -> None:  # noqa: FBT001 - a flag is a bool
    """Check the sources file.

    Ends with 0 and a summary, or with 2 and every fault as FILE:LINE: what is wrong, and what to write instead.
    What publishers answer (--online) does not change that.
    """
    settings = load(config)
    click.echo(summary(config, settings))


def summary(config: Path, settings: Settings) -> str:
    """Return what a good file holds, in a line."""
    count = len(settings.sources)
    if not count:
        return f"{config}: valid, but it lists no sources yet; `aggregator sources add URL` adds one"
    disabled = sum(not source.enabled for source in settings.sources)
    tags = {tag for source in settings.sources for tag in source.tags}
    counts = f"{count} source{'s' if count > 1 else ''}" + (f" ({disabled} disabled)" if disabled else "")
    return f"{config}: valid, {counts}, {len(tags)} tag{'s' if len(tags) != 1 else ''}"
