"""One request by httpx, over its own connection: through the guard, or by the environment's proxy."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing, suppress
from datetime import datetime

import httpcore
import httpx

from aggregator.fetch import failures, ssrf, tls
from aggregator.fetch.body import Body, too_large
from aggregator.fetch.faults import Failure
from aggregator.fetch.network import Network, Resolve
from aggregator.fetch.os_errors import tls_error
from aggregator.fetch.progress import FetchProgress
from aggregator.fetch.proxies import Proxies
from aggregator.fetch.request import RequestSpec
from aggregator.fetch.statuses import has_document

Grow = Callable[[int], Awaitable[None]]


class HttpClient:
    """Makes requests; the arguments are those of `Fetcher`."""

    def __init__(self, resolve: Resolve, trust: tls.Trust, admits: ssrf.Admits) -> None:
        self._resolve = resolve
        self._trust = trust
        self._admits = admits
        self._proxies = Proxies()

    async def ask(
        self, client: httpx.AsyncClient, progress: FetchProgress, spec: RequestSpec, grow: Grow
    ) -> int:
        """Send the request of this hop, and store the response in `progress`; return the status.

        `grow` is awaited with the size of the body, in bytes, each time it grows.
        """
        proxy = self._proxies.proxy_for(progress.url)
        admits = ssrf.anything if spec.polling.allow_private_networks else self._admits
        if proxy:
            ssrf.check_literal(progress.host, admits)
        network = Network(self._resolve, admits=ssrf.anything if proxy else admits, enter=progress.enter)
        async with aclosing(network):
            try:
                request = _request(progress, spec, network, proxy)
                async with aclosing(await client.send(request, stream=True)) as response:
                    return await _take(response, progress, spec, grow)
            except failures.TROUBLES as error:
                date = None if proxy else await self._expiry(error, progress, admits)
                raise failures.failure(error, progress, expired=date) from error

    async def _expiry(
        self, error: Exception, progress: FetchProgress, admits: ssrf.Admits
    ) -> datetime | None:
        """Return when a certificate expired, if that is the fault and can be determined."""
        if not tls.is_expired(tls_error(error)):
            return None
        async with aclosing(Network(self._resolve, admits=admits, enter=lambda _: None)) as network:
            context = await asyncio.to_thread(self._trust)
            with suppress(Failure, *failures.TROUBLES):
                return await tls.expiry(network, progress.host, progress.url.port or 443, context)
        return None


def _request(
    progress: FetchProgress, spec: RequestSpec, network: Network, proxy: httpcore.Proxy | None
) -> httpx.Request:
    # Made without the client, which would add its own headers first.
    return httpx.Request(
        spec.method,
        progress.url,
        headers=spec.headers(progress.first, progress.url),
        content=spec.form,
        extensions={"network": network, "proxy": proxy, "trace": progress.trace},
    )


async def _take(response: httpx.Response, progress: FetchProgress, spec: RequestSpec, grow: Grow) -> int:
    """Store the response in `progress`; return the status."""
    progress.arrive(response.status_code, response.extensions["headers"])
    has_body = has_document(response.status_code, progress.header("content-range"))
    if has_body and spec.form is None:
        await _read(response, progress, spec.polling.max_bytes, grow)
    return response.status_code


async def _read(response: httpx.Response, progress: FetchProgress, limit: int, grow: Grow) -> None:
    """Read a body into `progress`, as long as it is within the limit."""
    if (progress.announced or 0) > limit:
        raise too_large(limit)
    codings = ", ".join(value for name, value in progress.headers if name == "content-encoding")
    body = Body(codings, limit)
    try:
        async for chunk in response.aiter_raw():
            progress.received += len(chunk)
            for size in body.add(chunk):
                await grow(size)
    except httpcore.RemoteProtocolError:
        # Some servers announce the length before compression; all browsers accept those.
        if progress.announced is None or progress.announced != body.decoded_size():
            raise
    progress.body = body.whole()
