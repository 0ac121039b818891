"""WebSub against a small real hub: subscribe, verify, push, and tell our own hub."""

import asyncio
import hmac
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from datetime import UTC, datetime
from urllib.parse import parse_qs

import httpx
import pytest
from werkzeug.serving import make_server

from aggregator import store
from aggregator.model import SourceStatus
from aggregator.poller import Poller
from aggregator.service import Options, open_poller
from aggregator.sources import load
from aggregator.store import Database
from aggregator.web import create_app
from tests.end_to_end.test_run import rss
from tests.support.clock import ManualClock
from tests.support.commands import Command, Site, free_port
from tests.support.publisher import PATIENCE, Publisher, Request, Wire, head


class Hub:
    """Takes subscriptions, comes to verify them, and pushes."""

    def __init__(self, publisher: Publisher, *, mode: str = "subscribe") -> None:
        self.url = publisher.url("/hub")
        self.mode = mode
        self.verified = threading.Event()
        self.form: dict[str, str] = {}
        self.echo = ""
        publisher.answers_with("/hub", self._take)

    def _take(self, request: Request, wire: Wire) -> None:
        self.form = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        wire.send(head(202, {"Content-Length": "0"}))
        if "hub.callback" in self.form:
            threading.Thread(target=self._verify).start()

    def _verify(self) -> None:
        asked = {
            "hub.mode": self.mode,
            "hub.topic": self.form["hub.topic"],
            "hub.challenge": "a challenge",
            "hub.lease_seconds": "864000",
        }
        self.echo = httpx.get(self.form["hub.callback"], params=asked).text
        self.verified.set()

    def push(self, document: str, secret: str | None = None) -> httpx.Response:
        body = document.encode()
        signature = hmac.new((secret or self.form["hub.secret"]).encode(), body, "sha256").hexdigest()
        headers = {"X-Hub-Signature": f"sha256={signature}", "Content-Type": "application/rss+xml"}
        return httpx.post(self.form["hub.callback"], content=body, headers=headers)


@pytest.fixture
def web(command: Command) -> Iterator[Site]:
    """The web side of the command's store, in this process."""
    site = Site(free_port())
    with closing(Database.open(command.database)) as database:
        store.migrate(database)

        @contextmanager
        def served() -> Iterator[Site]:
            app = create_app(load(command.config), database)
            server = make_server("127.0.0.1", site.port, app, threaded=True)
            thread = threading.Thread(target=server.serve_forever)
            thread.start()
            try:
                yield site
            finally:
                server.shutdown()
                thread.join()
                server.server_close()

        command.configure(more=f'[site]\nurl = "{site.url}"\n')
        with served():
            yield site


@asynccontextmanager
async def polling(command: Command) -> AsyncIterator[tuple[Poller, ManualClock]]:
    clock = ManualClock(datetime.now(UTC))
    options = Options(command.config, command.database)
    async with open_poller(options, lambda *_: None, clock) as (poller, _):
        await poller.poll_due()
        yield poller, clock


async def subscribed(poller: Poller, hub: Hub) -> None:
    await poller.subscribe()
    assert await asyncio.to_thread(hub.verified.wait, PATIENCE)


async def read_pushes(poller: Poller) -> None:
    await poller.read_pushes()
    while poller.under_way:
        await poller.settle()


def configure(command: Command, web: Site, publisher: Publisher, *, more: str = "") -> None:
    command.configure(
        publisher.url("/feed.xml"),
        polling='websub = true\nper_host_gap = "0s"',
        more=f'[site]\nurl = "{web.url}"\n{more}',
    )


def with_hub(hub: Hub, publisher: Publisher, *titles: str) -> str:
    links = (
        f'<atom:link rel="hub" href="{hub.url}"/><atom:link rel="self" href="{publisher.url("/feed.xml")}"/>'
    )
    return rss(*titles, head=links)


async def status_of(poller: Poller, clock: ManualClock) -> SourceStatus:
    (found,) = await poller.in_store(store.statuses, clock.now())
    return found


