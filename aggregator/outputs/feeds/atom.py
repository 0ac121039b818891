"""Atom 1.0 (RFC 4287), paged by RFC 5005.

The pages are linked by `next` (RFC 5005, section 3) and not by `prev-archive` (section 4): an archive
document never changes, so that a reader stops at the first one that it knows; our pages begin wherever the
one before ended, and such a reader would fetch all of them at each visit.
"""

import re
from collections.abc import Iterable, Sequence
from html import escape
from html.entities import name2codepoint
from xml.etree import ElementTree as ET

from aggregator.model import Duplicate, Item, Mention, SourceRef
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
# What guessing readers may take for markup, whatever type is declared: an end tag, an entity.
_LIKE_MARKUP = re.compile(rf"</\w+>|&(?:#|\w*[\d_]|(?:apos|{'|'.join(name2codepoint)})\b)")


def render(channel: Channel, items: Sequence[Item]) -> bytes:
    """Return the feed document."""
    feed = ET.Element("feed", {"xmlns": NAMESPACE, "xml:lang": channel.language})
    # The same on every page: together they are one feed.
    add(feed, "id", channel.first)
    _add_text(feed, "title", channel.title)
    if channel.description:
        _add_text(feed, "subtitle", channel.description)
    add(feed, "updated", instant(channel.updated))
    # Required if an entry names no author (section 4.1.1); an entry's own or its source's comes before it.
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


def add_related(parent: ET.Element, name: str, others: Iterable[Duplicate | Mention]) -> None:
    """Append a link to each of these: copies of the post, or posts that mention it."""
    for other in others:
        if other.link:
            title = other.source.title or None
            add(parent, name, attributes={"rel": "related", "href": other.link, "title": title})


def _entry(feed: ET.Element, channel: Channel, item: Item) -> None:
    entry = add(feed, "entry", attributes={"xml:lang": language(item, channel)})
    updated = instant(modified(item) or published(item))
    add(entry, "id", item.atom_id or item.public_id)
    # Required (section 4.1.2). A post without a title gets a blank one: validators warn about an empty
    # element.
    _add_text(entry, "title", item.title or " ")
    add(entry, "published", instant(published(item)))
    add(entry, "updated", updated)
    for author in item.authors:
        add(add(entry, "author"), "name", author)
    for tag in item.tags:
        add(entry, "category", attributes={"term": tag})
    _links(entry, item)
    _words(entry, text_of(item, channel), item)
    if item.html:
        add(entry, "content", item.html, {"type": "html"})
    _source(entry, item.source, updated, channel.faces.get(item.source.slug))


def _words(entry: ET.Element, text: str, item: Item) -> None:
    """Append the excerpt as a summary; as the content if there is no link (section 4.1.2).

    A post without text has something else as its content: never a blank summary or no text at all, which
    section 4.1.1.1 advises against.
    """
    if text and item.link:
        _add_text(entry, "summary", text)
    else:
        _add_text(entry, "content", text or item.title or item.link or item.source.title or item.source.slug)


def _add_text(parent: ET.Element, name: str, text: str) -> None:
    """Append a text construct (section 3.1); text that might be taken for markup is escaped and declared as HTML."""
    is_like_markup = _LIKE_MARKUP.search(text) is not None
    words = escape(text, quote=False) if is_like_markup else text
    add(parent, name, words, {"type": "html" if is_like_markup else "text"})


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
    add_related(entry, "link", (*item.also_in, *item.mentions))


def _source(entry: ET.Element, name: SourceRef, updated: str, face: str | None) -> None:
    """Append the source of the entry (section 4.2.11), as it was when the entry was read."""
    source = add(entry, "source")
    add(source, "id", name.url)
    _add_text(source, "title", name.title or name.slug)
    add(source, "updated", updated)
    add(source, "link", attributes={"rel": "self", "href": name.url})
    if name.link:
        add(source, "link", attributes={"rel": "alternate", "type": "text/html", "href": name.link})
    if face:
        add(source, "icon", face)
    # So that an entry without an author is attributed to its publisher, and not to this site (section 4.2.1).
    add(add(source, "author"), "name", name.title or name.slug)
