"""`aggregator backup`: a copy of the store in one file."""

from contextlib import closing
from pathlib import Path

import click

from aggregator import store
from aggregator.cli.options import shared_options
from aggregator.cli.row_progress import row_progress


@click.command()
@shared_options
@click.argument("file", type=click.Path(path_type=Path))
def backup(database: str, file: Path) -> None:
    """Copy the store into a new SQLite file, while the service runs.

    `aggregator restore` fills a store on SQLite or PostgreSQL from it: nothing is polled early then, and no id changes.
    """
    with closing(store.Database.open(database)) as db, row_progress("Copying") as progress:
        count = store.backup(db, file, progress)
    click.echo(f"Copied {count:,} rows to {file}.")
