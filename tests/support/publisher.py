"""A publisher's web server: real sockets on loopback, a thread of its own, and whatever it takes to misbehave.

The fixture `publisher` is a started `Publisher`, fresh for each test. More of them (another host, TLS) are
made by hand: `with Publisher(host="127.0.0.2") as other:` — all of 127.0.0.0/8 is this machine, so each such
address is a host of its own to the poller.

    publisher.url("/feed.xml")                        where the poller finds it
    publisher.serves("/feed.xml", body, etag='"1"')   a document, with honest 304s to conditional requests
    publisher.serves_folder(folder, under="/corpus")  every file of a folder, honestly
    publisher.answers("/feed.xml", 503, headers={"Retry-After": "60"})   the same answer, whatever is asked
    publisher.redirects("/old", "/feed.xml", 301)     `to` goes into Location as it is
    publisher.answers_with("/feed.xml", handler)      anything: the handler gets the request and the raw wire
    gate = publisher.holds("/feed.xml")               requests wait until gate.open(); gate.reached() waits for one
    publisher.forget()                                an empty site again, no requests remembered

Each call replaces what the path did before; a path may have a query, and is looked up with it first. What nobody
set up is a 404. Every answer ends its connection. No `Date` and no `Server` is sent unless a test gives one.

`publisher.requests` has every request in its order of arrival: `method`, `path` (with query), `headers` (names
in any case; None for a missing one), `body`, `started` and `ended` (seconds, `time.monotonic`);
`publisher.requests_to(path)` only those of one path.

Handlers for `answers_with`, each a fault that networks really have: `sends(raw)` (any bytes, then the end),
`resets(raw)` (any bytes, then a TCP reset), `drips(raw, every)` (a byte at a time), `endless(head, chunk)`,
`silent` (takes the request, says nothing).

TLS: `Publisher(tls=certificates.good("127.0.0.1"))`, where the fixture `certificates` has `good(*names)`,
`expired(not_after, *names)`, `self_signed()` and `trust()`, the client's context that knows their authority.
"""

import email.utils
import hashlib
import mimetypes
import socket
import ssl
import struct
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import Message
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Self

import trustme

PATIENCE = 10.0  # seconds that a test waits for a request before it fails


@dataclass(slots=True)
class Request:
    """A request as it came."""

    method: str
    path: str
    headers: Message  # names in any case; None for a missing one; latin-1
    body: bytes
    started: float  # seconds, time.monotonic
    ended: float | None = None


@dataclass(frozen=True, slots=True)
class Wire:
    """The connection to a client, for handlers that write what they like."""

    socket: socket.socket
    stopped: threading.Event  # set when the publisher ends

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def pause(self, seconds: float) -> None:
        self.stopped.wait(seconds)

    def reset(self) -> None:
        """End the connection by a TCP reset: what is unread at the client is lost."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()


Handler = Callable[[Request, Wire], None]


# --- answers ----------------------------------------------------------------------------------------------


def head(status: int, headers: Mapping[str, str]) -> bytes:
    """Return a status line and headers as they go over the wire; values may be any latin-1."""
    reason = HTTPStatus(status).phrase if status in set(HTTPStatus) else "Unknown"
    lines = [f"HTTP/1.1 {status} {reason}", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


@dataclass(frozen=True, slots=True)
class Fixed:
    """The same answer, whatever is asked."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def __call__(self, request: Request, wire: Wire) -> None:
        length = {} if self.status in (204, 304) else {"Content-Length": str(len(self.body))}
        wire.send(head(self.status, {**length, "Connection": "close", **self.headers}))
        if request.method != "HEAD":
            wire.send(self.body)


