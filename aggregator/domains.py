"""Registrable domains, by the Public Suffix List: sites of one domain have one owner.

The list ships with a library (https://publicsuffix.org/); no request is made.
"""

from functools import cache, lru_cache

from publicsuffixlist import PublicSuffixList

from aggregator.urls import site_host

# Hosts of blogs with separate owners that are missing in the list's private section.
_HOSTS_OF_BLOGS = (
    "beehiiv.com",
    "livejournal.com",
    "medium.com",
    "substack.com",
    "tumblr.com",
    "typepad.com",
)


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()  # takes a tenth of a second


@lru_cache(maxsize=32_768)
def registrable_domain(host: str) -> str:
    """Return the registered part of a host name; all of an IP address or of a suffix."""
    if host.rpartition(".")[2].isdecimal():
        return host
    domain: str = _suffixes().privatesuffix(host) or host
    if domain in _HOSTS_OF_BLOGS and host != domain:
        return f"{host.removesuffix(domain).rstrip('.').rpartition('.')[2]}.{domain}"
    return domain


def site_domain(address: str | None) -> str:
    """Return the registrable domain of an address; "" if it has no host."""
    return registrable_domain(site_host(address))
