"""The progress of a fetch: what was received so far, and the next redirect."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import httpx

from aggregator.fetch import addresses
from aggregator.fetch.faults import Failure
from aggregator.fetch.phase import Phase
from aggregator.fetch.statuses import PERMANENT
from aggregator.model import Fault, FaultCode, FetchResult

MOST_REDIRECTS = 5  # to https, to www, to a new path, to a feed service, and one to spare


@dataclass(slots=True)
class FetchProgress:
    """One fetch under way. Its state at the end, however it ends, becomes the answer."""

    asked: str
    first: httpx.URL  # the requested address, with its password if it has one
    url: httpx.URL  # of this hop, without a password
    phase: Phase = Phase.TURN
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    received: int = 0
    moved_to: str | None = None
    _been: list[str] = field(default_factory=list)
    _is_permanent: bool = True  # each redirect so far
    _sets_cookies: bool = False  # any redirect so far

    @property
    def host(self) -> str:
        """The server of this hop."""
        return addresses.host(self.url)

    def enter(self, phase: Phase) -> None:
        """Record what is being waited for from now on."""
        self.phase = phase

    async def trace(self, event: str, _: Mapping[str, object]) -> None:
        """Record what httpcore does (its extension `trace`)."""
        self.phase = EVENTS.get(event, self.phase)

    def arrive(self, status: int, headers: list[tuple[bytes, bytes]]) -> None:
        """Store the status and headers of this hop's response."""
        self.status = status
        self.headers = tuple(
            (name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in headers
        )

    def header(self, name: str) -> str | None:
        """Return the first value of a header, by its lower-case name."""
        return next((value for key, value in self.headers if key == name), None)

    @property
    def announced(self) -> int | None:
        """The announced length in bytes of the coded body."""
        length = self.header("content-length") or ""
        return int(length) if length.isdecimal() else None

    def follow_redirect(self) -> None:
        """Follow the redirect of the last answer; a failure if it leads nowhere."""
        location = self.header("location")
        if location is None:
            raise Failure(FaultCode.REDIRECT_NOWHERE, status=self.status or 0)
        target = addresses.follow(self.url, location)
        self._been.append(str(self.url))
        self._sets_cookies = self._sets_cookies or self.header("set-cookie") is not None
        self._check_circle(str(target))
        if len(self._been) > MOST_REDIRECTS:
            many, many_with_cookies = FaultCode.TOO_MANY_REDIRECTS, FaultCode.TOO_MANY_REDIRECTS_WITH_COOKIES
            raise Failure(many_with_cookies if self._sets_cookies else many, times=MOST_REDIRECTS)
        self._note_move(target)
        self.url, self.status, self.headers = target, None, ()

    def _check_circle(self, target: str) -> None:
        if target == self._been[-1]:
            raise Failure(FaultCode.REDIRECT_TO_ITSELF, address=target)
        if target in self._been:
            circle, with_cookies = FaultCode.REDIRECT_CIRCLE, FaultCode.REDIRECT_CIRCLE_WITH_COOKIES
            raise Failure(with_cookies if self._sets_cookies else circle, address=target)

    def _note_move(self, target: httpx.URL) -> None:
        # A feed may be plain http anyway, so a downgrade from https is followed; but it is not remembered, or
        # an attacker on the network could redirect the feed for good.
        is_down = (self.url.scheme, target.scheme) == ("https", "http")
        self._is_permanent = self._is_permanent and self.status in PERMANENT and not is_down
        if self._is_permanent:
            self.moved_to = str(target)

    def too_late(self, seconds: float) -> Fault:
        """Return the fault of a timeout, by the current phase."""
        came = {"received": self.received} if self.phase is Phase.BODY else {"host": self.host}
        return Fault(self.phase.value, {**came, "seconds": seconds})

    def answer(self, fault: Fault | None, *, at: datetime, elapsed: float) -> FetchResult:
        """Return the answer."""
        return FetchResult(
            address=self.asked,
            final_address=str(self.url),
            at=at,
            elapsed=elapsed,
            status=self.status,
            headers=self.headers,
            body=None if fault else self.body,
            received=self.received,
            moved_to=self.moved_to,
            fault=fault,
        )


EVENTS = {
    "connection.start_tls.started": Phase.TLS,
    "proxy.start_tls.started": Phase.TLS,
    "http11.send_request_headers.started": Phase.ANSWER,
    "http11.receive_response_body.started": Phase.BODY,
}
