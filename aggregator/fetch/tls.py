"""Faults of a server's TLS."""

import ssl
from collections.abc import Callable
from datetime import UTC, datetime

from aggregator.fetch.faults import Failure
from aggregator.fetch.network import Network
from aggregator.model import FaultCode

Trust = Callable[[], ssl.SSLContext]

# OpenSSL's names for these verdicts are X509_V_ERR_...; Python's ssl module gives the numbers only.
NOT_YET_VALID, EXPIRED = 9, 10
SELF_SIGNED = 18
UNKNOWN_ISSUER = {19, 20, 21}
WRONG_NAME = {62, 64}
NO_CHECK_TIME = 0x200000  # X509_V_FLAG_NO_CHECK_TIME


def failure(host: str, error: ssl.SSLError, expired: datetime | None) -> Failure:
    """Return the fault; `expired` is when the certificate expired."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return _certificate_failure(host, error, expired)
    if error.reason == "WRONG_VERSION_NUMBER":
        return Failure(FaultCode.NO_TLS, host=host)
    reason = (error.reason or str(error)).lower().replace("_", " ")
    return Failure(FaultCode.TLS_FAILED, host=host, reason=reason)


def _certificate_failure(host: str, error: ssl.SSLCertVerificationError, expired: datetime | None) -> Failure:
    verdict = error.verify_code
    if verdict == EXPIRED:
        date = {"date": f"{expired:%Y-%m-%d}"} if expired else {}
        return Failure(FaultCode.CERTIFICATE_EXPIRED, **date)
    if verdict == NOT_YET_VALID:
        return Failure(FaultCode.CERTIFICATE_NOT_YET_VALID)
    if verdict in WRONG_NAME:
        return Failure(FaultCode.CERTIFICATE_OF_ANOTHER, host=host)
    if verdict == SELF_SIGNED:
        return Failure(FaultCode.CERTIFICATE_SELF_SIGNED)
    if verdict in UNKNOWN_ISSUER:
        return Failure(FaultCode.CERTIFICATE_UNKNOWN_ISSUER)
    return Failure(FaultCode.CERTIFICATE_REFUSED, reason=error.verify_message)


def is_expired(error: BaseException | None) -> bool:
    """Whether the error is an expired certificate."""
    return isinstance(error, ssl.SSLCertVerificationError) and error.verify_code == EXPIRED


async def expiry(network: Network, host: str, port: int, context: ssl.SSLContext) -> datetime:
    """Return when a server's certificate expires.

    Python does not expose a certificate that it rejected, so this repeats the handshake without the check of
    time, with all others in force, and closes without a request. It modifies the context.
    """
    context.verify_flags |= NO_CHECK_TIME
    stream = await network.connect_tcp(host, port)
    secured = await stream.start_tls(context, host)
    certificate = secured.get_extra_info("ssl_object").getpeercert()
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(certificate["notAfter"]), UTC)
