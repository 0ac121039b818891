"""What pages and claims cost, on a small store and on a large one: `python -m tests.benchmarks.store_bench`.

Sizes (entries, then feeds) can be given: `python -m tests.benchmarks.store_bench 10000 1000000 1000 100000`.
The ratio of the two is what matters: nothing but a search may grow with the store.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import click

from aggregator import store
from aggregator.model import Cursor, TimelineQuery
from aggregator.sources.settings import Polling, Settings, Source
from aggregator.store import Database
from tests.benchmarks.seed import NEWEST, SPAN, TAG, seed

ROUNDS = 100
AT_ONCE = Polling(per_host_gap=timedelta())

VIEWS = {
    "everything": TimelineQuery(),
    "half a year ago": TimelineQuery(before=Cursor(NEWEST - SPAN / 2, 1)),
    "a source": TimelineQuery(sources=("s7",)),
    "three sources": TimelineQuery(sources=("s7", "s8", "s9")),
    "a tag": TimelineQuery(tags=(TAG,)),
    "a tag of a source": TimelineQuery(sources=("s10",), tags=(TAG,)),
}


def milliseconds(call: Callable[[], object]) -> float:
    """Return the median over many rounds."""
    call()
    took = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        call()
        took.append(time.perf_counter() - began)
    return statistics.median(took) * 1000


def pages(folder: Path, entries: int) -> dict[str, float]:
    url = f"sqlite:///{folder / f'{entries}.db'}"
    seed(url, entries)
    with closing(Database.open(url)) as database:
        took = {
            name: milliseconds(partial(store.timeline_page, database, view, 30))
            for name, view in VIEWS.items()
        }
        return took | {"the revision": milliseconds(partial(store.timeline_version, database))}


def claims(folder: Path, feeds: int) -> dict[str, float]:
    """Time a claim of one feed and giving it back, all feeds being due, ten of them at each host."""
    sources = tuple(
        Source(url=f"https://host{n // 10}.test/{n}", slug=f"s{n}", polling=AT_ONCE) for n in range(feeds)
    )
    with closing(Database.open(f"sqlite:///{folder / f'{feeds}-feeds.db'}")) as database:
        store.migrate(database)
        store.sync_sources(database, Settings(sources=sources), NEWEST)

        def claim() -> None:
            (feed,) = store.claim_due(
                database, now=NEWEST, limit=1, owner="bench", lease=timedelta(minutes=1)
            )
            later = NEWEST + timedelta(hours=1)
            store.give_back(
                database, feed, owner="bench", now=NEWEST, state=replace(feed.poll_state, next_poll=later)
            )

        return {"claim and give back": milliseconds(claim)}


def tell(small: dict[str, float], large: dict[str, float], sizes: tuple[int, int]) -> None:
    click.echo(f"{'milliseconds at':24}{sizes[0]:>12,}{sizes[1]:>12,}{'ratio':>8}")
    for name, took in small.items():
        click.echo(f"{name:24}{took:12.3f}{large[name]:12.3f}{large[name] / took:8.2f}")


def main() -> None:
    given = [int(size) for size in sys.argv[1:]]
    small, large, few, many = given or (10_000, 1_000_000, 1_000, 100_000)
    with tempfile.TemporaryDirectory() as folder:
        tell(pages(Path(folder), small), pages(Path(folder), large), (small, large))
        tell(claims(Path(folder), few), claims(Path(folder), many), (few, many))


if __name__ == "__main__":
    main()
