"""Host names in URLs: converted to the form that a resolver accepts."""

import ipaddress
import re
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

import idna

# A URL whose host needs no decoding: most are like this, and sources files are long.
_PLAIN = re.compile(r"https?://((?:[a-z0-9-]+\.)*[a-z][a-z0-9-]*)(?::[0-9]{1,4})?(?:[/?#][!-~]*)?")

_PATH = re.compile(r"[^?#]*")  # and what is before it
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_LONGEST_LABEL = 63  # characters (RFC 1035, section 2.3.4)
_LONGEST_NAME = 253
_FORBIDDEN = re.compile(
    r"[\x00-\x20\"#%/:<>?@\[\\\]^`{|}\x7f]"
)  # the URL Standard's forbidden domain code points


def with_ascii_host(parts: SplitResult) -> SplitResult:
    """Encode an internationalized host in Punycode, as browsers do; raises ValueError for an invalid name."""
    host = parts.hostname or ""
    if host.isascii() and "%" not in host:
        return parts
    user, at, _ = parts.netloc.rpartition("@")
    port = f":{parts.port}" if parts.port else ""
    return parts._replace(netloc=f"{user}{at}{ascii_host(host)}{port}")


def ascii_address(address: str) -> str:
    """Return a URL with an ASCII host; raises ValueError for an invalid host."""
    return address if address.isascii() else urlunsplit(with_ascii_host(urlsplit(address)))


def with_slashes(address: str) -> str:
    """Return a URL with slashes for backslashes, as browsers read it (URL Standard, section 4.4)."""
    return (
        _PATH.sub(lambda path: path[0].replace("\\", "/"), address, count=1) if "\\" in address else address
    )


def ascii_host(host: str) -> str:
    """Return a host as a resolver looks it up: also with the symbols that IDNA 2008 leaves out (URL Standard, section 3.3).

    Raises ValueError for a name that no resolver could look up.
    """
    mapped = idna.uts46_remap(unquote(host), std3_rules=False)
    name = ".".join(map(_ascii_label, mapped.split(".")))
    check_host(name)
    return name


def check_host(host: str) -> None:
    """Raise ValueError, with a message, for an ASCII host that cannot be connected to."""
    if ":" in host:  # IPv6, which `urlsplit` has checked
        return
    name = host.removesuffix(".")
    if _FORBIDDEN.search(name):
        raise ValueError(f"`{host}` is no host name: a character in it is not allowed")
    labels = name.split(".")
    if not all(labels) or len(name) > _LONGEST_NAME or max(map(len, labels)) > _LONGEST_LABEL:
        raise ValueError(
            f"`{host[:60]}` is no host name: between its dots are 1 to {_LONGEST_LABEL} characters"
        )
    if labels[-1].isdecimal():
        ipaddress.IPv4Address(name)


def host_of(address: str) -> str:
    """Return the host of an address: lower case, ASCII, no port, no final dot; "" if there is none."""
    if plain := _PLAIN.fullmatch(address):
        return plain[1]
    try:
        parts = urlsplit(ascii_address(address))
        host, _ = parts.hostname or "", parts.port  # raises if it is not a number
        if not host or _CONTROL.search(address):
            return ""
        check_host(host)
    except ValueError:
        return ""
    return host.lower().removesuffix(".")


def site_host(address: str | None) -> str:
    """Return the host of an address without `www.`; "" if there is none."""
    try:
        return (urlsplit(address or "").hostname or "").removeprefix("www.")
    except ValueError:  # brackets without an IPv6 address
        return ""


def _ascii_label(label: str) -> str:
    if label.isascii():
        return label
    if label.startswith("xn--"):
        raise ValueError(f"`{label[:60]}` is no part of a host name: it is in Punycode and has other letters")
    return f"xn--{label.encode('punycode').decode()}"
