"""`aggregator check`: whether the sources file is right, and, with `--online`, what its feeds answer."""

from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from aggregator.cli.feed_probe import ask_all, describe
from aggregator.cli.interruptible import run_interruptible
from aggregator.cli.options import option, shared_options
from aggregator.polling.discover import Discovery
from aggregator.quantities import counted
from aggregator.sources import Settings, Source, load
from aggregator.sources.files import folder_of, paths_in_folder


@click.command()
@shared_options
@option("--online", is_flag=True, help="Also fetch each feed once and say what it found.")
def check(*, config: Path, online: bool) -> None:
    """Check the sources file.

    Ends with 0 and a summary, or with 2 and every fault as FILE:LINE: what is wrong, and what to write instead.
    What publishers answer (--online) does not change that.
    """
    settings = load(config)
    click.echo(summary(config, settings))
    if online:
        check_online(settings)


def summary(config: Path, settings: Settings) -> str:
    """Return what a good file holds, in a line."""
    count = len(settings.sources)
    more = len(paths_in_folder(config))
    files = f"{config} and {counted(more, 'file')} in {folder_of(config)}" if more else f"{config}"
    if not count:
        return f"{files}: valid, but it lists no sources yet; `aggregator sources add URL` adds one"
    disabled = sum(not source.enabled for source in settings.sources)
    tags = {tag for source in settings.sources for tag in source.tags}
    counts = f"{count} source{'s' if count > 1 else ''}" + (f" ({disabled} disabled)" if disabled else "")
    return f"{files}: valid, {counts}, {len(tags)} tag{'s' if len(tags) != 1 else ''}"


def check_online(settings: Settings) -> None:
    """Print a line a source as its answer comes, and how many are well."""
    width = max((len(source.slug) for source in settings.sources), default=0)
    console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
    well = 0
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        enabled = sum(source.enabled for source in settings.sources)
        task = progress.add_task("Asking publishers", total=enabled)

        def tell(source: Source, discovery: Discovery) -> None:
            nonlocal well
            well += discovery.is_itself
            mark = "ok   " if discovery.is_itself else "FAULT"
            console.print(f"{source.slug:<{width}}  {mark}  {describe(discovery)}")
            progress.advance(task)

        run_interruptible(ask_all(settings, tell))
    console.print(f"{well} of {enabled} feeds are well.")
