"""Repeatable jitter: the same feed at the same moment gets the same number."""

from datetime import datetime
from hashlib import blake2b


def chance(feed_id: int, at: datetime) -> float:
    """Return a number from 0 up to 1, spread evenly over feeds and moments."""
    digest = blake2b(f"{feed_id} {at.timestamp()}".encode(), digest_size=6).digest()
    return int.from_bytes(digest, "big") / 2**48
