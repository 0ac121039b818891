"""Whether anything is lost, doubled or asked early, whatever happens to the processes: `python -m tests.endurance`.

    [--kills 200] [--pauses 3] [--clocks 2] [--cuts 20] [--restarts 3] [--database sqlite --database postgresql] [--feeds 60]

Real pollers ask a publisher on loopback for feeds of two posts each, again and again, while each trouble goes on:

- kills: a poller is killed (SIGKILL) at a random moment and started again
- pauses: a poller is stopped (SIGSTOP) until others have taken its feeds, and goes on
- clocks: the clock of one of two pollers is ten minutes ahead
- cuts: PostgreSQL ends all its back ends, in the middle of whatever they do
- restarts: a back end is killed (SIGKILL), so that PostgreSQL ends all others, recovers and starts again

Then all goes well until every feed has been polled twice more. A line each: the posts that were published, those that
the store lacks (lost) or has twice (doubled), and polls that came before their time although the last one was saved.
The status is 1 if there is anything but what was published. Takes a quarter of an hour with the numbers above.
"""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import click
from sqlalchemy import Connection, func, select, text

from aggregator import store
from aggregator.store import Database
from aggregator.store.db.tables import entry, poll
from tests.benchmarks.feed_server import address_of
from tests.benchmarks.poll_bench import postgres
from tests.support.publisher import Publisher, Request, Wire, head

POSTS = 2  # of each feed
SHORTEST = 20.0  # seconds between two polls of a feed: `min_interval` of the sources file
PATIENCE = 180.0  # seconds until every feed must have been polled after the trouble
PAUSE = 30.0  # seconds: more than a poller may keep silent
SKEW = 600.0  # seconds
EVERYWHERE = "0.0.0.0"  # noqa: S104 - each feed has an address of loopback to itself, so that it is a host


def document(number: int) -> bytes:
    items = "".join(
        f"<item><guid>post-{number}-{n}</guid><title>Post {n} of {number}</title><link>/{number}/{n}</link></item>"
        for n in range(POSTS)
    )
    return f"<rss version='2.0'><channel><title>Feed {number}</title>{items}</channel></rss>".encode()


def slowly(body: bytes) -> Callable[[Request, Wire], None]:
    """Answer after a while, so that polls are under way when something happens."""

    def answer(_: Request, wire: Wire) -> None:
        wire.pause(random.uniform(0.2, 1.0))
        wire.send(head(200, {"Content-Type": "application/xml", "Content-Length": str(len(body))}) + body)

    return answer


@dataclass(slots=True)
class Trial:
    """Pollers on one store, and the publisher that they ask."""

    folder: Path
    url: str
    feeds: int
    publisher: Publisher
    pollers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def prepare(self) -> None:
        sources = ""
        for number in range(self.feeds):
            self.publisher.answers_with(f"/{number}.xml", slowly(document(number)))
            sources += f'[[source]]\nurl = "http://{address_of(number)}:{self.publisher.port}/{number}.xml"\nslug = "f{number}"\n'
        polling = 'allow_private_networks = true\nconcurrency = 4\nper_host_gap = "0s"\n'
        polling += "".join(
            f'{name} = "{SHORTEST:.0f}s"\n' for name in ("interval", "min_interval", "max_interval")
        )
        (self.folder / "sources.toml").write_text(f"[polling]\n{polling}{sources}")

    def start(self, skew: float = 0) -> None:
        options = [str(self.folder / "sources.toml"), self.url]
        command = [sys.executable, "-m", "tests.endurance.skewed", str(skew), *options]
        with (self.folder / "log").open("ab") as log:
            self.pollers.append(subprocess.Popen(command, stderr=log, start_new_session=True))

    def wait_for_requests(self) -> None:
        """Wait until pollers are at work: one that is killed while it starts proves nothing."""
        before, until = len(self.publisher.requests), time.monotonic() + PATIENCE
        while len(self.publisher.requests) == before and time.monotonic() < until:
            time.sleep(0.02)

    def kill_one(self) -> None:
        victim = self.pollers.pop(0)
        with suppress(ProcessLookupError):
            os.killpg(victim.pid, signal.SIGKILL)
        victim.wait()

    def end(self) -> None:
        for one in self.pollers:
            one.terminate()
        for one in self.pollers:
            with suppress(subprocess.TimeoutExpired):
                one.wait(15)
        while self.pollers:
            self.kill_one()


# --- troubles -------------------------------------------------------------------------------------------------


def kills(trial: Trial, times: int) -> None:
    for _ in range(times):
        trial.wait_for_requests()
        time.sleep(random.uniform(0, 1.5))
        trial.kill_one()
        trial.start()


def pauses(trial: Trial, times: int) -> None:
    for _ in range(times):
        trial.wait_for_requests()
        victim = trial.pollers[0]
        os.killpg(victim.pid, signal.SIGSTOP)
        time.sleep(PAUSE)
        os.killpg(victim.pid, signal.SIGCONT)


@contextmanager
def session(trial: Trial) -> Iterator[Connection]:
    """Yield a session of the store's database that may end with the others."""
    with (
        closing(Database.open(trial.url)) as database,
        suppress(store.StoreError),
        database.read() as connection,
    ):
        yield connection


