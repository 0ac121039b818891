"""A proxy named by the environment connects for us: a real one, on loopback."""

import select
import socket
import threading

import pytest

from aggregator import explain
from aggregator.model import FaultKind
from tests.fetch.conftest import Asker
from tests.support.publisher import Certificates, Handler, Publisher, Request, Wire


@pytest.fixture
def proxy(publisher: Publisher, monkeypatch: pytest.MonkeyPatch) -> Publisher:
    """A publisher that is asked for whole addresses: nothing else makes a server a proxy for http."""
    for name in ("http_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", f"http://user:secret@127.0.0.1:{publisher.port}")
    monkeypatch.setenv("https_proxy", f"127.0.0.1:{publisher.port}")
    return publisher


def tunnel(port: int) -> Handler:
    """Connect through to a port of this machine."""

    def handle(_: Request, wire: Wire) -> None:
        with socket.create_connection(("127.0.0.1", port)) as onward:
            wire.send(b"HTTP/1.1 200 Connected\r\n\r\n")
            ways = {wire.socket: onward, onward: wire.socket}
            while not wire.stopped.is_set():
                for readable in select.select(list(ways), [], [], 0.1)[0]:
                    data = readable.recv(65536)
                    if not data:
                        return
                    ways[readable].sendall(data)

    return handle


def test_a_proxy_is_asked_for_the_whole_address(ask: Asker, proxy: Publisher) -> None:
    proxy.serves("http://blog.example/feed", "<rss/>")

    answer = ask("http://blog.example/feed", allow_private_networks=False)

    assert answer.body == b"<rss/>"
    assert proxy.requests[0].headers["Host"] == "blog.example"
    assert proxy.requests[0].headers["Proxy-Authorization"] == "Basic dXNlcjpzZWNyZXQ="


def test_a_proxy_opens_a_tunnel_for_tls(ask: Asker, proxy: Publisher, certificates: Certificates) -> None:
    with Publisher(tls=certificates.good("blog.example")) as secure:
        secure.serves("/feed", "<rss/>")
        proxy.answers_with("blog.example:443", tunnel(secure.port))

        answer = ask("https://blog.example/feed", allow_private_networks=False)

    assert answer.body == b"<rss/>"
    assert proxy.requests[0].method == "CONNECT"


def test_a_proxy_that_does_not_connect_is_a_fault_of_the_connection(ask: Asker, proxy: Publisher) -> None:
    proxy.answers("blog.example:443", 502)

    fault = ask.fault("https://blog.example/feed")

    assert fault.kind is FaultKind.CONNECT
    assert explain.fault(fault) == "the proxy did not connect to blog.example: 502 Bad Gateway"


def test_a_socks_proxy_looks_the_name_up_and_connects(
    ask: Asker, proxy: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bytes] = []

    def serve(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            for reply in (b"\x05\x00", b"\x05\x00\x00\x01" + bytes(6), b"HTTP/1.1 200 OK\r\n\r\n<rss/>"):
                seen.append(connection.recv(65536))
                connection.sendall(reply)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        monkeypatch.setenv("http_proxy", f"socks5://127.0.0.1:{listener.getsockname()[1]}")
        server = threading.Thread(target=serve, args=(listener,))
        server.start()
        answer = ask("http://blog.example/feed", allow_private_networks=False)
        server.join()

    assert answer.body == b"<rss/>"
    assert b"blog.example" in seen[1]
    assert proxy.requests == []


def test_a_proxy_that_is_down_is_named(ask: Asker, proxy: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.9:1")

    assert explain.fault(ask.fault("http://blog.example/")) == (
        "127.0.0.9 refuses connections: no server runs at this port"
    )
    assert proxy.requests == []


@pytest.mark.parametrize("host", ["127.0.0.1", "10.0.0.1", "127.1", "[::1]", "169.254.169.254"])
def test_no_proxy_is_sent_to_an_address_of_a_private_network(ask: Asker, proxy: Publisher, host: str) -> None:
    fault = ask.fault(f"http://{host}/", allow_private_networks=False)

    assert fault.kind is FaultKind.BLOCKED
    assert proxy.requests == []


def test_hosts_that_the_environment_excepts_are_connected_to_and_checked(
    ask: Asker, proxy: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("no_proxy", "localhost")

    fault = ask.fault(proxy.url().replace("127.0.0.1", "localhost"), allow_private_networks=False)

    assert fault.kind is FaultKind.BLOCKED
    assert proxy.requests == []
