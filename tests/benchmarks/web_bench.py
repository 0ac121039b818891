"""How many requests a second the web side answers, and its slowest one in a hundred, whatever the store's size.

    python -m tests.benchmarks.web_bench [--database URL] [--sizes 10000,1000000]

Fills a store, starts `aggregator serve` as the Procfile does, and asks it from another process: *warm* for
documents that are kept, *cold* for a different document each time, so that each is made from the store.
"""

import argparse
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import click

from aggregator.addresses import Addresses
from aggregator.model import Cursor, TimelineQuery
from aggregator.outputs import FORMATS
from tests.benchmarks.load import Load, Measure, measure
from tests.benchmarks.seed import NEWEST, SOURCES_FILE, SPAN, TAG, WORDS, seed

RATIO = 1.2  # how much slower the larger store may be, in all but search
COLD = 150  # requests
WARM = 2000
ROUNDS = 3  # the best of them counts: what else runs on the machine only ever slows one down
PAGES = Addresses("").timeline
BROWSER = (("Accept-Encoding", "gzip, deflate, br, zstd"),)


def loads(port: int, turn: int = 0) -> Iterator[tuple[str, Load]]:
    """Yield each load with its name; cold ones ask for other documents each turn."""
    whole, tagged = TimelineQuery(), TimelineQuery(tags=(TAG,))
    kept = {"page": PAGES(whole), "tag's page": PAGES(tagged)}
    kept |= {form.title: f"/feed.{form.name}" for form in FORMATS}
    for name, path in kept.items():
        yield f"{name}, warm", Load(port, [path], BROWSER, WARM)
    for name, path in {"page": "/", "Atom": "/feed.atom"}.items():
        yield (
            f"304 of the {name}",
            Load(port, [path], (("If-None-Match", tag_of(port, path)),), WARM, status=304),
        )
    yield "page, cold", Load(port, distinct(PAGES, whole, turn), BROWSER, COLD)
    yield "tag's page, cold", Load(port, distinct(PAGES, tagged, turn), BROWSER, COLD)
    for form in FORMATS:
        feed = partial(Addresses("").feed, form.name)
        yield f"{form.title}, cold", Load(port, distinct(feed, whole, turn), BROWSER, COLD)
    yield "search, cold", Load(port, searches(turn), BROWSER, COLD)


def distinct(address: Callable[[TimelineQuery], str], view: TimelineQuery, turn: int) -> list[str]:
    """Return addresses of pages that begin all over the store, none twice."""
    chance = random.Random(f"{address} {view} {turn}")
    places = (NEWEST - SPAN * chance.random() for _ in range(COLD))
    return [address(replace(view, before=Cursor(place, 1))) for place in places]


def searches(turn: int) -> list[str]:
    """Return searches for two words each, of which the first is frequent and the second rarer."""
    chance = random.Random(f"searches {turn}")
    return [
        PAGES(TimelineQuery(words=f"{chance.choice(WORDS[:50])} {chance.choice(WORDS)}")) for _ in range(COLD)
    ]


def tag_of(port: int, path: str) -> str:
    """Return the entity tag of a document."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}") as answer:
        return str(answer.headers["ETag"])


@contextmanager
def served(database: str, folder: Path) -> Iterator[int]:
    """Run `aggregator serve` on a free port and yield the port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    sources = folder / "sources.toml"
    sources.write_text(SOURCES_FILE, encoding="utf-8")
    server = subprocess.Popen(
        [sys.executable, "-m", "aggregator", "serve", "--port", str(port)],
        env=os.environ | {"AGGREGATOR_DATABASE": database, "AGGREGATOR_CONFIG": str(sources)},
        start_new_session=True,
    )
    try:
        wait_for(port)
        yield port
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        try:
            server.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            raise


def wait_for(port: int) -> None:
    """Return once the server answers."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        try:
            tag_of(port, "/healthz")
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("the server does not answer")


def filled(database: str, size: int) -> str:
    """Fill a store and return its URL."""
    begun = time.monotonic()
    seed(database, size)
    click.echo(f"{size:,} entries stored in {timedelta(seconds=round(time.monotonic() - begun))}")
    return database


def bench(databases: dict[int, str], folder: Path) -> dict[int, dict[str, Measure]]:
    """Serve every store and measure every load on each in turn, so that a busy machine is busy for all alike."""
    with ExitStack() as stack:
        ports = {size: stack.enter_context(served(url, folder)) for size, url in databases.items()}
        names = [name for name, _ in loads(next(iter(ports.values())))]
        rounds: dict[int, dict[str, list[Measure]]] = {size: {name: [] for name in names} for size in ports}
        for turn in range(ROUNDS):
            every = {size: loads(port, turn) for size, port in ports.items()}
            for name in names:
                for size in ports:
                    rounds[size][name].append(measure(next(every[size])[1]))
    return {
        size: {name: min(found, key=lambda one: one.median) for name, found in named.items()}
        for size, named in rounds.items()
    }


def report(results: dict[int, dict[str, Measure]]) -> bool:
    """Print a line a load; return whether the largest store is as fast as the smallest, but for search."""
    small, large = min(results), max(results)
    click.echo(f"\n{'':22}" + "".join(f"{size:>14,} entries{'':13}" for size in results) + "ratio")
    click.echo(f"{'':22}" + f"{'req/s':>10}{'median ms':>12}{'p99 ms':>10}   " * len(results))
    held = True
    for name in results[small]:
        columns = [
            f"{found[name].per_second:>10.0f}{found[name].median * 1000:>12.2f}{found[name].p99 * 1000:>10.2f}   "
            for found in results.values()
        ]
        ratio = results[large][name].median / results[small][name].median
        held = held and (ratio <= RATIO or name.startswith("search"))
        click.echo(f"{name:22}{''.join(columns)}{ratio:>6.2f}")
    return held


def main() -> None:
    """Run the benchmark; exit 1 if the larger store is slower than it may be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", default="", help="an empty PostgreSQL per size: URL with {size} in it")
    parser.add_argument("--sizes", default="10000,1000000")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        urls = {
            size: options.database.format(size=size) or f"sqlite:///{folder}/{size}.db"
            for size in map(int, options.sizes.split(","))
        }
        results = bench({size: filled(url, size) for size, url in urls.items()}, folder)
    sys.exit(0 if report(results) else 1)


if __name__ == "__main__":
    main()
