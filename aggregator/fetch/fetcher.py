"""Fetches a URL politely.

Follows redirects from hop to hop, each within the time limit and the limits of its host. A single request is
made by `http_client`.
"""

import asyncio
import math
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from types import MappingProxyType, TracebackType
from typing import Self
from urllib.parse import urlencode

import httpx

from aggregator.clock import Clock
from aggregator.fetch import addresses, ssrf, tls
from aggregator.fetch.faults import Failure
from aggregator.fetch.host_limiter import HostLimiter
from aggregator.fetch.http_client import HttpClient
from aggregator.fetch.network import Resolve, Resolver
from aggregator.fetch.phase import Phase
from aggregator.fetch.progress import FetchProgress
from aggregator.fetch.request import ChangeHost, RequestSpec
from aggregator.fetch.room import LargeBodies, Room
from aggregator.fetch.transport import Transport
from aggregator.model import Fault, FaultCode, FetchResult, Validators
from aggregator.sources.secrets import NO_SECRETS, Secrets
from aggregator.sources.settings import Polling

UNCONDITIONAL = Validators()


class Fetcher:
    """Sends requests; any number of fetches may run concurrently in one event loop.

    `resolve` looks up names, by default as the system does; `trust` makes the TLS context, by default with
    the authorities that httpx trusts, or those of `SSL_CERT_FILE`; `admits` decides which addresses may be
    connected to if private networks are not allowed.
    """

    def __init__(
        self,
        site_url: str,
        clock: Clock,
        *,
        resolve: Resolve | None = None,
        trust: tls.Trust = httpx.create_ssl_context,
        admits: ssrf.Admits = ssrf.is_public,
    ) -> None:
        self._site_url = site_url
        self._clock = clock
        self._limiter = HostLimiter(clock)
        self._large_bodies = LargeBodies()
        self._trust = trust
        self._http = HttpClient(resolve or Resolver(), trust, admits)

    async def __aenter__(self) -> Self:
        """Make the HTTP client, with all automatic behaviour switched off."""
        context = await asyncio.to_thread(self._trust)  # reads the authorities' certificates: about 20 ms
        self._client = httpx.AsyncClient(
            transport=Transport(context),
            trust_env=False,
            follow_redirects=False,
            timeout=None,  # noqa: S113 - `polling.timeout` bounds the whole of a fetch
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    async def fetch(
        self,
        address: str,
        *,
        validators: Validators = UNCONDITIONAL,
        polling: Polling,
        headers: Mapping[str, str] = MappingProxyType({}),
        secrets: Secrets = NO_SECRETS,
        room: Room | None = None,
        change_host: ChangeHost | None = None,
    ) -> FetchResult:
        """Send a conditional request with the validators, and follow redirects.

        Never raises for what a server or a network does. `polling.timeout` bounds the whole fetch, from the
        first slot at the host to the last byte; `polling.max_bytes` bounds the body, while it is decoded.
        `headers` are the admin's own and are sent to this origin only. `secrets` are the values of `${NAME}`
        in the address; they never appear in the answer, whatever the server sends. `room`, from `room()`,
        bounds the memory of large bodies; when its patience ends, NoRoomError is raised. `change_host` is
        called before a redirect is followed to another host, and may raise to end the fetch.
        """
        known = Validators(_revealed(validators.etag, secrets), validators.last_modified)
        spec = RequestSpec(self._site_url, polling, known, headers, change_host=change_host)
        async with self.room() if room is None else nullcontext(room) as place:
            answer = await self._run(secrets.reveal(address), spec, place)
        return _concealed(answer, secrets) if secrets else answer

    def room(self, patience: float | None = None) -> Room:
        """Return the memory reservation for a body, to be held for as long as the body is in memory.

        With `patience`, in seconds, it does not wait longer for other large bodies.
        """
        return self._large_bodies.room(patience)

    async def post(self, address: str, form: Sequence[tuple[str, str]], *, polling: Polling) -> FetchResult:
        """Post a form, with the same guard and limits; any 2xx is a success, and its body is ignored.

        A redirect that keeps the method (307, 308) is followed.
        """
        content = urlencode(form).encode()
        spec = RequestSpec(self._site_url, polling, UNCONDITIONAL, {}, content)
        return await self._run(address, spec, self.room())

    async def _run(self, address: str, spec: RequestSpec, room: Room) -> FetchResult:
        """Follow all hops within the time limit."""
        try:
            url = addresses.parse(address)
        except Failure as failure:
            return FetchResult(address, address, self._clock.now(), elapsed=0.0, fault=failure.fault)
        progress = FetchProgress(address, url, url.copy_with(userinfo=b""))
        fault: Fault | None
        try:
            async with asyncio.timeout(None) as deadline:
                fault = await self._follow(progress, spec, room, deadline)
        except TimeoutError:
            fault = progress.too_late(spec.limit)
        except Failure as failure:
            fault = failure.fault
        ends = deadline.when()
        elapsed = asyncio.get_running_loop().time() - (ends - spec.limit) if ends else 0.0
        return progress.answer(fault, at=self._clock.now(), elapsed=elapsed)

    async def _follow(
        self, progress: FetchProgress, spec: RequestSpec, room: Room, deadline: asyncio.Timeout
    ) -> Fault | None:
        """Request one address after the other until there are no more redirects."""
        while True:
            progress.enter(Phase.TURN)
            async with self._limiter.turn(progress.host, spec.polling):
                if deadline.when() is None:
                    # The timeout starts here: waiting for the first slot at a busy host is on our side. Later
                    # waits count, since the publisher's redirects cause them.
                    deadline.reschedule(asyncio.get_running_loop().time() + spec.limit)
                status = await self._http.ask(
                    self._client, progress, spec, lambda size: room.grow(size, deadline)
                )
            if status not in spec.follows:
                return spec.fault(status, progress.header("content-range"))
            before = progress.host
            progress.follow_redirect()
            if progress.host != before and spec.change_host:
                await _wait_for_host(spec.change_host, before, progress.host, deadline)


async def _wait_for_host(change_host: ChangeHost, before: str, after: str, deadline: asyncio.Timeout) -> None:
    """Wait until a redirect may be followed to another host; a failure if that is after the deadline."""
    loop = asyncio.get_running_loop()
    while wait := (await change_host(before, after)).total_seconds():
        if loop.time() + wait > (deadline.when() or math.inf):
            raise Failure(FaultCode.HOST_WANTS_NONE, host=after)
        await asyncio.sleep(wait)


def _revealed(value: str | None, secrets: Secrets) -> str | None:
    return None if value is None else secrets.reveal(value)


def _concealed(answer: FetchResult, secrets: Secrets) -> FetchResult:
    """Return the answer with the values of the admin's variables replaced: servers repeat addresses in many places."""
    fault = answer.fault
    return replace(
        answer,
        address=secrets.conceal(answer.address),
        final_address=secrets.conceal(answer.final_address),
        headers=tuple((name, secrets.conceal(value)) for name, value in answer.headers),
        body=None if answer.body is None else secrets.conceal_in(answer.body),
        moved_to=None if answer.moved_to is None else secrets.conceal(answer.moved_to),
        fault=None if fault is None else _concealed_fault(fault, secrets),
    )


def _concealed_fault(fault: Fault, secrets: Secrets) -> Fault:
    details = fault.details.items()
    return Fault(
        fault.code,
        {name: secrets.conceal(value) if isinstance(value, str) else value for name, value in details},
    )
