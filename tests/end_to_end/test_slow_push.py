"""Hubs whose bodies do not come hold up neither pages nor other hubs, under the real server."""

import select
import socket
from contextlib import ExitStack, closing
from datetime import UTC, datetime

import httpx

from aggregator import store
from aggregator.sources import load
from aggregator.store import Database, Subscription
from aggregator.websub import MOST_BODIES
from tests.support.commands import PATIENCE, Command, Site, eventually, free_port


def subscribe(command: Command, hubs: dict[str, str]) -> None:
    """Make a store whose feeds have subscriptions at these hubs, by their slugs, which are their tokens."""
    with closing(Database.open(command.database)) as database:
        now = datetime.now(UTC)
        store.migrate(database)
        store.sync_sources(database, load(command.config), now)
        for number, (slug, hub) in enumerate(hubs.items(), start=1):
            wanted = Subscription(number, f"https://{hub}/", "https://a.test/", slug, "secret", now)
            store.save_subscription(database, wanted)


def begin_push(port: int, token: str) -> socket.socket:
    """Send a request whose body does not come."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=30)
    head = f"POST /websub/{token} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10000\r\n\r\n"
    connection.sendall(head.encode() + b"some")
    return connection


def test_bodies_that_do_not_come_hold_up_no_page_and_no_other_hub(command: Command) -> None:
    slow = {f"s{number}": f"slow{number % (MOST_BODIES - 1)}.test" for number in range(10)}
    hubs = slow | {"good": "good.test"}
    command.configure(*(f"https://{slug}.test/feed" for slug in hubs), polling="websub = true")
    subscribe(command, hubs)
    site = Site(free_port())
    command.start("serve", port=site.port)
    eventually("a page", lambda: site.get("/livez").status_code == httpx.codes.OK)

    with ExitStack() as stack:
        connections = [stack.enter_context(begin_push(site.port, slug)) for slug in slow]
        refused: set[socket.socket] = set()
        while len(refused) < len(slow) - (MOST_BODIES - 1):  # one at a time of a hub is read
            ready, _, _ = select.select(set(connections) - refused, [], [], PATIENCE)
            assert {connection.recv(12) for connection in ready} == {b"HTTP/1.1 503"}
            refused.update(ready)
        for path in ("/livez", "/", "/feed.json", "/sources") * 2:
            assert site.get(path).status_code == httpx.codes.OK
        assert (
            httpx.post(f"{site.url}/websub/good", content=b"a document").status_code == httpx.codes.ACCEPTED
        )
