"""RSS 2.0 by the specification and the Best Practices Profile of the RSS Advisory Board.

A title is plain text, escaped once by XML. A description is HTML by that profile, so that plain text is made
HTML first: otherwise a reader would take the "<head>" of a sentence for markup and drop it.
"""

from collections.abc import Sequence
from html import escape
from xml.etree import ElementTree as ET

from aggregator.model import Item
from aggregator.outputs.channel import (
    Channel,
    language,
    mail_date,
    media_type,
    published,
    text_of,
)
from aggregator.outputs.elements import add, document
from aggregator.outputs.feeds.atom import NAMESPACE as ATOM
from aggregator.outputs.feeds.atom import add_paging, add_related

DC = "http://purl.org/dc/elements/1.1/"
TYPE = "application/rss+xml"


def render(channel: Channel, items: Sequence[Item]) -> bytes:
    """Return the feed document."""
    rss = ET.Element("rss", {"version": "2.0", "xmlns:atom": ATOM, "xmlns:dc": DC})
    feed = add(rss, "channel")
    add(feed, "title", channel.title)
    add(feed, "link", channel.page)
    add(feed, "description", channel.description)
    add(feed, "language", channel.language)
    add(feed, "lastBuildDate", mail_date(channel.updated))
    add(feed, "generator", f"{channel.generator} {channel.generator_version}")
    add(feed, "docs", "https://www.rssboard.org/rss-specification")
    add_paging(feed, "atom:link", channel, TYPE)
    for item in items:
        _item(feed, channel, item)
    return _with_hexadecimal(document(rss))


def _with_hexadecimal(body: bytes) -> bytes:
    """Return the same document with `<` and `&` in text written as the profile prefers, so that they are not markup."""
    return body.replace(b"&lt;", b"&#x3C;").replace(b"&amp;", b"&#x26;")


def _item(feed: ET.Element, channel: Channel, item: Item) -> None:
    element = add(feed, "item", attributes={"xml:lang": language(item, channel)})
    text = text_of(item, channel)
    if item.title:
        add(element, "title", item.title)
    if item.link:
        add(element, "link", item.link)
    # An item has a title or a description (element <item> of the specification).
    if text or not item.title:
        add(element, "description", item.html or escape(text, quote=False))
    for author in item.authors:
        add(element, "dc:creator", author)
    for tag in item.tags:
        add(element, "category", tag)
    if item.comments:
        add(element, "comments", item.comments)
    _enclosure(element, item)
    add(element, "guid", item.public_id, {"isPermaLink": "false"})
    add(element, "pubDate", mail_date(published(item)))
    add(element, "source", item.source.title, {"url": item.source.url})
    add_related(element, "atom:link", item.also_in)


def _enclosure(element: ET.Element, item: Item) -> None:
    """Append the first enclosure: readers use one at most, as the profile says."""
    for enclosure in item.enclosures[:1]:
        # All three attributes are required; the profile uses 0 for an unknown length.
        given = {"url": enclosure.url, "length": str(enclosure.length or 0), "type": media_type(enclosure)}
        add(element, "enclosure", attributes=given)
