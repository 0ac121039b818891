"""`aggregator migrate`: brings the store's schema up to date."""

from contextlib import closing

import click

from aggregator import store
from aggregator.cli.options import shared_options


@click.command()
@shared_options
def migrate(database: str) -> None:
    """Bring the store's schema up to date.

    `run` and `poll` do this by themselves; run it before they start if several of them share one store.
    """
    with closing(store.Database.open(database)) as db:
        store.migrate(db)
    click.echo("The store is up to date.")
