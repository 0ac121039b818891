"""`aggregator run`: the whole service in one command."""

import asyncio
from pathlib import Path

import click

from aggregator import service
from aggregator.cli.options import config_option, database_option, host_option, log_format_option, port_option
from aggregator.cli.progress import log_outcome


@click.command()
@config_option
@database_option
@host_option
@port_option
@log_format_option
def run(config: Path, database: str, host: str, port: int) -> None:
    """Run the whole service: poll on schedule, and serve the page.

    Ctrl-C or SIGTERM ends it.
    """
    asyncio.run(service.run(service.Options(config, database, host, port), log_outcome))
