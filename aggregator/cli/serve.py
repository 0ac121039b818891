"""`aggregator serve`: only the web side."""

from pathlib import Path

import click

from aggregator import server
from aggregator.cli.options import shared_options
from aggregator.options import Options


@click.command()
@shared_options
def serve(config: Path, database: str, host: str, port: int) -> None:
    """Serve the page and the merged feeds, without polling.

    Another WSGI server can do the same with `aggregator.web:create_app()`.
    """
    server.serve(Options(config, database, host, port))
