"""`aggregator init`: writes the sources file that ships."""

from importlib.resources import files
from pathlib import Path

import click

from aggregator.cli.options import shared_options


@click.command()
@shared_options
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=Path())
def init(config: Path, folder: Path) -> None:
    """Write the sources file that ships, unless there is one.

    FOLDER is where `aggregator run` will be started; by default the working folder.
    """
    path = folder / config
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("xb") as file:
            file.write(files("aggregator.sources").joinpath("default.toml").read_bytes())
    except FileExistsError:
        click.echo(f"{path} is there already and stays as it is.")
    else:
        click.echo(f"Wrote {path}. Edit it, and start the service in that folder: aggregator run")
