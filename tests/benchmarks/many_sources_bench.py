"""What a long sources file costs: `python -m tests.benchmarks.many_sources_bench [--sources N] [--database URL]`.

Prints how long it takes until the first feeds can be claimed, and until a source that is added is known, as the running
service does it: read and check the file, mirror it in the store.
"""

import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from aggregator import store
from aggregator.sources import SourcesFile
from aggregator.store import Database

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Print how long the block took, and the process's peak of memory."""
    began = time.perf_counter()
    yield
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    click.echo(f"| {what} | {time.perf_counter() - began:.2f} | {peak:.0f} |")


def table(number: int) -> str:
    """Return a source as an admin might write it."""
    return (
        f'[[source]]\nurl = "https://host{number % 50_000}.test/feeds/{number}.xml"\nslug = "source-{number}"\n'
        f'title = "Source {number}"\ntags = ["tag{number % 40}"]\n\n'
    )


@click.command()
@click.option("--sources", default=100_000, show_default=True)
@click.option("--database", help="of an empty store; SQLite in a temporary folder by default")
def main(sources: int, database: str | None) -> None:
    """Time a start and a change."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "sources.toml")
        path.write_text("".join(map(table, range(sources))))
        url = database or f"sqlite:///{Path(folder, 'store.db')}"
        click.echo(
            f"| {sources:,} sources, {url.partition(':')[0]} | seconds | peak MB |\n| --- | --- | --- |"
        )
        with closing(Database.open(url)) as opened:
            store.migrate(opened)
            with timed("start: read and check"):
                file = SourcesFile(path)
            with timed("start: mirror"):
                store.sync_sources(opened, file.settings, NOW)
            with timed("start: first claim"):
                store.claim_due(opened, now=NOW, limit=50, owner="bench", lease=timedelta(minutes=2))
            with path.open("a") as more:
                more.write(table(sources))
            with timed("one source added: read and check"):
                file.refresh()
            with timed("one source added: mirror"):
                store.sync_sources(opened, file.settings, NOW)


if __name__ == "__main__":
    main()
