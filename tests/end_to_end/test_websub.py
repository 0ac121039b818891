"""WebSub against a small real hub: subscribe, verify, push, and tell our own hub."""

import asyncio
import hmac
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

import httpx
import pytest
from werkzeug.serving import make_server

from aggregator import store
from aggregator.model import Reason, ReasonCode, SourceStatus
from aggregator.options import Options
from aggregator.polling.poller import Poller
from aggregator.service import open_poller
from aggregator.sources import load
from aggregator.store import Database
from aggregator.web import create_app
from tests.end_to_end.test_run import rss
from tests.support.clock import ManualClock
from tests.support.commands import Command, Site, free_port
from tests.support.publisher import PATIENCE, Publisher, Request, Wire, head

pytestmark = pytest.mark.anyio  # the plugin that comes with httpx


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Hub:
    """Takes subscriptions, comes to verify them, and pushes."""

    def __init__(self, publisher: Publisher, *, mode: str = "subscribe") -> None:
        self.url = publisher.url("/hub")
        self.topic = publisher.url("/feed.xml")
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

    def document(self, *titles: str) -> str:
        """A feed that names this hub."""
        links = f'<atom:link rel="hub" href="{self.url}"/><atom:link rel="self" href="{self.topic}"/>'
        return rss(*titles, head=links)

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


@pytest.fixture
def hub(command: Command, publisher: Publisher, web: Site) -> Hub:
    """The hub that the one source of the file names."""
    made = Hub(publisher)
    publisher.serves("/feed.xml", made.document("Cold starts"))
    configure(command, web, publisher)
    return made


@asynccontextmanager
async def polling(command: Command) -> AsyncIterator[tuple[Poller, ManualClock]]:
    """A poller that has polled what was due."""
    clock = ManualClock(datetime.now(UTC))
    options = Options(command.config, command.database)
    async with open_poller(options, lambda *_: None, clock) as (poller, _):
        await poller.poll_due()
        yield poller, clock


@asynccontextmanager
async def subscribed(command: Command, hub: Hub) -> AsyncIterator[tuple[Poller, ManualClock]]:
    """A poller whose subscription the hub has verified."""
    async with polling(command) as (poller, clock):
        await subscribe(poller, hub)
        yield poller, clock


async def subscribe(poller: Poller, hub: Hub) -> None:
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


async def status_of(poller: Poller, clock: ManualClock) -> SourceStatus:
    (found,) = await poller.in_store(store.statuses, clock.now())
    return found


async def test_what_a_hub_pushes_arrives_without_a_poll(
    command: Command, publisher: Publisher, web: Site, hub: Hub
) -> None:
    async with subscribed(command, hub) as (poller, _):
        assert hub.push(hub.document("Warm starts", "Cold starts")).is_success
        await read_pushes(poller)

    assert hub.echo == "a challenge"
    assert {item["title"] for item in web.items()} == {"Cold starts", "Warm starts"}
    assert len(publisher.requests_to("/feed.xml")) == 1


async def test_a_feed_that_is_pushed_is_polled_at_the_longest_interval_only(
    command: Command, hub: Hub
) -> None:
    async with subscribed(command, hub) as (poller, clock):
        hub.push(hub.document("Warm starts", "Cold starts"))
        await read_pushes(poller)
        state = (await status_of(poller, clock)).poll_state

    assert state.why == (Reason(ReasonCode.HUB_PUSHES, span=timedelta(days=1)),)
    assert (state.next_poll - clock.now()).total_seconds() == pytest.approx(24 * 3600, abs=60)


async def test_what_is_not_signed_with_the_secret_is_dropped(command: Command, web: Site, hub: Hub) -> None:
    async with subscribed(command, hub) as (poller, _):
        hub.push(hub.document("Spam"), secret="a guess")
        await read_pushes(poller)

    assert {item["title"] for item in web.items()} == {"Cold starts"}


async def test_a_pushed_document_outlives_the_poller_that_began_to_read_it(
    command: Command, web: Site, hub: Hub
) -> None:
    async with subscribed(command, hub) as (poller, _):
        hub.push(hub.document("Warm starts", "Cold starts"))
        await poller.read_pushes()
        assert poller.under_way
        await poller.close(0)

    async with polling(command) as (poller, _):
        await read_pushes(poller)

    assert {item["title"] for item in web.items()} == {"Cold starts", "Warm starts"}


async def test_a_subscription_is_renewed_before_it_ends_and_keeps_its_address(
    command: Command, hub: Hub
) -> None:
    async with subscribed(command, hub) as (poller, clock):
        first, hub.form = hub.form, {}
        await poller.subscribe()
        assert hub.form == {}, "nobody is asked again at once"
        hub.verified.clear()
        clock.advance(days=9)
        await subscribe(poller, hub)

    assert hub.form["hub.callback"] == first["hub.callback"]


async def test_a_topic_that_nobody_asked_for_is_not_confirmed(command: Command, web: Site, hub: Hub) -> None:
    async with subscribed(command, hub):
        pass
    wrong = {"hub.mode": "subscribe", "hub.topic": "https://example.org/other", "hub.challenge": "x"}

    async with httpx.AsyncClient() as stranger:
        for address in (hub.form["hub.callback"], f"{web.url}/websub/guessed"):
            answer = await stranger.get(address, params=wrong)
            assert answer.status_code == httpx.codes.NOT_FOUND


async def test_our_own_hub_is_told_once_of_a_change(
    command: Command, publisher: Publisher, web: Site, hub: Hub
) -> None:
    configure(command, web, publisher, more=f'hub = "{hub.url}"\n')

    async with polling(command) as (poller, _):
        await poller.announce()
        await poller.announce()

    assert len(publisher.requests_to("/hub")) == 1
    assert hub.form["hub.mode"] == "publish"
    assert hub.form["hub.url"] == f"{web.url}/feed.json"
