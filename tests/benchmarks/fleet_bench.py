"""What a fleet costs its PostgreSQL: `python -m tests.benchmarks.fleet_bench [--feeds 50000] [--seconds 60]`.

    [--pollers 8] [--behind]

The feeds are inserted in bulk, as polls would have left them. Polls are simulated, claims and saves are real: each poller
is a process of its own that claims, lets time pass as the polls do, and saves. Of 100 polls 81 are answered with 304, 15
with a document that is the same, 4 bring a new entry. The clock of the fleet moves with its polls: an hour is a poll of every
feed, whatever that takes here, so that the pollers are never idle.

Printed are, a line each tenth of the time: polls a second, the 99th percentile of a claim and of a save, sessions that waited
for a lock, dead rows, and the size of the store; at the end what a poll and an entry cost.
"""

import multiprocessing
import random
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import blake2b
from multiprocessing.synchronize import Event
from pathlib import Path
from queue import Empty
from threading import Thread
from typing import TYPE_CHECKING, Any

import click
from sqlalchemy import Engine, event, text

from aggregator import store
from aggregator.model import (
    Delta,
    Entry,
    Feed,
    FeedState,
    Outcome,
    Reason,
    ReasonCode,
    Result,
    State,
    TimelineQuery,
    Validators,
)
from aggregator.sources.settings import Polling, Source, Timeline
from aggregator.store import Database
from aggregator.store.db.bulk import insert_rows
from aggregator.store.db.feed_rows import state_columns
from aggregator.store.db.tables import feed, host, host_slot
from tests.benchmarks.poll_bench import postgres, tree_cpu
from tests.benchmarks.seed import WORDS

if TYPE_CHECKING:
    from multiprocessing.queues import Queue
    from multiprocessing.sharedctypes import Synchronized

HOUR = timedelta(hours=1)
START = datetime(2026, 11, 2, 12, tzinfo=UTC)
FAR = START + timedelta(days=1)
LEASE = timedelta(minutes=2)
GROUP = 50  # claimed at once, and saved at once: the most that a poller does
ENTRIES = 20  # that a document lists
TURNS = 10  # of a poller between two reports
CHUNK = 10_000  # feeds that are inserted at once
BIG_HOST = 100  # feeds at each of the hosts that a fifth of the feeds share
AT_ONCE = Source(url="https://example.org/", slug="any", polling=Polling(per_host_gap=timedelta()))
KEEP_ALL = Timeline(keep=None)

LOOK = 0.02  # seconds between two looks at who waits for a lock
WINDOWS = 10  # lines that are printed

_WAITING = text(
    "SELECT left(query, 60) AS query FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND pid != pg_backend_pid()"
)
_TABLES = text(
    "SELECT relname AS name, n_live_tup AS live, n_dead_tup AS dead, autovacuum_count AS vacuums,"
    " pg_table_size(relid) AS rows, pg_indexes_size(relid) AS indexes FROM pg_stat_user_tables"
)
_SERVER = text(
    "SELECT pg_database_size(current_database()) AS size, pg_current_wal_insert_lsn() - '0/0' AS wal"
)


# --- the feeds ------------------------------------------------------------------------------------------------


def host_name(number: int) -> str:
    """Four of five feeds have a host of their own."""
    return f"host{number}.test" if number % 5 else f"platform{number // 5 // BIG_HOST}.test"


def fill(database: Database, feeds: int) -> None:
    """Insert feeds that are due evenly over the first hour."""
    ready: dict[str, datetime] = {}
    for number in range(feeds):
        name = host_name(number)
        ready[name] = min(ready.get(name, FAR), due(number, feeds))
    hosts = list(ready)
    for first in range(0, len(hosts), CHUNK):
        some = hosts[first : first + CHUNK]
        with database.write() as connection:
            insert_rows(connection, host, [{"name": name, "ready_at": ready[name]} for name in some])
            slots = [{"host": name, "n": 0, "free_at": START, "feed_id": None} for name in some]
            insert_rows(connection, host_slot, slots)
    for first in range(0, feeds, CHUNK):
        some_feeds = range(first, min(first + CHUNK, feeds))
        with database.write() as connection:
            insert_rows(connection, feed, [_feed_row(number, feeds) for number in some_feeds])
    with database.write() as connection:
        connection.execute(text("ANALYZE"))