@dataclass(frozen=True, slots=True)
class Document:
    """A document that answers conditional requests as RFC 9110, section 13, says."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    etag: str | None
    last_modified: str | None

    def __call__(self, request: Request, wire: Wire) -> None:
        validators = {"ETag": self.etag, "Last-Modified": self.last_modified}
        headers = {**self.headers, **{name: value for name, value in validators.items() if value}}
        if self._is_known(request.headers):
            headers.pop("Content-Type", None)
            Fixed(304, headers, b"")(request, wire)
        else:
            Fixed(self.status, headers, self.body)(request, wire)

    def _is_known(self, asked: Message) -> bool:
        """Whether the client has this version: the tag decides wherever the client sends one (13.2.2)."""
        if tags := asked["If-None-Match"]:
            known = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
            return tags == "*" or (self.etag or "").removeprefix("W/") in known
        since, modified = (_moment(text) for text in (asked["If-Modified-Since"], self.last_modified))
        return since is not None and modified is not None and modified <= since


def _moment(http_date: str | None) -> datetime | None:
    try:
        moment = email.utils.parsedate_to_datetime(http_date or "")
    except ValueError:
        return None
    return moment.replace(tzinfo=moment.tzinfo or UTC)


# --- faults -----------------------------------------------------------------------------------------------


def sends(raw: bytes) -> Handler:
    """Send these bytes as they are and end: a wrong length, broken chunks, no HTTP at all."""
    return lambda _, wire: wire.send(raw)


def resets(raw: bytes) -> Handler:
    """Send these bytes, leave them time to arrive, and reset the connection."""

    def handle(_: Request, wire: Wire) -> None:
        wire.send(raw)
        wire.pause(0.05)
        wire.reset()

    return handle


def drips(raw: bytes, every: float = 0.02) -> Handler:
    """Send a byte at a time, one every so many seconds."""

    def handle(_: Request, wire: Wire) -> None:
        for byte in raw:
            if wire.stopped.is_set():
                return
            wire.send(bytes([byte]))
            wire.pause(every)

    return handle


def endless(start: bytes, chunk: bytes) -> Handler:
    """Send the same bytes without an end."""

    def handle(_: Request, wire: Wire) -> None:
        wire.send(start)
        while not wire.stopped.is_set():
            wire.send(chunk)

    return handle


def silent(_: Request, wire: Wire) -> None:
    """Take the request and say nothing for as long as the client listens."""
    wire.socket.settimeout(0.1)
    while not wire.stopped.is_set():
        try:
            if not wire.socket.recv(1024):
                return
        except TimeoutError:
            continue


# --- the server -------------------------------------------------------------------------------------------


class Gate:
    """Holds answers back until a test opens it."""

    def __init__(self) -> None:
        self._opened = threading.Event()
        self._arrivals = threading.Semaphore(0)

    def open(self) -> None:
        self._opened.set()

    def reached(self, timeout: float = PATIENCE) -> None:
        """Wait until one more request stands at the gate; from a coroutine: `await asyncio.to_thread(gate.reached)`."""
        if not self._arrivals.acquire(timeout=timeout):
            raise AssertionError(f"no request came within {timeout:g} s")

    def pass_through(self) -> None:
        self._arrivals.release()
        self._opened.wait()


class Publisher:
    """A web server with the pages that a test gives it."""

    def __init__(self, *, host: str = "127.0.0.1", port: int = 0, tls: ssl.SSLContext | None = None) -> None:
        self.host = host
        self.requests: list[Request] = []
        self._pages: dict[str, Handler] = {}
        self._gates: dict[str, Gate] = {}
        self._stopped = threading.Event()
        self._tls = tls
        self._server = _Server((host, port), self)

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        self.forget()
        self._server.shutdown()
        self._server.server_close()

    @property
    def is_tls(self) -> bool:
        return self._tls is not None

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def url(self, path: str = "/") -> str:
        scheme = "https" if self._tls else "http"
        return f"{scheme}://{self.host}:{self.port}{path}"

    def serves(
        self,
        path: str,
        body: bytes | str,
        *,
        content_type: str = "application/xml",
        etag: str | None = None,
        last_modified: str | None = None,
        headers: Mapping[str, str] = MappingProxyType({}),
        status: int = 200,
    ) -> None:
        """Serve a document, with an honest 304 to a client that has it."""
        body = body.encode() if isinstance(body, str) else body
        headers = {"Content-Type": content_type, **headers}
        self.answers_with(path, Document(status, headers, body, etag, last_modified))

    def serves_folder(self, folder: Path, *, under: str = "") -> None:
        """Serve every file of a folder by its name, with a validator from its contents."""
        for file in sorted(folder.iterdir()):
            body = file.read_bytes()
            kind = mimetypes.guess_type(file.name)[0] or "application/xml"
            tag = hashlib.sha256(body).hexdigest()[:16]
            self.serves(f"{under}/{file.name}", body, content_type=kind, etag=f'"{tag}"')

    def answers(
        self,
        path: str,
        status: int,
        *,
        headers: Mapping[str, str] = MappingProxyType({}),
        body: bytes | str = b"",
    ) -> None:
        """Give the same answer, whatever is asked."""
        body = body.encode() if isinstance(body, str) else body
        self.answers_with(path, Fixed(status, headers, body))

    def redirects(self, path: str, to: str, status: int = 302) -> None:
        """Send clients elsewhere; `to` goes into `Location` as it is."""
        self.answers(path, status, headers={"Location": to})

    def answers_with(self, path: str, handler: Handler) -> None:
        """Let a handler write the answer."""
        self._pages[path] = handler

    def holds(self, path: str) -> Gate:
        """Hold requests to this path back until the gate is opened."""
        self._gates[path] = gate = Gate()
        return gate

    def requests_to(self, path: str) -> list[Request]:
        """Return the requests of one path, in their order of arrival."""
        return [request for request in self.requests if request.path == path]

    def forget(self) -> None:
        """Become an empty site again; requests that wait at a gate continue."""
        gates, self._gates = self._gates, {}
        for gate in gates.values():
            gate.open()
        self._pages.clear()
        self.requests.clear()

    def welcome(self, connection: socket.socket) -> socket.socket:
        """Shake hands if this is a TLS server."""
        return self._tls.wrap_socket(connection, server_side=True) if self._tls else connection

    def respond(self, request: Request, connection: socket.socket) -> None:
        """Answer one request by what its path was told to do."""
        self.requests.append(request)
        try:
            if gate := self._gates.get(request.path):
                gate.pass_through()
            self._page(request.path)(request, Wire(connection, self._stopped))
        finally:
            request.ended = time.monotonic()

    def _page(self, path: str) -> Handler:
        bare = path.partition("?")[0]
        return self._pages.get(path) or self._pages.get(bare) or Fixed(404, {}, b"nothing here")


class _Server(ThreadingHTTPServer):
    request_queue_size = 256

    def __init__(self, address: tuple[str, int], publisher: Publisher) -> None:
        self.publisher = publisher
        super().__init__(address, _Connection)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: clients that hang up, or distrust our certificate, are what many tests are about."""


