"""`aggregator restore`: an empty store filled from a backup."""

from contextlib import closing
from pathlib import Path

import click

from aggregator import store
from aggregator.cli.options import shared_options
from aggregator.cli.row_progress import row_progress


@click.command()
@shared_options
@click.argument("file", type=click.Path(path_type=Path))
def restore(database: str, file: Path) -> None:
    """Fill an empty store from a backup.

    The store may be on another database than the one that the backup is of: so an admin moves from SQLite to PostgreSQL,
    or back.
    """
    with closing(store.Database.open(database)) as db, row_progress("Restoring") as progress:
        count = store.restore(db, file, progress)
    click.echo(f"Restored {count:,} rows from {file}.")
