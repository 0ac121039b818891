"""Who publishes a source, and whether two of them are independent of each other."""

from aggregator.domains import site_domain
from aggregator.model import SourceRef


def publisher_of(source: SourceRef, declared: str) -> str:
    """Return a source's publisher: the one that the admin declared, else the registrable domain of its site."""
    return declared or site_of(source)


def site_of(source: SourceRef) -> str:
    """Return the registrable domain of a source's site, or of its feed if it names no site."""
    return site_domain(source.link) or site_domain(source.url)
