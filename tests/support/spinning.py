"""A reader's function for which some documents spin, whatever bounds the real one has learnt."""

import re

from aggregator.model import FeedContent, LastDocument
from aggregator.reading.read import read as read_really

SPINNING = b"<spin>"


def read(body: bytes, *, content_type: str | None, address: str, last: LastDocument) -> FeedContent:
    """Read a document, or match a pattern that nothing but the end of the process ends."""
    if body.startswith(SPINNING):
        re.match("(a+)+b", "a" * 60)
    return read_really(body, content_type=content_type, address=address, last=last)
