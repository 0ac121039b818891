"""Fetches what is at an address, as the client that the publisher would have written.

Built on httpcore, which is httpx without its browser-like parts: httpx's own client remembers cookies, decodes
bodies without a bound, looks at a `Location` before we can, and takes no network of ours to connect by.
"""

import asyncio
from collections.abc import Mapping
from contextlib import aclosing, suppress
from datetime import datetime
from http import HTTPStatus
from types import MappingProxyType, TracebackType
from typing import Self

import httpcore
import httpx

from aggregator.clock import Clock
from aggregator.fetch import addresses, guard, tls, trouble
from aggregator.fetch.body import Body, too_large
from aggregator.fetch.faults import Failure, status_fault
from aggregator.fetch.gate import HostGate
from aggregator.fetch.network import Network, Resolve, Resolver
from aggregator.fetch.phase import Phase
from aggregator.fetch.proxies import Proxies
from aggregator.fetch.request import Errand
from aggregator.fetch.trip import REDIRECTS, Trip
from aggregator.model import Answer, Fault, Validators
from aggregator.sources.settings import Polling

UNCONDITIONAL = Validators()


class Fetcher:
    """Asks servers; any number of fetches may be under way at once in one event loop.

    `resolve` looks names up, the machine's own way by default; `trust` makes the TLS context, by default with
    the authorities that httpx trusts, or those of `SSL_CERT_FILE`.
    """

    def __init__(
        self,
        site_url: str,
        clock: Clock,
        *,
        resolve: Resolve | None = None,
        trust: tls.Trust = httpx.create_ssl_context,
    ) -> None:
        self._site_url = site_url
        self._clock = clock
        self._resolve = resolve or Resolver()
        self._trust = trust
        self._proxies = Proxies()
        self._gate = HostGate(clock)

    async def __aenter__(self) -> Self:
        # Some 20 ms of reading certificates, once.
        self._tls = await asyncio.to_thread(self._trust)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave: no connection outlives its request, so there is none to close."""

    async def fetch(
        self,
        address: str,
        *,
        validators: Validators = UNCONDITIONAL,
        polling: Polling,
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> Answer:
        """Ask for an address, on condition of the validators, and follow where it redirects.

        Never raises for what a server or a network does. `polling.timeout` bounds the whole of it, from the first
        turn at the host to the last byte; `polling.max_bytes` the body, while it is decoded. `headers` are the
        admin's own and go to this origin only.
        """
        try:
            url = addresses.parse(address)
        except Failure as failure:
            return Answer(address, address, self._clock.now(), elapsed=0.0, fault=failure.fault)
        trip = Trip(address, url.copy_with(userinfo=b""))
        errand = Errand(url, validators, polling, headers, self._site_url)
        return await self._travel(trip, errand)

    async def _travel(self, trip: Trip, errand: Errand) -> Answer:
        """Go the whole way within the time limit."""
        limit = errand.polling.timeout.total_seconds()
        fault: Fault | None
        try:
            async with asyncio.timeout(None) as deadline:
                fault = await self._visit_all(trip, errand, deadline)
        except TimeoutError:
            fault = trip.too_late(limit)
        except Failure as failure:
            fault = failure.fault
        ends = deadline.when()
        elapsed = asyncio.get_running_loop().time() - (ends - limit) if ends else 0.0
        return trip.answer(fault, at=self._clock.now(), elapsed=elapsed)

    async def _visit_all(self, trip: Trip, errand: Errand, deadline: asyncio.Timeout) -> Fault | None:
        """Visit one address after the other until none redirects any further."""
        while True:
            trip.enter(Phase.TURN)
            async with self._gate.turn(trip.host, errand.polling):
                if deadline.when() is None:
                    # Time runs from here: to wait for the first turn at a busy host is our own affair. Later
                    # turns count, for then the publisher's redirects are what costs the time.
                    now = asyncio.get_running_loop().time()
                    deadline.reschedule(now + errand.polling.timeout.total_seconds())
                status = await self._visit(trip, errand)
            if status not in REDIRECTS:
                return status_fault(status, is_conditional=bool(errand.validators))
            trip.go_on()

    async def _visit(self, trip: Trip, errand: Errand) -> int:
        """Make one request over a connection of its own; return the status."""
        proxy = self._proxies.on_the_way_to(trip.url)
        is_open = errand.polling.allow_private_networks
        if proxy and not is_open:
            guard.check_literal(trip.host)
        network = Network(self._resolve, allow_private=is_open or proxy is not None, enter=trip.enter)
        async with aclosing(network):
            try:
                return await self._exchange(trip, errand, network, proxy)
            except trouble.TROUBLES as error:
                date = None if proxy else await self._expiry(error, trip, is_open=is_open)
                raise trouble.failure(error, trip, expired=date) from error

    async def _exchange(
        self, trip: Trip, errand: Errand, network: Network, proxy: httpcore.Proxy | None
    ) -> int:
        pool = httpcore.AsyncConnectionPool(ssl_context=self._tls, proxy=proxy, network_backend=network)
        url = httpcore.URL(
            scheme=trip.url.raw_scheme,
            host=trip.url.raw_host,
            port=trip.url.port,
            target=trip.url.raw_path,
        )
        headers, extensions = errand.headers(trip.url), {"trace": trip.trace}
        async with pool, pool.stream("GET", url, headers=headers, extensions=extensions) as response:
            trip.arrive(response.status, response.headers)
            if response.status == HTTPStatus.OK:
                await _read(response, trip, errand.polling.max_bytes)
            return response.status

    async def _expiry(self, error: Exception, trip: Trip, *, is_open: bool) -> datetime | None:
        """Return when a certificate expired, where that is the trouble and can be found out."""
        if not tls.is_expired(trouble.tls_error(error)):
            return None
        async with aclosing(Network(self._resolve, allow_private=is_open, enter=lambda _: None)) as network:
            context = await asyncio.to_thread(self._trust)
            with suppress(Failure, *trouble.TROUBLES):
                return await tls.expiry(network, trip.host, trip.url.port or 443, context)
        return None


async def _read(response: httpcore.Response, trip: Trip, limit: int) -> None:
    """Read a body into the trip, as long as it is within the limit."""
    announced = trip.header("content-length") or ""
    if announced.isdecimal() and int(announced) > limit:
        raise too_large(limit)
    codings = ", ".join(value for name, value in trip.headers if name == "content-encoding")
    body = Body(codings, limit)
    async for chunk in response.aiter_stream():
        trip.received += len(chunk)
        body.add(chunk)
    trip.body = body.whole()
