"""URLs: validation, hosts and origins, and the targets of redirects."""

import re

import httpx

from aggregator.fetch.faults import Failure
from aggregator.model import FaultCode
from aggregator.urls import ascii_address, with_slashes

LONGEST = 8000  # characters; what RFC 9110, section 4.1, recommends to support
PORTS = {"http": 80, "https": 443}


def parse(address: str) -> httpx.URL:
    """Return an http(s) address without its fragment; a failure for anything else."""
    try:
        url = httpx.URL(ascii_address(address)).copy_with(fragment=None)
        _check_server(url)
    except (httpx.InvalidURL, ValueError) as error:  # ValueError: IDNA, and brackets without an IPv6 address
        raise Failure(FaultCode.NO_ADDRESS, address=_shown(address), reason=str(error)) from error
    if url.scheme not in PORTS:
        raise Failure(FaultCode.NO_WEB_ADDRESS, address=_shown(address))
    return url


def follow(url: httpx.URL, location: str) -> httpx.URL:
    """Return the target of a `Location` from `url`: relative, absolute, raw UTF-8 or not; never with a password."""
    if len(location) > LONGEST:
        raise Failure(FaultCode.REDIRECT_TOO_LONG, characters=LONGEST)
    try:
        target = url.join(ascii_address(with_slashes(_decoded(location)))).copy_with(
            fragment=None, userinfo=b""
        )
        _check_server(target)
    except (httpx.InvalidURL, ValueError) as error:
        raise Failure(FaultCode.REDIRECT_TO_NO_ADDRESS, address=location[:200]) from error
    if target.scheme not in PORTS:
        raise Failure(FaultCode.REDIRECT_OFF_THE_WEB, address=location[:200])
    return target


def same_origin(one: str, other: str) -> bool:
    """Whether two URLs have the same scheme, host and port: only then may they share a secret."""
    try:
        return origin(httpx.URL(one)) == origin(httpx.URL(other))
    except (httpx.InvalidURL, ValueError):
        return False


def origin(url: httpx.URL) -> tuple[str, str, int | None]:
    """Return scheme, host and port (RFC 6454)."""
    return url.scheme, host(url), url.port or PORTS.get(url.scheme)


def host(url: httpx.URL) -> str:
    """Return the host of a parsed address; see `host_of`."""
    # Not `url.host`: it decodes IDNA and raises if that is malformed.
    return url.raw_host.decode("ascii").lower().removesuffix(".")


def _check_server(url: httpx.URL) -> None:
    if url.scheme in PORTS and not url.raw_host:
        raise httpx.InvalidURL("it names no server")
    if not 0 <= (url.port or 0) <= 0xFFFF:  # noqa: PLR2004 - the highest port
        raise httpx.InvalidURL("no port has this number")


def _shown(address: str) -> str:
    """Return a URL for a message, without its password: messages are shown on the site."""
    return re.sub(r"//[^/@]*@", "//", address)[:200]


def _decoded(location: str) -> str:
    """Read raw UTF-8 as browsers do; headers are decoded as latin-1."""
    try:
        return location.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return location
