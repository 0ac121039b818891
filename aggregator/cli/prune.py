"""`aggregator prune`: applies the retention rules now."""

from contextlib import closing
from pathlib import Path

import click

from aggregator import store
from aggregator.cli.options import shared_options
from aggregator.clock import SystemClock
from aggregator.sources import load
from aggregator.sources.durations import format_duration


@click.command()
@shared_options
def prune(config: Path, database: str) -> None:
    """Remove the entries that have grown too old.

    How old is `keep` under [timeline]. The pollers do this by themselves once in a while.
    """
    keep = load(config, environ=None).timeline.keep
    with closing(store.Database.open(database)) as db:
        store.migrate(db)
        count = store.prune(db, now=SystemClock().now(), keep=keep)
    if keep is None:
        click.echo('Removed nothing: keep = "forever".')
    else:
        click.echo(
            f"Removed {count:,} entr{'y' if count == 1 else 'ies'} older than {format_duration(keep)}."
        )
