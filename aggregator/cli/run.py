"""`aggregator run`: the whole service in one command."""

import asyncio
from pathlib import Path

import click

from aggregator import service
from aggregator.cli.options import shared_options
from aggregator.cli.poll_report import log_outcome
from aggregator.options import Options


@click.command()
@shared_options
def run(config: Path, database: str, host: str, port: int) -> None:
    """Run the whole service: poll on schedule, and serve the page.

    Ctrl-C or SIGTERM ends it.
    """
    asyncio.run(service.run(Options(config, database, host, port), log_outcome))
