"""The merged feeds: a module a format, from items to bytes.

To add a format, write its module and add a line to `FORMATS`; its route, its link on every page and its tests
follow. Nothing here depends on the web side: addresses are passed in with the `Channel`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from aggregator.model import Item
from aggregator.outputs.channel import Channel
from aggregator.outputs.feeds import atom, jsonfeed, rss

__all__ = ["FORMATS", "Channel", "Format"]


@dataclass(frozen=True, slots=True)
class Format:
    """One format of the merged feeds."""

    name: str  # as its addresses end: feed.NAME
    title: str  # as it is called
    content_type: str
    render: Callable[[Channel, Sequence[Item]], bytes]


FORMATS = (
    Format("json", "JSON Feed", "application/feed+json", jsonfeed.render),
    Format("rss", "RSS", "application/rss+xml; charset=utf-8", rss.render),
    Format("atom", "Atom", "application/atom+xml; charset=utf-8", atom.render),
)
