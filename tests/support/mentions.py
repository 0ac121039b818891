"""Mentions of a page, if a test cares for who mentions it and how much."""

from datetime import datetime

from aggregator.model import Mention, SourceRef
from aggregator.rank.mentions import link_weight
from aggregator.rank.publishers import publisher_of
from tests.support.items import MOMENT


def a_mention(
    site: str, *, links: int = 1, publisher: str = "", placed: datetime = MOMENT, post_id: int = 1
) -> Mention:
    """Return a mention by a post with `links` links on `site`, of which the admin may declare the publisher."""
    source = SourceRef(site, site, f"https://{site}/feed", f"https://{site}/")
    return Mention(
        source=source,
        publisher=publisher_of(source, publisher),
        title="A remark",
        link=f"https://{site}/{post_id}",
        placed=placed,
        weight=link_weight(links),
        post_id=post_id,
    )
