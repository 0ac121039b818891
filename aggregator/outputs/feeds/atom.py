"""Atom 1.0 (RFC 4287), paged by RFC 5005.

The pages are linked by `next` (RFC 5005, section 3) and not by `prev-archive` (section 4): an archive document
has its place for ever, so that a reader stops at the first one that it knows; ours begin wherever the one
before ended, and such a reader would fetch all of them at each visit.
"""

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from aggregator.model import Item, SourceRef
from aggregator.outputs.channel import (
    Channel,
    instant,
    language,
    media_type,
    modified,
    published,
    text_of,
)
from aggregator.outputs.elements import add, document

NAMESPACE = "http://www.w3.org/2005/Atom"
TYPE = "application/atom+xml"


def render(channel: Channel, items: Sequence[Item]) -> bytes:
    """Return the feed document."""
    feed = ET.Element("feed", {"xmlns": NAMESPACE, "xml:lang": channel.language})
    # The same on each page: together they are one feed.
    add(feed, "id", channel.first)
    add(feed, "title", channel.title)
    add(feed, "subtitle", channel.description)
    add(feed, "updated", instant(channel.updated))
    # Required where an entry names no author (section 4.1.1); an entry's own or its source's comes before it.
    add(add(feed, "author"), "name", channel.site_title)
    add(feed, "link", attributes={"rel": "alternate", "type": "text/html", "href": channel.page})
    add_paging(feed, "link", channel, TYPE)
    add(feed, "generator", channel.generator, {"version": channel.generator_version})
    for item in items:
        _entry(feed, channel, item)
    return document(feed)


def add_paging(parent: ET.Element, name: str, channel: Channel, content_type: str) -> None:
    """Append the links among a feed's documents, and its hub; RSS borrows these from Atom."""
    links = {"self": channel.address, "first": channel.first, "next": channel.older}
    for rel, address in links.items():
        if address:
            add(parent, name, attributes={"rel": rel, "type": content_type, "href": address})
    if channel.hub:
        add(parent, name, attributes={"rel": "hub", "href": channel.hub})


def add_copies(parent: ET.Element, name: str, item: Item) -> None:
    """Append a link to each other place where the post ran."""
    for copy in item.also_in:
        if copy.link:
            add(parent, name, attributes={"rel": "related", "href": copy.link, "title": copy.source.title})


def _entry(feed: ET.Element, channel: Channel, item: Item) -> None:
    entry = add(feed, "entry", attributes={"xml:lang": language(item, channel)})
    add(entry, "id", item.atom_id or item.public_id)
    add(entry, "title", item.title)  # required, so that a post without one has an empty one
    add(entry, "published", instant(published(item)))
    add(entry, "updated", instant(modified(item) or published(item)))
    for author in item.authors:
        add(add(entry, "author"), "name", author)
    for tag in item.tags:
        add(entry, "category", attributes={"term": tag})
    _links(entry, item)
    # An entry without a link must have content (section 4.1.2); a summary is what an excerpt is.
    add(entry, "summary" if item.link else "content", text_of(item, channel), {"type": "text"})
    _source(entry, item.source)


def _links(entry: ET.Element, item: Item) -> None:
    if item.link:
        add(entry, "link", attributes={"rel": "alternate", "href": item.link})
    if item.comments:
        add(entry, "link", attributes={"rel": "replies", "href": item.comments})
    for enclosure in item.enclosures:
        length = None if enclosure.length is None else str(enclosure.length)
        add(
            entry,
            "link",
            attributes={
                "rel": "enclosure",
                "type": media_type(enclosure),
                "length": length,
                "href": enclosure.url,
            },
        )
    add_copies(entry, "link", item)


def _source(entry: ET.Element, name: SourceRef) -> None:
    """Append where the entry comes from (section 4.2.11)."""
    source = add(entry, "source")
    add(source, "id", name.url)
    add(source, "title", name.title)
    add(source, "link", attributes={"rel": "self", "href": name.url})
    if name.link:
        add(source, "link", attributes={"rel": "alternate", "type": "text/html", "href": name.link})
    # So that an entry without an author is its publisher's, and not this site's (section 4.2.1).
    add(add(source, "author"), "name", name.title or name.slug)