class _Connection(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def setup(self) -> None:
        self.request = self.server.publisher.welcome(self.request)
        super().setup()

    def finish(self) -> None:
        super().finish()
        if self.connection.fileno() >= 0 and self.server.publisher.is_tls:
            self.connection.close()  # the server closes the socket that it accepted, and TLS made another of it

    def parse_request(self) -> bool:
        started = time.monotonic()
        if super().parse_request():
            body = self.rfile.read(int(self.headers["Content-Length"] or 0))
            request = Request(self.command, self.path, self.headers, body, started)
            self.server.publisher.respond(request, self.connection)
        self.close_connection = True
        return False  # answered already, whatever the method

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
        """Keep the test's output clean."""


# --- certificates -----------------------------------------------------------------------------------------


@dataclass(slots=True)
class Certificates:
    """An authority that signs what a test asks for."""

    authority: trustme.CA = field(default_factory=trustme.CA)

    def trust(self) -> ssl.SSLContext:
        """Return a client's context that knows this authority and no other."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self.authority.configure_trust(context)
        return context

    def good(self, *names: str) -> ssl.SSLContext:
        return _server_context(self.authority.issue_cert(*names))

    def expired(self, not_after: datetime, *names: str) -> ssl.SSLContext:
        begin = not_after - timedelta(days=90)
        return _server_context(self.authority.issue_cert(*names, not_before=begin, not_after=not_after))

    def self_signed(self) -> ssl.SSLContext:
        lone = trustme.CA()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with tempfile.NamedTemporaryFile() as pem:
            pem.write(lone.private_key_pem.bytes() + lone.cert_pem.bytes())
            pem.flush()
            context.load_cert_chain(pem.name)
        return context


def _server_context(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


# --- fixtures ---------------------------------------------------------------------------------------------