def due(number: int, feeds: int) -> datetime:
    """Neighbours in the table are due at other times."""
    return START + HOUR * (number * 7919 % feeds / feeds)


def _feed_row(number: int, feeds: int) -> dict[str, Any]:
    first = due(number, feeds)
    chance = random.Random(number)
    state = FeedState(
        address=f"https://{host_name(number)}/blog/{number}/feed.xml",
        next_poll=first,
        why=(Reason(ReasonCode.POSTS, rate=0.5),),
        state=State.OK,
        validators=Validators(etag=f'"{number:032x}"', last_modified="Mon, 02 Nov 2026 11:00:00 GMT"),
        body_hash=blake2b(str(number).encode(), digest_size=16).hexdigest(),
        last_poll=first - HOUR,
        last_success=first - HOUR,
        title=f"The blog number {number}",
        link=f"https://{host_name(number)}/blog/{number}",
        language="en",
        format="RSS 2.0",
        post_times=tuple(START - timedelta(days=2) * n for n in range(ENTRIES)),
        listing=tuple(f"{chance.getrandbits(72):012x}" for _ in range(ENTRIES + 1)),
        marks=chance.randbytes(16 + 17 * ENTRIES),
        last_full=first - HOUR,
        rate=0.5,
    )
    return {
        "id": number + 1,
        "url": state.address,
        "slug": f"blog-{number}",
        "position": number,
        "in_file": True,
        "enabled": True,
        "own_title": "",
        "tags": (f"tag{number % 40}",),
        "gap": 0.0,
        "filters": "",
        "filtered": "",
        "host": host_name(number),
        "due_at": first,
        "lease_owner": None,
        "last_read": first - HOUR,
        "has_missing": False,
        "last_post": START,
    } | state_columns(state)


# --- the pollers ----------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Tally:
    """What pollers did."""

    claims: list[float] = field(default_factory=list)  # milliseconds each
    saves: list[float] = field(default_factory=list)
    saved: int = 0
    lost: int = 0
    new: int = 0
    statements: int = 0
    cpu: float = 0.0  # seconds

    def add(self, other: "Tally") -> None:
        """Add what another one did."""
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))


class Poller:
    """Claims and saves like a real one, without asking anybody."""

    def __init__(self, url: str, number: int, feeds: int, polls: "Synchronized[int]", *, ahead: int) -> None:
        self._database = Database.open(url)
        self._owner = f"poller{number}"
        self._feeds = feeds
        self._polls = polls  # of all pollers
        self._ahead = ahead
        self._chance = random.Random(number)
        self.tally = Tally()

    def turn(self) -> None:
        """Claim a group of feeds, and save what came of them."""
        now = START + HOUR * ((self._polls.value + self._ahead) / self._feeds)
        began = time.perf_counter()
        claimed = store.claim_due(self._database, now=now, limit=GROUP, owner=self._owner, lease=LEASE)
        claimed_at = time.perf_counter()
        self.tally.claims.append((claimed_at - began) * 1000)
        if not claimed:
            time.sleep(0.01)
            return
        outcomes = [(self._outcome(one, now), AT_ONCE) for one in claimed]
        began = time.perf_counter()
        results = store.save_outcomes(self._database, outcomes, owner=self._owner, timeline=KEEP_ALL)
        self.tally.saves.append((time.perf_counter() - began) * 1000)
        for result in results:
            if isinstance(result, Exception):
                raise result
            self.tally.saved += result is not None
            self.tally.lost += result is None
            self.tally.new += result.new if result else 0
        with self._polls.get_lock():
            self._polls.value += len(claimed)

    def _outcome(self, one: Feed, now: datetime) -> Outcome:
        before, dice = one.poll_state, self._chance.random()
        after = replace(before, last_poll=now, last_success=now, next_poll=now + HOUR, unchanged_polls=1)
        if dice < 0.81:
            return Outcome(one, now, Result.NOT_MODIFIED, after, status=304, elapsed=0.2, received=250)
        if dice < 0.96:
            return Outcome(one, now, Result.UNCHANGED, after, status=200, elapsed=0.4, received=30_000)
        new = self._entry(one, now)
        times = (now, *before.post_times[:-1])
        after = replace(after, post_times=times, marks=self._chance.randbytes(len(before.marks)))
        delta = Delta(repeated=tuple(range(ENTRIES - 1)), gone=(), dates=times)
        return Outcome(one, now, Result.READ, after, (new,), delta, 200, 0.5, 30_000)

    def _entry(self, one: Feed, now: datetime) -> Entry:
        words = " ".join(self._chance.choices(WORDS, k=250)).capitalize()
        link = f"{one.poll_state.link}/{self._chance.getrandbits(48):x}"
        return Entry(
            guid=link,
            link=link,
            fingerprint=blake2b(words.encode(), digest_size=16).hexdigest(),
            title=words[:60],
            text=words,
            minutes=2,
            authors=("Ada Lovelace",),
            tags=("cloud", f"tag{self._chance.randrange(1000)}"),
            published=now,
            span=self._chance.getrandbits(62),
        )


