import asyncio
import socket
import threading
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta

import pytest

from aggregator import explain
from aggregator.fetch.network import LOOK_UPS, Resolver, alternating
from aggregator.model import FaultKind
from tests.fetch.conftest import Asker, polling
from tests.support.publisher import Publisher


class Names:
    """A name server that a test dictates: each name has its answers, one after the other, then always the last."""

    def __init__(self, **answers: Sequence[Sequence[str]]) -> None:
        self._answers = {name.replace("_", "."): list(each) for name, each in answers.items()}
        self.asked: list[str] = []

    async def __call__(self, host: str) -> Sequence[str]:
        self.asked.append(host)
        answers = self._answers[host]
        return answers.pop(0) if len(answers) > 1 else answers[0]


def test_a_name_is_looked_up_once_and_its_address_connected_to(ask: Asker, publisher: Publisher) -> None:
    publisher.serves("/feed", "<rss/>")
    names = Names(blog_example=[["127.0.0.1"], ["127.0.0.9"]])

    answer = ask(f"http://blog.example:{publisher.port}/feed", fetcher={"resolve": names})

    assert answer.body == b"<rss/>"
    assert names.asked == ["blog.example"]
    assert publisher.requests[0].headers["Host"] == f"blog.example:{publisher.port}"


def test_a_name_with_several_addresses_is_reached_at_the_first_that_answers(
    ask: Asker, publisher: Publisher
) -> None:
    publisher.serves("/feed", "<rss/>")
    names = Names(blog_example=[["::1", "127.0.0.2", "127.0.0.1"]])

    answer = ask(f"http://blog.example:{publisher.port}/feed", fetcher={"resolve": names})

    assert answer.body == b"<rss/>"


def test_the_families_of_addresses_take_turns() -> None:
    assert alternating(["::1", "::2", "::3", "1.1.1.1", "2.2.2.2"]) == [
        "::1",
        "1.1.1.1",
        "::2",
        "2.2.2.2",
        "::3",
    ]
    assert alternating(["1.1.1.1"]) == ["1.1.1.1"]


def test_a_server_that_takes_no_connection_is_not_reachable(ask: Asker) -> None:
    with closing(socket.create_server(("127.0.0.1", 0), backlog=0)) as full:
        address = full.getsockname()
        queue = [socket.socket() for _ in range(4)]  # what Linux lets wait, and more
        for waiting in queue:
            waiting.settimeout(0)
            waiting.connect_ex(address)
        fault = ask.fault(f"http://127.0.0.1:{address[1]}/", timeout=timedelta(seconds=0.3))
        for waiting in queue:
            waiting.close()

    assert fault.kind is FaultKind.CONNECT
    assert fault.kind.is_unreachable
    assert explain.fault(fault) == "127.0.0.1 took no connection within 0.3 s"


def test_a_port_without_a_server_is_not_reachable(ask: Asker) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port = server.getsockname()[1]

    fault = ask.fault(f"http://127.0.0.1:{port}/")

    assert fault.kind is FaultKind.CONNECT
    assert explain.fault(fault) == "127.0.0.1 refuses connections: no server runs at this port"


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (socket.gaierror(socket.EAI_NONAME, "?"), "no server answers to the name gone.example (DNS)"),
        (
            socket.gaierror(socket.EAI_AGAIN, "?"),
            "no name server told where gone.example is (DNS); it may be ours that is down, or theirs",
        ),
        (
            socket.gaierror(socket.EAI_FAIL, "broken"),
            "looking up the name gone.example failed (DNS): broken",
        ),
        (OSError("no files left"), "looking up the name gone.example failed (DNS): no files left"),
    ],
)
def test_a_name_that_cannot_be_looked_up(ask: Asker, error: OSError, sentence: str) -> None:
    async def fail(_: str) -> Sequence[str]:
        raise error

    fault = ask.fault("http://gone.example/", fetcher={"resolve": fail})

    assert fault.kind is FaultKind.DNS
    assert explain.fault(fault) == sentence


def test_a_name_server_that_keeps_silent_is_a_fault_of_names(ask: Asker) -> None:
    async def keep_silent(_: str) -> Sequence[str]:
        await asyncio.Event().wait()
        raise AssertionError

    fault = ask.fault(
        "http://slow.example/", fetcher={"resolve": keep_silent}, timeout=timedelta(seconds=0.1)
    )

    assert fault.kind is FaultKind.DNS
    assert explain.fault(fault) == "looking up the name slow.example took longer than 0.1 s (DNS)"


# --- the machine's own look-up ----------------------------------------------------------------------------


def test_the_machine_knows_itself() -> None:
    async def look_up(host: str) -> Sequence[str]:
        return await Resolver()(host)

    assert "127.0.0.1" in asyncio.run(look_up("localhost"))
    assert asyncio.run(look_up("127.0.0.1")) == ["127.0.0.1"]
    assert asyncio.run(look_up("0x7f.1")) == ["127.0.0.1"]  # so that the guard sees what is meant
    with pytest.raises(socket.gaierror):
        asyncio.run(look_up("name.invalid"))
    with pytest.raises(socket.gaierror):
        asyncio.run(look_up("a" * 64 + ".example"))


