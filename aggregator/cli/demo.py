"""`aggregator demo`: the whole service on sample feeds, without a network, leaving nothing behind."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from aggregator import service
from aggregator.cli.options import shared_options
from aggregator.cli.poll_report import log_outcome
from aggregator.demo.publisher import publishing
from aggregator.options import Options

SETTINGS = """\
[site]
title = "A demonstration"
description = "Sample feeds that ship with the program."
url = "http://{host}:{port}"

[polling]
interval = "15s"
min_interval = "15s"
max_interval = "15s"
per_host = 20
per_host_gap = "0s"
allow_private_networks = true
"""


@click.command()
@shared_options
def demo(host: str, port: int) -> None:
    """Show the service on sample feeds: needs no network and no files.

    The feeds ship with the program and are published by a small server of its own on loopback; a new post comes now
    and then. The store is thrown away at the end. Ctrl-C or SIGTERM ends it.
    """
    with TemporaryDirectory(prefix="aggregator-demo-") as name, publishing() as feeds:
        config = Path(name, "sources.toml")
        sources = "".join(f'\n[[source]]\nurl = "{url}"\nslug = "{_slug(url)}"\n' for url in feeds)
        config.write_text(SETTINGS.format(host=host, port=port) + sources, "utf-8")
        options = Options(config, f"sqlite:///{Path(name, 'store.db')}", host, port)
        asyncio.run(service.run(options, log_outcome))


def _slug(url: str) -> str:
    return url.split("/")[-2]
