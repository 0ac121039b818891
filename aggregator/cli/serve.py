"""`aggregator serve`: only the web side."""

from pathlib import Path

import click

from aggregator import service
from aggregator.cli.options import config_option, database_option, host_option, log_format_option, port_option


@click.command()
@config_option
@database_option
@host_option
@port_option
@log_format_option
def serve(config: Path, database: str, host: str, port: int) -> None:
    """Serve the page and the merged feeds, without polling.

    Another WSGI server can do the same with `aggregator.web:create_app()`.
    """
    service.serve(service.Options(config, database, host, port))
