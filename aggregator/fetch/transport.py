"""Sends one request of httpx over its own connection, and returns the response unchanged.

httpx's own transport does not accept a custom network backend. And its client acts on headers as a browser
would, so it sees none: they are in the response's extension `headers`, byte for byte.
"""

import ssl
from collections.abc import AsyncIterator

import httpcore
import httpx
from typing_extensions import override


class Transport(httpx.AsyncBaseTransport):
    """Requires three extensions of a request: `network` to connect with, `proxy` or None, and httpcore's `trace`.

    The creator of the network closes it, and with it whatever a broken or cancelled exchange left open.
    Errors are httpcore's own.
    """

    def __init__(self, tls: ssl.SSLContext) -> None:
        self._tls = tls

    @override
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        pool = httpcore.AsyncConnectionPool(
            ssl_context=self._tls,
            proxy=request.extensions["proxy"],
            network_backend=request.extensions["network"],
        )
        answer = await pool.handle_async_request(
            httpcore.Request(
                request.method,
                _target(request.url),
                headers=request.headers.raw,
                content=request.stream,
                extensions={"trace": request.extensions["trace"]},
            )
        )
        # With headers, httpx would store cookies, and raise for a broken `Location` that it must not follow.
        return httpx.Response(answer.status, stream=_Stream(answer), extensions={"headers": answer.headers})


def _target(url: httpx.URL) -> httpcore.URL:
    return httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)


class _Stream(httpx.AsyncByteStream):
    """The bytes of a body as they are received."""

    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    @override
    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._answer.aiter_stream()

    @override
    async def aclose(self) -> None:
        await self._answer.aclose()