def test_many_names_are_looked_up_at_once() -> None:
    async def look_up_all() -> int:
        resolve = Resolver()
        return len(await asyncio.gather(*(resolve("localhost") for _ in range(4 * LOOK_UPS))))

    assert asyncio.run(look_up_all()) == 4 * LOOK_UPS
    assert not [thread for thread in threading.enumerate() if not thread.daemon and "look up" in thread.name]


def test_an_address_is_not_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", fail)

    async def look_up(host: str) -> Sequence[str]:
        return await Resolver()(host)

    assert asyncio.run(look_up("192.0.2.7")) == ["192.0.2.7"]
    assert asyncio.run(look_up("2001:db8::7")) == ["2001:db8::7"]


# --- the guard, at the address that is connected to ---------------------------------------------------------

# Loopback is all that a test can connect to, so one of its addresses stands for the public internet here.
PUBLIC, PRIVATE = "127.0.0.2", "127.0.0.1"
GUARDED = {"admits": lambda address: str(address) == PUBLIC}


def test_the_real_guard_keeps_out_of_this_machine(ask: Asker, publisher: Publisher) -> None:
    for host in ("127.0.0.1", "localhost", "127.1", "2130706433", "[::ffff:127.0.0.1]", "[::1]"):
        fault = ask.fault(f"http://{host}:{publisher.port}/", allow_private_networks=False)
        assert fault.kind is FaultKind.BLOCKED

    assert publisher.requests == []


def test_a_name_that_leads_into_a_private_network_is_blocked(ask: Asker, publisher: Publisher) -> None:
    names = Names(intranet_example=[["127.0.0.1"]])
    address = f"http://intranet.example:{publisher.port}/"

    fault = ask.fault(address, fetcher={"resolve": names}, allow_private_networks=False)

    assert fault.kind is FaultKind.BLOCKED
    assert explain.fault(fault).startswith(
        "intranet.example leads to 127.0.0.1, which is in a private network"
    )
    assert publisher.requests == []


def test_a_redirect_into_a_private_network_is_blocked(ask: Asker, publisher: Publisher) -> None:
    with Publisher(host=PUBLIC) as public:
        public.redirects("/feed", publisher.url("/secret"))

        answer = ask(public.url("/feed"), fetcher=GUARDED, allow_private_networks=False)

    assert answer.fault is not None
    assert answer.fault.kind is FaultKind.BLOCKED
    assert answer.final_address == publisher.url("/secret")
    assert publisher.requests == []


def test_a_name_that_changes_its_address_between_two_hops_is_checked_again(
    ask: Asker, publisher: Publisher
) -> None:
    """DNS rebinding: the name is public while it is checked, and private when it is used."""
    names = Names(rebind_example=[[PUBLIC], [PRIVATE]])
    with Publisher(host=PUBLIC) as public:
        public.redirects("/feed", f"http://rebind.example:{publisher.port}/secret")

        answer = ask(
            f"http://rebind.example:{public.port}/feed",
            fetcher={**GUARDED, "resolve": names},
            allow_private_networks=False,
        )

    assert answer.fault is not None
    assert answer.fault.kind is FaultKind.BLOCKED
    assert names.asked == ["rebind.example", "rebind.example"]
    assert publisher.requests == []


def test_of_a_mixed_answer_only_the_public_address_is_connected_to(ask: Asker) -> None:
    names = Names(mixed_example=[[PRIVATE, PUBLIC]])
    with Publisher(host=PUBLIC) as public, Publisher(host=PRIVATE, port=public.port) as private:
        public.serves("/feed", "public")
        private.serves("/feed", "private")

        answer = ask(
            f"http://mixed.example:{public.port}/feed",
            fetcher={**GUARDED, "resolve": names},
            allow_private_networks=False,
        )

    assert answer.body == b"public"


# --- nothing is left behind --------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_fetch_that_is_cancelled_closes_its_connection_at_once(ask: Asker, scheme: str) -> None:
    """Also in the middle of a TLS handshake, where httpcore itself would forget the connection."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        server.settimeout(5)

        async def scene() -> bytes:
            async with ask.fetcher() as fetcher:
                address = f"{scheme}://127.0.0.1:{server.getsockname()[1]}/"
                fetch = asyncio.create_task(fetcher.fetch(address, polling=polling()))
                connection, _ = await asyncio.to_thread(server.accept)
                with connection:
                    connection.settimeout(5)
                    assert await asyncio.to_thread(connection.recv, 65536) != b""
                    fetch.cancel()
                    await asyncio.gather(fetch, return_exceptions=True)
                    assert asyncio.all_tasks() == {asyncio.current_task()}
                    return await asyncio.to_thread(connection.recv, 65536)

        started = time.monotonic()
        assert asyncio.run(scene()) == b""
        assert time.monotonic() - started < 4
