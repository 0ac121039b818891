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


def failure(error: Exception, progress: FetchProgress, *, expired: datetime | None = None) -> Failure:
    """Say what went wrong, by how far the request had come; `expired` is when the server's certificate did."""
    if cause := tls_error(error):
        return Failure(FaultKind.TLS, tls.sentence(progress.host, cause, expired))
    if isinstance(error, httpcore.ProxyError):
        return Failure(FaultKind.CONNECT, f"the proxy did not connect to {progress.host}: {error}")
    if isinstance(error, httpcore.LocalProtocolError):
        # h11's own words quote the value, which may be a secret.
        return Failure(
            FaultKind.BLOCKED,
            "one of this source's `headers` cannot be written in HTTP: a line break in it, or a space in its name",
        )
    return PHASES.get(progress.phase, _unanswered)(error, progress)


def _unsecured(_: Exception, progress: FetchProgress) -> Failure:
    return Failure(FaultKind.TLS, f"{progress.host} hung up in the TLS handshake")


def _unanswered(error: Exception, progress: FetchProgress) -> Failure:
    # Words of httpcore and of h11: there is no class to tell by.
    is_end = "disconnected" in str(error) or "closed" in str(error)
    if isinstance(error, httpcore.RemoteProtocolError) and not is_end:
        return Failure(FaultKind.INTERRUPTED, f"{progress.host} does not answer in HTTP: {_complaint(error)}")
    return Failure(FaultKind.INTERRUPTED, f"{progress.host} hung up without an answer")


def _unfinished(error: Exception, progress: FetchProgress) -> Failure:
    came = in_bytes(progress.received)
    if isinstance(system_error(error), ConnectionError):
        sentence = f"the connection was reset in the middle of the answer, after {came}"
    elif "peer closed" in str(error):
        whole = f" of the {in_bytes(progress.announced)} announced" if progress.announced else ""
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
