"""Posts and channels as the merged feeds get them, if a test cares for one or two of their fields."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from aggregator.model import Item, SourceRef
from aggregator.outputs import Channel

MOMENT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
SOURCE = SourceRef(
    "aws-compute", "AWS Compute Blog", "https://aws.test/compute/feed/", "https://aws.test/compute/"
)


def an_item(number: int = 1, **fields: Any) -> Item:
    """Return a plain post; `number` tells two apart."""
    item = Item(
        id=number,
        public_id=f"urn:uuid:00000000-0000-4000-8000-{number:012d}",
        placed=MOMENT,
        source=SOURCE,
        title=f"Post {number}",
        text="A few plain words.",
        minutes=1,
        link=f"https://aws.test/compute/{number}",
        published=MOMENT,
        changed=MOMENT,
    )
    return replace(item, **fields)


def a_channel(**fields: Any) -> Channel:
    """Return the first document of a whole timeline."""
    channel = Channel(
        title="Serverless Timeline",
        description="What the serverless world is writing.",
        page="https://timeline.test/",
        address="https://timeline.test/feed",
        first="https://timeline.test/feed",
        older=None,
        language="en",
        hub=None,
        site_title="Serverless Timeline",
        generator="aggregator",
        generator_version="1.0",
        excerpt=500,
        updated=MOMENT,
    )
    return replace(channel, **fields)
