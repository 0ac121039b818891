"""Any sentence may be reworded: what the program does, it does by codes."""

import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import select

from aggregator import explain, quantities, store
from aggregator.explain import faults
from aggregator.model import FaultCode, ReasonCode, Result, State
from aggregator.store import Database
from aggregator.store.db.tables import metadata
from tests.polling.test_poll import OTHER_SITE, POSTS, rss
from tests.support.databases import migrated_sqlite
from tests.support.publisher import Fixed, resets
from tests.support.world import World

WORDING = (explain, faults, quantities)  # what words codes and values
SOURCES = (
    "fine", "gone", "missing", "busy", "broken", "page", "nonsense", "moved", "taken", "silent", "dead", "circle",
    "archive", "stuck",
)  # fmt: skip


def functions_of(module: ModuleType) -> Iterator[Callable[..., Any]]:
    for function in vars(module).values():
        if inspect.isfunction(function) and function.__module__ == module.__name__:
            yield function


def reword(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every function that words something return the same nonsense, wherever it is imported."""
    wording = {function for module in WORDING for function in functions_of(module)}
    modules = [module for name, module in list(sys.modules.items()) if name.startswith("aggregator")]
    for module in modules:
        for name, value in list(vars(module).items()):
            if inspect.isfunction(value) and value in wording:
                monkeypatch.setattr(module, name, lambda *_, **__: "lorem ipsum")


def live_through(world: World) -> None:
    """Let sources meet every kind of trouble, some at first and some later, over several days."""
    site = world.publisher
    for name in SOURCES:
        site.serves(f"/{name}", rss(*POSTS, link=f"https://{name}.example/"), etag='"1"')
    site.answers("/stuck", 200, headers={"ETag": '"1"'}, body=rss(*POSTS, link="https://stuck.example/"))
    world.lists(*SOURCES, concurrency=1)  # so that both lives have one order
    world.poller()
    world.pass_time(hours=6)
    site.answers("/gone", 410)
    site.answers("/missing", 404)
    site.answers("/busy", 429, headers={"Retry-After": "7200"})
    site.answers_with("/broken", resets(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nfour"))
    site.serves("/page", "<!doctype html><html><body>Hello</body></html>", content_type="text/html")
    site.serves("/nonsense", "nothing that is a feed")
    site.redirects("/moved", world.url("fine"), 301)
    site.serves("/taken", OTHER_SITE)
    site.redirects("/circle", "/circle")
    site.serves("/archive", b"\x1f\x8b\x08 no archive")
    site.answers_with("/stuck", Fixed(304, {}, b""))
    world.internet.dead = {"dead.test"}
    world.pass_time(days=2)
    world.internet.trouble = "names"
    world.pass_time(hours=8)
    world.internet.trouble = ""
    world.internet.dead = set()
    site.serves("/missing", rss("Toads", *POSTS, link="https://missing.example/"))
    store.release_hold(world.database, "taken", world.clock.now())
    world.pass_time(days=2)


def contents(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Return all rows of the store, but which process wrote them and how long it took."""
    with database.read() as connection:
        found = {name: connection.execute(select(table)).all() for name, table in metadata.tables.items()}
    del found["poller"]
    found["counter"] = [row for row in found["counter"] if row.name != "milliseconds"]
    return {
        name: [tuple(value for column, value in row._mapping.items() if column != "elapsed") for row in rows]
        for name, rows in found.items()
    }


def test_a_service_that_says_nonsense_does_what_it_always_does(
    open_world: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stores = []
    for number in range(2):
        if number:
            reword(monkeypatch)
            assert explain.entries(3) == explain.next_poll((), "a") == "lorem ipsum"
        with (
            closing(Database.open(migrated_sqlite(tmp_path / f"{number}.db"))) as database,
            open_world(database) as world,
        ):
            began = world.clock.now()
            world.publisher.forget()
            live_through(world)
            stores.append(contents(database))
            states, outcomes = world.states(), world.outcomes
            world.clock.set(began)

    assert stores[0] == stores[1]
    # It was a life worth the name.
    assert {outcome.result for outcome in outcomes} == set(Result)
    assert {state.state for state in states} >= {State.OK, State.FAILING, State.GONE}
    codes = {reason.code for outcome in outcomes for reason in outcome.after.why}
    assert codes >= {ReasonCode.BACKOFF, ReasonCode.GONE, ReasonCode.RETRY_AFTER, ReasonCode.NETWORK_DOWN}
    kinds = {outcome.details.fault.code for outcome in outcomes if outcome.details.fault}
    assert kinds >= {
        FaultCode.HTTP_STATUS,
        FaultCode.PAGE,
        FaultCode.LOOKS_LIKE_TEXT,
        FaultCode.REDIRECT_TO_ITSELF,
    }
