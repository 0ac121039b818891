"""What all formats of a merged feed share: facts of the feed and of each post.

Dates, texts, addresses and attribution are decided here, so that all formats agree.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime

from aggregator.languages import language_tag
from aggregator.model import Enclosure, Item
from aggregator.normalize.excerpt import excerpt

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# What XML 1.0 cannot carry even escaped (its production 2, `Char`). JSON could carry most of it, but all
# formats have the same text.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MEDIA_TYPE = re.compile(r"[^/\s]+/\S+")  # RFC 4287, `atomMediaType`
UNKNOWN_TYPE = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Channel:
    """A merged feed's own facts; the addresses are absolute."""

    title: str
    description: str
    page: str  # the page of the same view
    address: str  # of this document
    first: str  # of the newest document of this feed: its address for subscribers
    older: str | None  # of the document that follows; None at the end
    language: str
    hub: str | None
    site_title: str
    generator: str
    generator_version: str
    excerpt: int  # characters of a post's text, "..." included
    updated: datetime  # the newest change in it
    faces: Mapping[str, str] = field(
        default_factory=dict
    )  # pictures of sources by slug, for those that have one


def newest_change(items: Sequence[Item]) -> datetime:
    """Return the time of the newest change in these posts; 1970 if there are none, so that it does not depend on the time of the request."""
    return max((item.changed or item.placed for item in items), default=EPOCH)


def carried(text: str) -> str:
    """Return the text without the characters that XML 1.0 cannot carry."""
    return _NO_XML.sub("", text)


def text_of(item: Item, channel: Channel) -> str:
    """Return a post's plain text in a feed: the same excerpt as on the page."""
    return excerpt(carried(item.text), channel.excerpt)


def published(item: Item) -> datetime:
    """Return a post's date; instead of one in the future, the post's position in the timeline."""
    return min(item.published or item.placed, item.placed)


def modified(item: Item) -> datetime | None:
    """Return when the publisher says that the post was edited; never later than we saw it."""
    if item.updated is None or item.changed is None:
        return item.updated
    return min(item.updated, item.changed)


def instant(moment: datetime) -> str:
    """Return a date as Atom and JSON Feed write it (RFC 3339), in whole seconds of UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def mail_date(moment: datetime) -> str:
    """Return a date as RSS writes it (RFC 822, with four digits of the year), in GMT."""
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def language(item: Item, channel: Channel) -> str | None:
    """Return a post's language if it differs from the feed's and is well-formed."""
    tag = language_tag(item.language)
    return tag if tag != channel.language else None


def media_type(enclosure: Enclosure) -> str:
    """Return an enclosure's type; the one for unknown bytes if the publisher gave none."""
    claimed = enclosure.type or ""
    return claimed if _MEDIA_TYPE.fullmatch(claimed) else UNKNOWN_TYPE
