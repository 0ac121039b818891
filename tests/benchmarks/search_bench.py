"""How long a search takes, whatever it looks for: `python -m tests.benchmarks.search_bench [--size N] [--database URL]`.

Fills a store (SQLite unless a URL of an empty database is given) and asks for pages, each query another one, so that
nothing is kept from the one before. Words are as frequent as in a language (Zipf's law).
"""

import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import click

from aggregator import store
from aggregator.model import TimelineQuery
from aggregator.store import Database
from tests.benchmarks.seed import TAG, WORDS, seed

QUERIES = 100
PAGE = 30


def searches(chance: random.Random) -> Iterator[tuple[str, list[TimelineQuery]]]:
    """Yield kinds of searches with as many views of each."""
    common, middling, rare = WORDS[:30], WORDS[300:600], WORDS[-800:]
    kinds: dict[str, Callable[[], str]] = {
        "two common words": lambda: " ".join(chance.sample(common, 2)),
        "two middling words": lambda: " ".join(chance.sample(middling, 2)),
        "a common and a rare word": lambda: f"{chance.choice(common)} {chance.choice(rare)}",
        "a rare word": lambda: chance.choice(rare),
        "an absent word": lambda: f"absent{chance.randrange(10**6)}",
        "a phrase of common words": lambda: f'"{" ".join(chance.sample(common, 2))}"',
        "a phrase of rare words": lambda: f'"{" ".join(chance.sample(rare, 2))}"',
        "a common word without another": lambda: " -".join(chance.sample(common, 2)),
        "a rare word without a common one": lambda: f"{chance.choice(rare)} -{chance.choice(common)}",
    }
    for name, query in kinds.items():
        yield name, [TimelineQuery(words=query()) for _ in range(QUERIES)]
    yield (
        "two common words in a tag",
        [TimelineQuery(words=kinds["two common words"](), tags=(TAG,)) for _ in range(QUERIES)],
    )
    yield (
        "a rare word in a source",
        [TimelineQuery(words=chance.choice(rare), sources=("s7",)) for _ in range(QUERIES)],
    )


@click.command()
@click.option("--size", default=1_000_000, show_default=True)
@click.option("--database", help="of an empty store; SQLite in a temporary folder by default")
def main(size: int, database: str | None) -> None:
    """Fill a store and print a table of milliseconds."""
    with tempfile.TemporaryDirectory() as folder:
        url = database or f"sqlite:///{Path(folder) / 'store.db'}"
        seed(url, size)
        click.echo(
            f"| search, {size:,} entries, {url.partition(':')[0]} | median ms | p99 ms |\n| --- | --- | --- |"
        )
        with closing(Database.open(url)) as opened:
            for name, views in searches(random.Random(1)):
                took = sorted(_milliseconds(opened, view) for view in views)
                click.echo(f"| {name} | {statistics.median(took):.1f} | {took[-2]:.1f} |")


def _milliseconds(opened: Database, view: TimelineQuery) -> float:
    began = time.perf_counter()
    store.timeline_page(opened, view, PAGE)
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    main()