def test_what_a_hub_pushes_arrives_without_a_poll(command: Command, publisher: Publisher, web: Site) -> None:
    hub = Hub(publisher)
    publisher.serves("/feed.xml", with_hub(hub, publisher, "Cold starts"))
    configure(command, web, publisher)

    async def scenario() -> None:
        async with polling(command) as (poller, _):
            await subscribed(poller, hub)
            assert hub.push(with_hub(hub, publisher, "Warm starts", "Cold starts")).is_success
            await read_pushes(poller)

    asyncio.run(scenario())

    assert hub.echo == "a challenge"
    assert {item["title"] for item in web.items()} == {"Cold starts", "Warm starts"}
    assert len(publisher.requests_to("/feed.xml")) == 1


def test_a_feed_that_is_pushed_is_polled_at_the_longest_interval_only(
    command: Command, publisher: Publisher, web: Site
) -> None:
    hub = Hub(publisher)
    publisher.serves("/feed.xml", with_hub(hub, publisher, "Cold starts"))
    configure(command, web, publisher)

    async def scenario() -> None:
        async with polling(command) as (poller, clock):
            await subscribed(poller, hub)
            hub.push(with_hub(hub, publisher, "Warm starts", "Cold starts"))
            await read_pushes(poller)
            state = (await status_of(poller, clock)).poll_state
            assert state.why == "its hub pushes what is new; polled after 24 hours to be sure"
            assert (state.next_poll - clock.now()).total_seconds() == pytest.approx(24 * 3600, abs=60)

    asyncio.run(scenario())


def test_what_is_not_signed_with_the_secret_is_dropped(
    command: Command, publisher: Publisher, web: Site
) -> None:
    hub = Hub(publisher)
    publisher.serves("/feed.xml", with_hub(hub, publisher, "Cold starts"))
    configure(command, web, publisher)

    async def scenario() -> None:
        async with polling(command) as (poller, _):
            await subscribed(poller, hub)
            hub.push(with_hub(hub, publisher, "Spam"), secret="a guess")
            await read_pushes(poller)

    asyncio.run(scenario())

    assert {item["title"] for item in web.items()} == {"Cold starts"}


def test_a_subscription_is_renewed_before_it_ends_and_keeps_its_address(
    command: Command, publisher: Publisher, web: Site
) -> None:
    hub = Hub(publisher)
    publisher.serves("/feed.xml", with_hub(hub, publisher, "Cold starts"))
    configure(command, web, publisher)

    async def scenario() -> None:
        async with polling(command) as (poller, clock):
            await subscribed(poller, hub)
            first, hub.form = hub.form, {}
            await poller.subscribe()
            assert hub.form == {}, "nobody is asked again at once"
            hub.verified.clear()
            clock.advance(days=9)
            await subscribed(poller, hub)
            assert hub.form["hub.callback"] == first["hub.callback"]

    asyncio.run(scenario())


def test_a_topic_that_nobody_asked_for_is_not_confirmed(
    command: Command, publisher: Publisher, web: Site
) -> None:
    hub = Hub(publisher)
    publisher.serves("/feed.xml", with_hub(hub, publisher, "Cold starts"))
    configure(command, web, publisher)

    async def scenario() -> None:
        async with polling(command) as (poller, _):
            await subscribed(poller, hub)

    asyncio.run(scenario())
    wrong = {"hub.mode": "subscribe", "hub.topic": "https://example.org/other", "hub.challenge": "x"}

    assert httpx.get(hub.form["hub.callback"], params=wrong).status_code == httpx.codes.NOT_FOUND
    assert httpx.get(f"{web.url}/websub/guessed", params=wrong).status_code == httpx.codes.NOT_FOUND


def test_our_own_hub_is_told_once_of_a_change(command: Command, publisher: Publisher, web: Site) -> None:
    hub = Hub(publisher)
    publisher.serves("/feed.xml", rss("Cold starts"))
    configure(command, web, publisher, more=f'hub = "{hub.url}"\n')

    async def scenario() -> None:
        async with polling(command) as (poller, _):
            await poller.announce()
            await poller.announce()

    asyncio.run(scenario())

    assert len(publisher.requests_to("/hub")) == 1
    assert hub.form["hub.mode"] == "publish"
    assert hub.form["hub.url"] == f"{web.url}/feed.json"
