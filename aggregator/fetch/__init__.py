"""One exchange with one publisher's server, with manners: limits, guards, codings.

Follows redirects and nothing else; decides nothing about what the answer means for the feed.
"""

from aggregator.fetch.addresses import host_of, same_origin
from aggregator.fetch.fetcher import Fetcher

__all__ = ["Fetcher", "host_of", "same_origin"]
