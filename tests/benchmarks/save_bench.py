"""What saving costs, claims included: `python -m tests.benchmarks.save_bench [FEEDS]`, CPU milliseconds a poll.

Nothing is fetched: the documents are read beforehand, and their outcomes saved in groups as a poller does. Entries of
any age are kept, so that the first round writes all of them. PostgreSQL's own time stands apart.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from aggregator import store
from aggregator.model import Entry, Feed, Outcome, PollDetails, Result, State
from aggregator.reading.read import read
from aggregator.sources.settings import Polling, Settings, Source, Timeline
from aggregator.store import Database
from tests.benchmarks.poll_bench import postgres, tree_cpu
from tests.benchmarks.sample_feeds import SampleFeed, sample_feeds

OWNER = "bench"
LEASE = timedelta(minutes=5)
HOUR = timedelta(hours=1)
START = datetime(2026, 11, 2, 12, tzinfo=UTC)
AT_ONCE = Polling(per_host_gap=timedelta())
GROUP = 25  # polls that end together

Document = tuple[Entry, ...]


def documents(feeds: list[SampleFeed]) -> list[tuple[Document, Document]]:
    """Return the entries of each feed in both rounds."""
    return [(_entries(feed.rounds[0], n), _entries(feed.rounds[1], n)) for n, feed in enumerate(feeds)]


def _entries(body: bytes, number: int) -> Document:
    return read(body, content_type=None, address=f"https://host{number}.test/feed").entries


class Rounds:
    """A store with a source for each document, polled by the hour."""

    def __init__(self, database: Database, documents: list[tuple[Document, Document]]) -> None:
        self._database = database
        self._now = START
        sources = [
            Source(url=f"https://host{n}.test/feed", slug=f"s{n}", polling=AT_ONCE, tags=("cloud",))
            for n in range(len(documents))
        ]
        self._settings = Settings(sources=tuple(sources), timeline=Timeline(keep=None))
        self._sources = {source.url: source for source in sources}
        self._documents = dict(zip(self._sources, documents, strict=True))
        store.migrate(database)
        store.sync_sources(database, self._settings, self._now)

    def cold(self) -> None:
        self._poll(Result.READ, 0)

    def one_new(self) -> None:
        self._poll(Result.READ, 1)

    def unchanged(self) -> None:
        self._poll(Result.NOT_MODIFIED, 1)

    def _poll(self, result: Result, number: int) -> None:
        while feeds := self._claim():
            polls = [(self._outcome(feed, result, number), self._sources[feed.url]) for feed in feeds]
            saved = store.save_outcomes(self._database, polls, owner=OWNER, timeline=self._settings.timeline)
            for one in saved:
                if isinstance(one, Exception):
                    raise one
        self._now += HOUR

    def _claim(self) -> list[Feed]:
        return store.claim_due(self._database, now=self._now, limit=GROUP, owner=OWNER, lease=LEASE)

    def _outcome(self, feed: Feed, result: Result, number: int) -> Outcome:
        entries = self._documents[feed.url][number] if result is Result.READ else ()
        before = feed.poll_state
        after = replace(
            before,
            state=State.OK,
            last_poll=self._now,
            last_success=self._now,
            next_poll=self._now + HOUR,
            title="A feed",
            post_times=tuple(entry.published for entry in entries if entry.published) or before.post_times,
        )
        return Outcome(feed, self._now, result, after, entries, status=200, details=PollDetails(entries=23))


@contextmanager
def sqlite(folder: Path) -> Iterator[tuple[str, None]]:
    yield f"sqlite:///{folder}.db", None


def show(name: str, call: Callable[[], None], polls: int, pid: int | None) -> None:
    client, server, wall = time.process_time(), tree_cpu(pid), time.perf_counter()
    call()
    took = (time.process_time() - client, tree_cpu(pid) - server, time.perf_counter() - wall)
    click.echo(f"  {name:16}" + "".join(f"{seconds * 1000 / polls:10.2f}" for seconds in took))


def time_rounds(name: str, url: str, pid: int | None, documents: list[tuple[Document, Document]]) -> None:
    with closing(Database.open(url)) as database:
        rounds = Rounds(database, documents)
        click.echo(f"{name:18}{'client':>10}{'server':>10}{'wall':>10}")
        show("cold", rounds.cold, len(documents), pid)
        show("one new entry", rounds.one_new, len(documents), pid)
        show("unchanged", rounds.unchanged, len(documents), pid)


def main() -> None:
    feeds, sentence = sample_feeds(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
    read_before = documents(feeds)
    click.echo(sentence)
    for name, opened in (("SQLite", sqlite), ("PostgreSQL", postgres)):
        with tempfile.TemporaryDirectory() as folder, opened(Path(folder, "store")) as (url, pid):
            time_rounds(name, url, pid, read_before)


if __name__ == "__main__":
    main()