def run_poller(make: Callable[[], Poller], ended: Event, tallies: "Queue[Tally]") -> None:
    """Poll until the benchmark ends, and say now and then what was done."""
    poller = make()

    def count(*_: object) -> None:
        poller.tally.statements += 1

    event.listen(Engine, "before_cursor_execute", count)
    began = own_cpu()
    while not ended.is_set():
        poller.turn()
        if len(poller.tally.claims) == TURNS:
            poller.tally.cpu = own_cpu() - began
            tallies.put(poller.tally)
            began, poller.tally = own_cpu(), Tally()


def own_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


# --- what is measured -----------------------------------------------------------------------------------------


class Watch:
    """Looks at the server while the pollers work."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._ended = False
        self.looks = 0
        self.waits: Counter[str] = Counter()

    def run(self) -> None:
        """Look who waits for a lock, again and again."""
        while not self._ended:
            with self._database.read() as connection:
                self.waits.update(connection.execute(_WAITING).scalars())
            self.looks += 1
            time.sleep(LOOK)

    def end(self) -> None:
        self._ended = True


@dataclass(frozen=True, slots=True)
class Server:
    """The server at one moment."""

    tables: dict[str, Any]
    size: int
    wal: int
    cpu: float

    @classmethod
    def now(cls, database: Database, pid: int) -> "Server":
        with database.read() as connection:
            tables = {row.name: row for row in connection.execute(_TABLES)}
            row = connection.execute(_SERVER).one()
        return cls(tables, row.size, int(row.wal), tree_cpu(pid))


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[int(len(values) * share)] if values else 0.0


def print_window(
    tally: Tally, watch: Watch, server: Server, *, at: float, seconds: float, hours: float
) -> None:
    dead = {name: server.tables[name].dead for name in ("host", "host_slot", "feed", "poll")}
    vacuums = sum(row.vacuums for row in server.tables.values())
    click.echo(
        f"| {at:4.0f} | {hours:6.2f} | {tally.saved / seconds:6.0f} "
        f"| {percentile(tally.claims, 0.5):5.0f} | {percentile(tally.claims, 0.99):5.0f} "
        f"| {percentile(tally.saves, 0.5):5.0f} | {percentile(tally.saves, 0.99):5.0f} "
        f"| {sum(watch.waits.values()) / max(watch.looks, 1):5.2f} | {server.size / 2**20:7.0f} "
        f"| {' '.join(f'{name} {number:,}' for name, number in dead.items())} | {vacuums} |"
    )


def print_costs(tally: Tally, before: Server, after: Server, watch: Watch) -> None:
    polls = max(tally.saved, 1)
    click.echo(f"\n{tally.saved:,} polls saved, {tally.lost} leases lost, {tally.new:,} new entries")
    click.echo(
        f"a poll: {(after.cpu - before.cpu) * 1000 / polls:.2f} ms of CPU in the server, "
        f"{tally.cpu * 1000 / polls:.2f} ms in pollers (claims and saves alone), {tally.statements / polls:.2f} statements, "
        f"{(after.wal - before.wal) / polls:,.0f} bytes of WAL, {(after.size - before.size) / polls:,.0f} bytes of growth"
    )
    click.echo(f"{watch.looks:,} looks at who waits for a lock found {sum(watch.waits.values()):,}")
    for query, times in watch.waits.most_common(5):
        click.echo(f"    {times:6,}  {query}")
    click.echo("\n| table | MB of rows | MB of indexes | growth, MB | live rows | dead rows | autovacuums |")
    click.echo("| --- | --- | --- | --- | --- | --- | --- |")
    for name, row in sorted(after.tables.items(), key=lambda item: -item[1].rows - item[1].indexes):
        old = before.tables[name]
        growth = row.rows + row.indexes - old.rows - old.indexes
        if growth or row.live > 1000:
            click.echo(
                f"| {name} | {row.rows / 2**20:.1f} | {row.indexes / 2**20:.1f} | {growth / 2**20:.1f} "
                f"| {row.live:,} | {row.dead:,} | {row.vacuums - old.vacuums} |"
            )
    entries = sum(
        after.tables[name].rows + after.tables[name].indexes
        for name in ("entry", "entry_text", "entry_search", "post", "listing")
    )
    click.echo(
        f"\nan entry: {entries / max(tally.new, 1):,.0f} bytes with its text, its place and the index of its words"
    )


def print_page_costs(database: Database) -> None:
    """Say what the web side asks for at this size."""
    asked: dict[str, Callable[[], object]] = {
        "/metrics": partial(store.metrics, database, START),
        "the next due": partial(store.next_due, database),
        "the front page": partial(store.timeline_page, database, TimelineQuery(), 30),
    }
    for name, call in asked.items():
        began = time.perf_counter()
        call()
        click.echo(f"{name}: {(time.perf_counter() - began) * 1000:.1f} ms")


def measure(url: str, pid: int, *, feeds: int, pollers: int, seconds: float, behind: bool) -> None:
    """Fill the store, let the pollers work, and print what was seen."""
    with closing(Database.open(url)) as database:
        store.migrate(database)
        began = time.perf_counter()
        fill(database, feeds)
        click.echo(f"{feeds:,} feeds filled in within {time.perf_counter() - began:.0f} s\n")
        fork = multiprocessing.get_context("fork")
        polls, ended, tallies = fork.Value("q", 0), fork.Event(), fork.Queue()
        ahead = feeds if behind else 2 * pollers * GROUP
        processes = [
            fork.Process(
                target=run_poller,
                args=(partial(Poller, url, n, feeds, polls, ahead=ahead), ended, tallies),
            )
            for n in range(pollers)
        ]
        before, watch, total = Server.now(database, pid), Watch(database), Tally()
        for process in processes:
            process.start()
        watcher = Thread(target=watch.run)
        watcher.start()
        begun = time.perf_counter()
        click.echo(
            "| s | hours of the fleet | polls/s | claim p50, ms | p99 | save p50 | p99 | waiting for locks | MB | dead rows | vacuums |"
        )
        click.echo("| --- |" + " --- |" * 10)
        for _ in range(WINDOWS):
            tally = collect(tallies, seconds / WINDOWS)
            total.add(tally)
            print_window(
                tally,
                watch,
                Server.now(database, pid),
                at=time.perf_counter() - begun,
                seconds=seconds / WINDOWS,
                hours=polls.value / feeds,
            )
        ended.set()
        for process in processes:
            while process.is_alive():
                total.add(collect(tallies, 0.1))
        watch.end()
        watcher.join()
        print_costs(total, before, Server.now(database, pid), watch)
        print_page_costs(database)


def collect(tallies: "Queue[Tally]", seconds: float) -> Tally:
    """Return what the pollers say within so many seconds."""
    total, until = Tally(), time.perf_counter() + seconds
    while (left := until - time.perf_counter()) > 0:
        try:
            total.add(tallies.get(timeout=left))
        except Empty:
            break
    return total


@click.command()
@click.option("--feeds", default=50_000, show_default=True)
@click.option("--pollers", default=8, show_default=True)
@click.option("--seconds", default=60.0, show_default=True)
@click.option("--behind", is_flag=True, help="All feeds are due at once, as after an outage.")
def main(feeds: int, pollers: int, seconds: float, behind: bool) -> None:  # noqa: FBT001 - a flag is a bool
    """Run a fleet against a PostgreSQL with the settings that it comes with."""
    with tempfile.TemporaryDirectory() as folder, postgres(Path(folder, "store")) as (url, pid):
        measure(url, pid, feeds=feeds, pollers=pollers, seconds=seconds, behind=behind)


if __name__ == "__main__":
    main()
