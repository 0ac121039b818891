"""From the exceptions of the network to faults in words."""

import errno
import ssl
from collections.abc import Iterator
from datetime import datetime

import httpcore

from aggregator.fetch import tls
from aggregator.fetch.faults import Failure, in_bytes
from aggregator.fetch.phase import Phase
from aggregator.fetch.trip import Trip
from aggregator.model import FaultKind

# What a server or the network between can make httpcore raise. anyio lets `ssl.SSLError`, an OSError, through.
TROUBLES = (
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.TimeoutException,
    httpcore.ProxyError,
    OSError,
)

WAYLESS = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL, errno.ENETDOWN}


def failure(error: Exception, trip: Trip, *, expired: datetime | None = None) -> Failure:
    """Say what went wrong where the trip had come to; `expired` is when the server's certificate did."""
    if cause := tls_error(error):
        return Failure(FaultKind.TLS, tls.sentence(trip.host, cause, expired))
    if isinstance(error, httpcore.ProxyError):
        return Failure(FaultKind.CONNECT, f"the proxy did not connect to {trip.host}: {error}")
    if isinstance(error, httpcore.LocalProtocolError):
        return Failure(
            FaultKind.BLOCKED, f"this request cannot be written in HTTP; see its `headers`: {error}"
        )
    return PHASES.get(trip.phase, _unanswered)(error, trip)


def _unconnected(error: Exception, trip: Trip) -> Failure:
    cause = _system_error(error)
    if isinstance(cause, ConnectionRefusedError):
        sentence = f"{trip.host} refuses connections: no server runs at this port"
    elif isinstance(cause, TimeoutError):
        sentence = f"{trip.host} takes no connections"
    elif cause and cause.errno in WAYLESS:
        sentence = f"no way leads to {trip.host} from this network"
    else:
        sentence = f"no connection to {trip.host}: {cause or error}"
    return Failure(FaultKind.CONNECT, sentence)


def _unsecured(_: Exception, trip: Trip) -> Failure:
    return Failure(FaultKind.TLS, f"{trip.host} hung up in the TLS handshake")


def _unanswered(error: Exception, trip: Trip) -> Failure:
    is_end = "disconnected" in str(error) or "closed" in str(
        error
    )  # httpcore's words and h11's; no class tells
    if isinstance(error, httpcore.RemoteProtocolError) and not is_end:
        return Failure(FaultKind.INTERRUPTED, f"{trip.host} does not answer in HTTP: {_complaint(error)}")
    return Failure(FaultKind.INTERRUPTED, f"{trip.host} hung up without an answer")


def _unfinished(error: Exception, trip: Trip) -> Failure:
    came = in_bytes(trip.received)
    if isinstance(_system_error(error), ConnectionError):
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
    Phase.CONNECT: _unconnected,
    Phase.TLS: _unsecured,
    Phase.ANSWER: _unanswered,
    Phase.BODY: _unfinished,
}


def tls_error(error: Exception) -> ssl.SSLError | None:
    """Return the error of the TLS library, where there is one."""
    return next((each for each in _causes(error) if isinstance(each, ssl.SSLError)), None)


def _system_error(error: Exception) -> OSError | None:
    """Return the operating system's error at the bottom, which httpcore and anyio wrap."""
    return next((each for each in _causes(error) if isinstance(each, OSError) and each.errno), None)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and what caused it, outermost first."""
    while error:
        yield error
        # httpcore's pool cuts `__cause__` off with `raise ... from None`; the context stays.
        error = error.__cause__ or error.__context__
