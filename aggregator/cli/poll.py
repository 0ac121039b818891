"""`aggregator poll`: only the pollers, on schedule or once."""

import asyncio
from pathlib import Path

import click

from aggregator.cli.options import option, shared_options
from aggregator.cli.poll_report import PollReport, log_outcome
from aggregator.options import Options
from aggregator.service import poll_on_schedule, poll_once


@click.command()
@shared_options
@option("--once", is_flag=True, help="Poll what is due now, say what came, and end.")
@option("--source", metavar="SLUG", help="Poll just this source once, due or not.")
def poll(config: Path, database: str, once: bool, source: str | None) -> None:  # noqa: FBT001 - a flag is a bool
    """Poll on schedule, without serving the page.

    Run as many of these as you like, on as many machines, against one PostgreSQL.
    """
    options = Options(config, database)
    if once or source:
        with PollReport() as progress:
            asyncio.run(poll_once(options, source, progress, progress.expect))
    else:
        asyncio.run(poll_on_schedule(options, log_outcome))