def cuts(trial: Trial, times: int) -> None:
    for _ in range(times):
        trial.wait_for_requests()
        time.sleep(random.uniform(0.1, 1.5))
        with session(trial) as connection:
            connection.execute(
                text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid != pg_backend_pid()")
            )


def restarts(trial: Trial, times: int) -> None:
    for _ in range(times):
        trial.wait_for_requests()
        time.sleep(random.uniform(1.0, 4.0))
        with session(trial) as connection:
            os.kill(connection.execute(text("SELECT pg_backend_pid()")).scalar_one(), signal.SIGKILL)


def clocks(trial: Trial, times: int) -> None:
    trial.wait_for_requests()
    time.sleep(SHORTEST / 2)  # the clock that is right has asked all feeds first
    trial.start(SKEW)
    time.sleep(times * 2.5 * SHORTEST)


TROUBLES = (kills, pauses, clocks, cuts, restarts)
NAMES = ("kill", "pause", "clock", "cut", "restart")
ON_POSTGRESQL_ALONE = (clocks, cuts, restarts)


# --- what came of it ------------------------------------------------------------------------------------------


def settled(trial: Trial, since: int) -> bool:
    """Whether every feed has been asked twice since that many requests: all that went wrong is caught up with."""
    asked = Counter(request.path for request in trial.publisher.requests[since:])
    return len(asked) == trial.feeds and min(asked.values()) > 1


def stored_posts(trial: Trial) -> Counter[str]:
    with closing(Database.open(trial.url)) as database, database.read() as connection:
        guids = select(entry.c.guid, func.count().label("number")).group_by(entry.c.guid)
        return Counter({row.guid: row.number for row in connection.execute(guids)})


def early_polls(trial: Trial) -> int:
    """Count polls that were saved less than the shortest interval after another of their feed that was saved."""
    with closing(Database.open(trial.url)) as database, database.read() as connection:
        rows = connection.execute(select(poll.c.feed_id, poll.c.at).order_by(poll.c.feed_id, poll.c.at)).all()
    pairs = pairwise(rows)
    return sum(
        one.feed_id == other.feed_id and (other.at - one.at).total_seconds() < SHORTEST
        for one, other in pairs
    )


def early_requests(trial: Trial) -> int:
    """Count requests by the publisher's clock, where pollers have several."""
    last: dict[str, float] = {}
    early = 0
    for request in trial.publisher.requests:
        early += request.started - last.get(request.path, -SHORTEST) < SHORTEST
        last[request.path] = request.started
    return early


def run(trial: Trial, trouble: Callable[[Trial, int], None], times: int) -> bool:
    """Let one trouble happen so often, print a line, and return whether all is as it should be."""
    trial.prepare()
    with closing(Database.open(trial.url)) as database:
        database.make_file()
        store.migrate(database)
    is_alone = trouble is clocks or (trouble is kills and trial.url.startswith("sqlite"))
    for _ in range(1 if is_alone else 2):
        trial.start()
    try:
        trouble(trial, times)
        since, until = len(trial.publisher.requests), time.monotonic() + PATIENCE
        while not (is_settled := settled(trial, since)) and time.monotonic() < until:
            time.sleep(0.5)
    finally:
        trial.end()
    stored = stored_posts(trial)
    published = trial.feeds * POSTS
    doubled = sum(number - 1 for number in stored.values())
    early = early_requests(trial) if trouble is clocks else early_polls(trial)
    click.echo(
        f"{trial.url.partition(':')[0].partition('+')[0]:10} {trouble.__name__:8} {times:4} times: {published} posts published, "
        f"{published - len(stored)} lost, {doubled} doubled, {early} polls early, "
        f"{len(trial.publisher.requests)} requests{'' if is_settled else '; NOT caught up with'}"
    )
    return is_settled and not (published - len(stored) or doubled or early)


@contextmanager
def opened(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'store.db'}"
        return
    with postgres(folder / "postgresql") as (url, _):
        yield url


@click.command()
@click.option("--kills", "kill_count", default=200, show_default=True)
@click.option("--pauses", "pause_count", default=3, show_default=True)
@click.option("--clocks", "clock_count", default=2, show_default=True, help="Rounds with clocks that differ.")
@click.option("--cuts", "cut_count", default=20, show_default=True)
@click.option("--restarts", "restart_count", default=3, show_default=True)
@click.option("--database", "kinds", multiple=True, default=("sqlite", "postgresql"), show_default=True)
@click.option("--feeds", default=60, show_default=True)
def main(kinds: tuple[str, ...], feeds: int, **counts: int) -> None:
    """Make trouble, and print a line for each kind."""
    times = dict(zip(TROUBLES, (counts[f"{name}_count"] for name in NAMES), strict=True))
    is_well = True
    for kind in kinds:
        for trouble in TROUBLES:
            if not times[trouble] or (kind == "sqlite" and trouble in ON_POSTGRESQL_ALONE):
                continue
            with (
                tempfile.TemporaryDirectory() as name,
                opened(kind, Path(name)) as url,
                Publisher(host=EVERYWHERE) as publisher,
            ):
                is_well &= run(Trial(Path(name), url, feeds, publisher), trouble, times[trouble])
    sys.exit(0 if is_well else 1)


if __name__ == "__main__":
    main()
