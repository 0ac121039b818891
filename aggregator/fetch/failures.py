"""Converts exceptions of the network to faults."""

from datetime import datetime

import httpcore

from aggregator.fetch import tls
from aggregator.fetch.faults import Failure
from aggregator.fetch.os_errors import system_error, tls_error
from aggregator.fetch.phase import Phase
from aggregator.fetch.progress import FetchProgress
from aggregator.model import FaultCode

# Exceptions that a server or the network can cause in httpcore. anyio lets `ssl.SSLError`, an OSError,
# through.
TROUBLES = (
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.TimeoutException,
    httpcore.ProxyError,
    OSError,
)


def failure(error: Exception, progress: FetchProgress, *, expired: datetime | None = None) -> Failure:
    """Return the fault, by the phase of the request; `expired` is when the server's certificate expired."""
    if cause := tls_error(error):
        return tls.failure(progress.host, cause, expired)
    if isinstance(error, httpcore.ProxyError):
        return Failure(FaultCode.PROXY_FAILED, host=progress.host, reason=str(error))
    if isinstance(error, httpcore.LocalProtocolError):
        # h11's message quotes the value, which may be a secret.
        return Failure(FaultCode.HEADERS_UNWRITABLE)
    return PHASES.get(progress.phase, _unanswered)(error, progress)


def _unsecured(_: Exception, progress: FetchProgress) -> Failure:
    return Failure(FaultCode.TLS_BROKE_OFF, host=progress.host)


def _unanswered(error: Exception, progress: FetchProgress) -> Failure:
    # Messages of httpcore and h11: there are no separate classes.
    is_end = "disconnected" in str(error) or "closed" in str(error)
    if isinstance(error, httpcore.RemoteProtocolError) and not is_end:
        return Failure(FaultCode.NO_HTTP, host=progress.host, reason=_complaint(error))
    return Failure(FaultCode.NO_ANSWER, host=progress.host)


def _unfinished(error: Exception, progress: FetchProgress) -> Failure:
    received = progress.received
    if isinstance(system_error(error), ConnectionError):
        return Failure(FaultCode.RESET, received=received)
    if "peer closed" not in str(error):
        return Failure(FaultCode.FRAMED_WRONGLY, received=received, reason=_complaint(error))
    whole = {"announced": progress.announced} if progress.announced else {}
    return Failure(FaultCode.BROKE_OFF, received=received, **whole)


def _complaint(error: Exception) -> str:
    """Return h11's message without the bytes that it quotes."""
    return str(error).partition(": bytearray(")[0]


PHASES = {
    Phase.TLS: _unsecured,
    Phase.ANSWER: _unanswered,
    Phase.BODY: _unfinished,
}
