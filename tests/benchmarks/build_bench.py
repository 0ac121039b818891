"""What a site of files costs: `python -m tests.benchmarks.build_bench [--feeds 567] [--posts 15]`.

Five runs of `aggregator build`, each in a process of its own: *cold* (an empty store, an empty folder), *no poll due* (nothing to
ask, nothing to write), *all 304* (all are asked, nothing is new), *one new post* in each feed, and *all pages again* (no poll,
another folder). CPU is user and system time of the whole process tree.
"""

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import click

from tests.benchmarks.feed_server import FeedServer, feed_server
from tests.benchmarks.poll_bench import Cost, make_due, measured, sources_file


@dataclass(frozen=True, slots=True)
class Run:
    """A build, and what happens before it."""

    name: str
    round: int = 0  # the state that the server's feeds are in
    is_due: bool = False
    options: tuple[str, ...] = ()
    folder: str = "public"


RUNS = (
    Run("cold"),
    Run("no poll due"),
    Run("all 304", is_due=True),
    Run("one new post in each feed", round=1, is_due=True),
    Run("all pages again", round=1, options=("--no-poll",), folder="again"),
)


@click.command()
@click.option("--feeds", default=567, show_default=True)
@click.option("--posts", default=15, show_default=True)
def main(feeds: int, posts: int) -> None:
    """Run the builds and print a table."""
    with tempfile.TemporaryDirectory() as name, feed_server(feeds, posts) as server:
        folder = Path(name)
        (folder / "sources.toml").write_text(sources_file(server))
        click.echo(f"{server.sentence}; Python {sys.version.split()[0]}\n")
        click.echo("| run | cost | files |\n| --- | --- | --- |")
        for run in RUNS:
            cost = _build(server, folder, run)
            files = sum(path.is_file() for path in (folder / run.folder).rglob("*"))
            click.echo(f"| {run.name} | {cost} | {files:,} |")


def _build(server: FeedServer, folder: Path, run: Run) -> Cost:
    url = f"sqlite:///{folder / 'store.db'}"
    server.set_round(run.round)
    if run.is_due:
        make_due(url)
    program = [sys.executable, "-m", "aggregator", "build", str(folder / run.folder), *run.options]
    return measured([*program, "--config", str(folder / "sources.toml"), "--database", url])


if __name__ == "__main__":
    main()
