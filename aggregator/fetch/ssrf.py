"""The network addresses that a poller may connect to: public ones.

A feed's address is the admin's, but its redirects, and what its name resolves to, are under others' control;
without this guard they could make us send requests to servers inside our own network.
"""

import ipaddress
import socket
from collections.abc import Callable, Iterator, Sequence

from aggregator.fetch.faults import Failure
from aggregator.model import FaultCode

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Admits = Callable[[Address], bool]

# All public IPv6 addresses are in here (RFC 4291, 2.4; the rest is special or unassigned) ...
GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
# ... except these, which mean the IPv4 address in their last 32 bits: NAT64 (RFC 6052).
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def anything(_: Address) -> bool:
    """Admit all addresses: if the admin allows private networks, and to reach a proxy."""
    return True


def is_public(address: Address) -> bool:
    """Whether this is a unicast address of the public internet, whatever other address is embedded in it."""
    return all(_is_public_itself(each) for each in (address, *_embedded(address)))


def _is_public_itself(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        if address in NAT64 or address.ipv4_mapped:
            return True  # as public as the address embedded in it
        return address in GLOBAL_UNICAST and address.is_global
    # `is_global` is false for shared space (RFC 6598) and everything that IANA lists as special, but true for multicast.
    return address.is_global and not address.is_multicast


def _embedded(address: Address) -> Iterator[ipaddress.IPv4Address]:
    """Yield the IPv4 addresses that packets to this IPv6 address may be sent to."""
    if isinstance(address, ipaddress.IPv4Address):
        return
    if address in NAT64:
        yield ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if address.teredo:
        yield from address.teredo
    yield from filter(None, (address.ipv4_mapped, address.sixtofour))


def is_allowed(host: str, resolved: Sequence[str], admits: Admits) -> list[str]:
    """Return those of a name's addresses that may be connected to; a failure if there is none."""
    good = [text for text in resolved if admits(ipaddress.ip_address(text))]
    if not good:
        raise blocked(host, ", ".join(resolved))
    return good


def check_literal(host: str, admits: Admits) -> None:
    """Fail if a host is itself an address that may not be connected to.

    All that can be checked if a proxy connects.
    """
    address = _literal(host)
    if address and not admits(address):
        raise blocked(host, str(address))


def is_literal(host: str) -> bool:
    """Whether a host is an address as everybody spells it, so that there is nothing to look up."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _literal(host: str) -> Address | None:
    if is_literal(host):
        return ipaddress.ip_address(host)
    try:
        # `127.1`, `0x7f.0.0.1`, `2130706433`: the C library's spellings, which a proxy also accepts.
        return ipaddress.IPv4Address(socket.inet_aton(host))
    except OSError:
        return None


def blocked(host: str, addresses: str) -> Failure:
    """Return the failure of an address that is not public, with what to do if it is intended."""
    if host == addresses:
        return Failure(FaultCode.PRIVATE_NETWORK, host=host)
    return Failure(FaultCode.LEADS_TO_PRIVATE_NETWORK, host=host, address=addresses)
