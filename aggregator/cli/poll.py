"""`aggregator poll`: only the pollers, on schedule or once."""

import asyncio
from pathlib import Path

import click

from aggregator.cli.options import config_option, database_option, log_format_option, option
from aggregator.cli.progress import Progress, log_outcome
from aggregator.service import Options, poll_on_schedule, poll_once


@click.command()
@config_option
@database_option
@log_format_option
@option("--once", is_flag=True, help="Poll what is due now, say what came, and end.")
@option("--source", metavar="SLUG", help="Poll just this source once, due or not.")
def poll(config: Path, database: str, once: bool, source: str | None) -> None:  # noqa: FBT001 - a flag is a bool
    """Poll on schedule, without serving the page.

    Run as many of these as you like, on as many machines, against one PostgreSQL.
    """
    options = Options(config, database)
    if once or source:
        with Progress() as progress:
            asyncio.run(poll_once(options, source, progress, progress.expect))
    else:
        asyncio.run(poll_on_schedule(options, log_outcome))
