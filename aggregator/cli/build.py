"""`aggregator build`: the whole site as files for any static host."""

import asyncio
from contextlib import closing
from pathlib import Path

import click

from aggregator import store
from aggregator.cli.options import option, shared_options
from aggregator.cli.poll_report import PollReport
from aggregator.cli.row_progress import row_progress
from aggregator.clock import SystemClock
from aggregator.options import Options
from aggregator.service import poll_once
from aggregator.sources import load, with_look
from aggregator.static_site import build as build_site


@click.command()
@shared_options
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@option("--no-poll", is_flag=True, help="Poll nothing: build from what the store has.")
@option("--force", is_flag=True, help="Write into a folder that holds other files; they stay.")
def build(*, config: Path, database: str, folder: Path, no_poll: bool, force: bool) -> None:
    """Poll what is due, and write the site into FOLDER as static files.

    Any static host serves them. Only files that changed are written, and only what an earlier build wrote is removed.
    Keep the store between two builds: then nobody is asked before it is time. Ends with 0 however the publishers behaved.
    """
    settings = with_look(config, load(config, environ=None))
    clock = SystemClock()
    if not no_poll:
        with PollReport() as report:
            asyncio.run(poll_once(Options(config, database), None, report, report.expect))
    with closing(store.Database.open(database)) as db:
        if no_poll:
            store.migrate(db)
            store.sync_sources(db, settings, clock.now())
        with row_progress("Building") as progress:
            done = build_site(db, settings, folder, clock, force=force, progress=progress)
    click.echo(f"{folder}: {done.written:,} written, {done.unchanged:,} unchanged, {done.removed:,} removed.")
