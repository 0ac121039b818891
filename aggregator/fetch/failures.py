"""From the exceptions of the network to faults in words."""

from datetime import datetime

import httpcore

from aggregator.fetch import tls
from aggregator.fetch.faults import Failure, in_bytes
from aggregator.fetch.os_errors import system_error, tls_error
from aggregator.fetch.phase import Phase
from aggregator.fetch.progress import FetchProgress
from aggregator.model import FaultKind

# What a server or the network between can make httpcore raise. anyio lets `ssl.SSLError`, an OSError, through.
TROUBLES = (
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.TimeoutException,
    httpcore.ProxyError,
    OSError,
)


def failure(error: Exception, trip: FetchProgress, *, expired: datetime | None = None) -> Failure:
    """Say what went wrong where the trip had come to; `expired` is when the server's certificate did."""
    if cause := tls_error(error):
        return Failure(FaultKind.TLS, tls.sentence(trip.host, cause, expired))
    if isinstance(error, httpcore.ProxyError):
        return Failure(FaultKind.CONNECT, f"the proxy did not connect to {trip.host}: {error}")
    if isinstance(error, httpcore.LocalProtocolError):
        # h11's own words quote the value, which may be a secret.
        return Failure(
            FaultKind.BLOCKED,
            "one of this source's `headers` cannot be written in HTTP: a line break in it, or a space in its name",
        )
    return PHASES.get(trip.phase, _unanswered)(error, trip)


def _unsecured(_: Exception, trip: FetchProgress) -> Failure:
    return Failure(FaultKind.TLS, f"{trip.host} hung up in the TLS handshake")


def _unanswered(error: Exception, trip: FetchProgress) -> Failure:
    # Words of httpcore and of h11: there is no class to tell by.
    is_end = "disconnected" in str(error) or "closed" in str(error)
    if isinstance(error, httpcore.RemoteProtocolError) and not is_end:
        return Failure(FaultKind.INTERRUPTED, f"{trip.host} does not answer in HTTP: {_complaint(error)}")
    return Failure(FaultKind.INTERRUPTED, f"{trip.host} hung up without an answer")


def _unfinished(error: Exception, trip: FetchProgress) -> Failure:
    came = in_bytes(trip.received)
    if isinstance(system_error(error), ConnectionError):
        sentence = f"the connection was reset in the middle of the answer, after {came}"
    elif "peer closed" in str(error):
        whole = f" of the {in_bytes(trip.announced)} announced" if trip.announced else ""
        sentence = f"the answer broke off after {came}{whole}"
    else:
        sentence = f"the answer is framed wrongly after {came}: {_complaint(error)}"
    return Failure(FaultKind.INTERRUPTED, sentence)


def _complaint(error: Exception) -> str:
    """Return what h11 complains of, without the bytes that it quotes."""
    return str(error).partition(": bytearray(")[0]


PHASES = {
    Phase.TLS: _unsecured,
    Phase.ANSWER: _unanswered,
    Phase.BODY: _unfinished,
}
