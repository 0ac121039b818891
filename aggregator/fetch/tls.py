"""What is wrong with a server's TLS, in words."""

import ssl
from collections.abc import Callable
from datetime import UTC, datetime

from aggregator.fetch.network import Network

Trust = Callable[[], ssl.SSLContext]

# OpenSSL's names for these verdicts are X509_V_ERR_...; Python's ssl module gives the numbers only.
NOT_YET_VALID, EXPIRED = 9, 10
SELF_SIGNED = 18
UNKNOWN_ISSUER = {19, 20, 21}
WRONG_NAME = {62, 64}
NO_CHECK_TIME = 0x200000  # X509_V_FLAG_NO_CHECK_TIME


def sentence(host: str, error: ssl.SSLError, expired: datetime | None) -> str:
    """Say what is wrong, and what the admin can do about it; `expired` is when the certificate did."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return _certificate_sentence(host, error, expired)
    if error.reason == "WRONG_VERSION_NUMBER":
        return f"{host} speaks no TLS at this port; is the feed at http:// instead?"
    return f"TLS with {host} failed: {(error.reason or str(error)).lower().replace('_', ' ')}"


def _certificate_sentence(host: str, error: ssl.SSLCertVerificationError, expired: datetime | None) -> str:
    code = error.verify_code
    if code == EXPIRED:
        return f"TLS certificate expired on {expired:%Y-%m-%d}" if expired else "TLS certificate expired"
    if code == NOT_YET_VALID:
        return "TLS certificate is not valid yet; is the clock of this machine right?"
    if code in WRONG_NAME:
        return f"TLS certificate is for another name than {host}"
    if code == SELF_SIGNED:
        return "TLS certificate is self-signed: nobody vouches for it; if you do, add it to SSL_CERT_FILE"
    if code in UNKNOWN_ISSUER:
        return (
            "TLS certificate is signed by an authority that this machine does not know, or its chain is"
            " incomplete; if you trust the authority, add it to SSL_CERT_FILE"
        )
    return f"TLS certificate is not accepted: {error.verify_message}"


def is_expired(error: BaseException | None) -> bool:
    """Whether it is a certificate's time that is over."""
    return isinstance(error, ssl.SSLCertVerificationError) and error.verify_code == EXPIRED


async def expiry(network: Network, host: str, port: int, context: ssl.SSLContext) -> datetime:
    """Ask for the end of a certificate's time.

    Python shows no certificate that it did not accept, so this shakes hands once more with the check of time
    left out and all others in force, and hangs up without a request. The context is changed by it.
    """
    context.verify_flags |= NO_CHECK_TIME
    stream = await network.connect_tcp(host, port)
    secured = await stream.start_tls(context, host)
    certificate = secured.get_extra_info("ssl_object").getpeercert()
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(certificate["notAfter"]), UTC)
