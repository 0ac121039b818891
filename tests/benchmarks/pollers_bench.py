"""What several pollers save on one PostgreSQL: `python -m tests.benchmarks.pollers_bench [FEEDS]`.

Each is a process of its own; the documents are read beforehand. Printed are entries a second for one poller and for
four, and who was seen waiting for a lock: a sample of `pg_stat_activity` every few milliseconds.
"""

import multiprocessing
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from multiprocessing.synchronize import Barrier
from pathlib import Path
from threading import Event, Thread

import click
from sqlalchemy import text

from aggregator import store
from aggregator.model import Outcome, Result, State
from aggregator.sources.settings import Settings, Source, Timeline
from aggregator.store import Database
from tests.benchmarks.poll_bench import postgres, tree_cpu
from tests.benchmarks.sample_feeds import sample_feeds
from tests.benchmarks.save_bench import AT_ONCE, LEASE, START, Document, documents

GROUP = 10  # polls that end together
SAMPLE = 0.003  # seconds between two looks at who waits

_WAITING = text(
    "SELECT left(query, 60) AS query FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND pid != pg_backend_pid()"
)


def poller(url: str, owner: str, settings: Settings, found: dict[str, Document], start: Barrier) -> None:
    """Poll as long as something is due."""
    sources = {source.url: source for source in settings.sources}
    with closing(Database.open(url)) as database:
        store.timeline_version(database)  # connected
        start.wait()
        while feeds := store.claim_due(database, now=START, limit=GROUP, owner=owner, lease=LEASE):
            polls = []
            for feed in feeds:
                after = replace(feed.poll_state, state=State.OK, next_poll=START + timedelta(hours=1))
                polls.append(
                    (Outcome(feed, START, Result.READ, after, found[feed.url], status=200), sources[feed.url])
                )
            results = store.save_outcomes(database, polls, owner=owner, timeline=settings.timeline)
            for result in results:
                if isinstance(result, Exception):
                    raise result


def watch(url: str, ended: Event, seen: Counter[str]) -> None:
    with closing(Database.open(url)) as database:
        while not ended.wait(SAMPLE):
            with database.read() as connection:
                seen[""] += 1
                seen.update(connection.execute(_WAITING).scalars())


def measure(pollers: int, read_before: Sequence[tuple[Document, Document]]) -> float:
    """Return how many entries a second so many pollers save, and print who waited."""
    sources = [
        Source(url=f"https://host{n}.test/feed", slug=f"s{n}", polling=AT_ONCE)
        for n in range(len(read_before))
    ]
    settings = Settings(sources=tuple(sources), timeline=Timeline(keep=None))
    found = {source.url: pair[0] for source, pair in zip(sources, read_before, strict=True)}
    with tempfile.TemporaryDirectory() as folder, postgres(Path(folder, "store")) as (url, pid):
        with closing(Database.open(url)) as database:
            store.migrate(database)
            store.sync_sources(database, settings, START)
        fork = multiprocessing.get_context("fork")
        start = fork.Barrier(pollers + 1)
        processes = [
            fork.Process(target=poller, args=(url, f"p{n}", settings, found, start)) for n in range(pollers)
        ]
        for process in processes:
            process.start()
        ended, seen = Event(), Counter[str]()
        watcher = Thread(target=watch, args=(url, ended, seen))
        watcher.start()
        start.wait()
        server, began = tree_cpu(pid), time.perf_counter()
        for process in processes:
            process.join()
        took = time.perf_counter() - began
        ended.set()
        watcher.join()
        number = sum(map(len, found.values()))
        looks = seen.pop("")
        click.echo(
            f"{pollers} poller(s): {number / took:8.0f} entries a second, server {tree_cpu(pid) - server:.1f} s of CPU;"
            f" in {looks} looks {sum(seen.values())} waiting sessions"
        )
        for query, times in seen.most_common(5):
            click.echo(f"    {times:5}  {query}")
    return number / took


def main() -> None:
    feeds, sentence = sample_feeds(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
    click.echo(sentence)
    read_before = documents(feeds)
    one = measure(1, read_before)
    four = measure(4, read_before)
    click.echo(f"four save {four / one:.2f} times what one does")


if __name__ == "__main__":
    main()
