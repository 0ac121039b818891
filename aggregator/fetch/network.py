"""Connections: a name is looked up once, its addresses are checked, and a connection is made to a checked one.

So the guard checks the address that is really used, and a name that resolves differently the next time (DNS
rebinding) gains nothing. If the environment names a proxy, the proxy looks up names and connects.
"""

import asyncio
import errno
import ipaddress
import socket
import threading
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from itertools import chain, zip_longest

import httpcore

from aggregator.fetch import ssrf
from aggregator.fetch.faults import Failure
from aggregator.fetch.os_errors import system_error
from aggregator.fetch.phase import Phase
from aggregator.fetch.tolerant import TolerantStream
from aggregator.model import FaultCode

Resolve = Callable[[str], Awaitable[Sequence[str]]]

LOOK_UPS = 32  # at a time; each blocks a thread until name servers respond
WAYLESS = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL, errno.ENETDOWN}
PATIENCE = 4.0  # seconds for one of several addresses; two more SYNs are sent in it


class Resolver:
    """The system's lookup of names, outside the event loop.

    Its threads are daemons, unlike those of an executor: one that waits for a dead name server blocks neither
    a cancelled fetch nor the end of the process.
    """

    def __init__(self) -> None:
        self._room = asyncio.Semaphore(LOOK_UPS)

    async def __call__(self, host: str) -> Sequence[str]:
        """Return a host's addresses, the preferred one first; `OSError` if it has none."""
        if ssrf.is_literal(host):
            return [host]
        await self._room.acquire()
        loop = asyncio.get_running_loop()
        found: Future[Sequence[str]] = Future()
        found.set_running_or_notify_cancel()  # from here on only the lookup ends it

        def look_up() -> None:
            try:
                found.set_result(_addresses(host))
            except OSError as error:
                found.set_exception(error)
            with suppress(RuntimeError):  # the loop is closed: nothing waits for a thread any more
                loop.call_soon_threadsafe(self._room.release)

        threading.Thread(target=look_up, name=f"look up {host}", daemon=True).start()
        return await asyncio.wrap_future(found)


def _addresses(host: str) -> Sequence[str]:
    # As bytes: a `str` would go through Python's own IDNA, which fails on long labels.
    found = socket.getaddrinfo(host.encode("ascii"), None, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


class Network(httpcore.AsyncNetworkBackend):
    """The connections of one hop; closes them all at its end, however it ends."""

    def __init__(self, resolve: Resolve, *, admits: ssrf.Admits, enter: Callable[[Phase], None]) -> None:
        self._resolve = resolve
        self._admits = admits
        self._enter = enter
        self._backend = httpcore.AnyIOBackend()
        self._streams: list[httpcore.AsyncNetworkStream] = []

    async def connect_tcp(
        self,
        host: str,
        port: int,
        *_: object,
        **__: object,  # time limits and local addresses, which are never used
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first allowed address that accepts a connection; raises Failure if there is none."""
        self._enter(Phase.LOOK_UP)
        addresses = ssrf.is_allowed(host, await self._look_up(host), self._admits)
        self._enter(Phase.CONNECT)
        try:
            stream = await self._first(alternating(addresses), port)
        except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
            raise _connection_trouble(host, error) from error
        self._streams.append(stream)
        return TolerantStream(stream)

    async def _look_up(self, host: str) -> Sequence[str]:
        try:
            return await self._resolve(host)
        except socket.gaierror as error:
            raise _dns_trouble(host, error) from error
        except OSError as error:
            raise Failure(FaultCode.LOOK_UP_FAILED, host=host, reason=str(error)) from error

    async def _first(self, addresses: Sequence[str], port: int) -> httpcore.AsyncNetworkStream:
        """Try one address after the other: racing them (RFC 8305) would open connections just to drop them."""
        *others, last = addresses
        for address in others:
            with suppress(httpcore.ConnectError, httpcore.ConnectTimeout):
                return await self._backend.connect_tcp(address, port, timeout=PATIENCE)
        return await self._backend.connect_tcp(last, port)

    async def aclose(self) -> None:
        """Close what is still open; httpcore forgets a connection whose TLS handshake was cancelled."""
        for stream in self._streams:
            await stream.aclose()


def alternating(addresses: Sequence[str]) -> list[str]:
    """Interleave IPv4 and IPv6, the preferred one first: often only one of them works (RFC 8305, section 4)."""
    families: dict[int, list[str]] = {}
    for address in addresses:
        families.setdefault(ipaddress.ip_address(address).version, []).append(address)
    return [address for address in chain(*zip_longest(*families.values())) if address]


def _dns_trouble(host: str, error: socket.gaierror) -> Failure:
    if error.errno in (socket.EAI_NONAME, socket.EAI_NODATA):
        return Failure(FaultCode.NO_SUCH_NAME, host=host)
    if error.errno == socket.EAI_AGAIN:
        return Failure(FaultCode.NAME_SERVERS_SILENT, host=host)
    return Failure(FaultCode.LOOK_UP_FAILED, host=host, reason=str(error.strerror))


def _connection_trouble(host: str, error: Exception) -> Failure:
    cause = system_error(error)
    if isinstance(cause, ConnectionRefusedError):
        return Failure(FaultCode.REFUSED, host=host)
    if isinstance(cause, TimeoutError):
        return Failure(FaultCode.NOT_ACCEPTED, host=host)
    if cause and cause.errno in WAYLESS:
        return Failure(FaultCode.NO_ROUTE, host=host)
    return Failure(FaultCode.NO_CONNECTION, host=host, reason=str(cause or error))
