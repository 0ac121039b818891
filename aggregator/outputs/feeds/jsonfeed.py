"""JSON Feed 1.1; additional facts about a post are in an extension object, as the specification provides."""

import json
from collections.abc import Sequence
from typing import Any

from aggregator.model import Enclosure, Item, Mention, SourceRef
from aggregator.outputs.channel import (
    Channel,
    carried,
    instant,
    language,
    media_type,
    modified,
    published,
    text_of,
)

VERSION = "https://jsonfeed.org/version/1.1"
EXTENSION = "_aggregator"


def render(channel: Channel, items: Sequence[Item]) -> bytes:
    """Return the feed document."""
    feed = {
        "version": VERSION,
        "title": channel.title,
        "home_page_url": channel.page,
        "feed_url": channel.address,
        "description": channel.description,
        "next_url": channel.older,
        "language": channel.language,
        "hubs": [{"type": "WebSub", "url": channel.hub}] if channel.hub else None,
        EXTENSION: {
            "generator": f"{channel.generator} {channel.generator_version}",
            "updated": instant(channel.updated),
        },
        "items": [_item(channel, item) for item in items],
    }
    return json.dumps(_given(feed), ensure_ascii=False, separators=(",", ":")).encode()


def _item(channel: Channel, item: Item) -> dict[str, Any]:
    edited = modified(item)
    return {
        "id": item.public_id,
        "url": item.link,
        "title": item.title or None,
        "content_text": text_of(item, channel),
        "content_html": item.html or None,
        "date_published": instant(published(item)),
        "date_modified": instant(edited) if edited else None,
        "authors": [{"name": author} for author in item.authors] or None,
        "tags": item.tags or None,
        "language": language(item, channel),
        "attachments": [_attachment(enclosure) for enclosure in item.enclosures] or None,
        EXTENSION: {
            "source": _source(item.source) | {"icon": channel.faces.get(item.source.slug)},
            "minutes": item.minutes,
            "comments_url": item.comments,
            "also_in": [{"source": _source(copy.source), "url": copy.link} for copy in item.also_in] or None,
            "mentions": [_mention(mention) for mention in item.mentions] or None,
            "find": item.is_find or None,
        },
    }


def _mention(mention: Mention) -> dict[str, Any]:
    return {"source": _source(mention.source), "title": mention.title or None, "url": mention.link}


def _source(name: SourceRef) -> dict[str, Any]:
    return {
        "slug": name.slug or None,  # a find's site is no source
        "title": name.title,
        "feed_url": name.url,
        "home_page_url": name.link,
    }


def _attachment(enclosure: Enclosure) -> dict[str, Any]:
    return {
        "url": enclosure.url,
        "mime_type": media_type(enclosure),
        "size_in_bytes": enclosure.length,
        "duration_in_seconds": enclosure.duration,
    }


def _given(value: Any) -> Any:
    """Drop unknown values, since the specification has no null, and characters that no other format could carry."""
    match value:
        case str():
            return carried(value)
        case list() | tuple():
            return [_given(part) for part in value]
        case dict():
            return {name: _given(part) for name, part in value.items() if part is not None}
        case _:
            return value
