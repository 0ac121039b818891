"""The feeds of Planet and Venus under the ids that their subscribers know: the publishers' own.

A reader that was subscribed to a planet's file for years recognises old posts by the guid, which was the
publisher's, else the post's link. So these feeds use the same, while our other feeds have our own ids.
"""

from collections.abc import Sequence
from dataclasses import replace
from xml.etree import ElementTree as ET

from aggregator.model import Item
from aggregator.outputs.channel import Channel, instant, published, text_of
from aggregator.outputs.elements import add, document
from aggregator.outputs.feeds import atom, rss

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RSS10 = "http://purl.org/rss/1.0/"
DC = "http://purl.org/dc/elements/1.1/"


def render_atom(channel: Channel, items: Sequence[Item]) -> bytes:
    """Return Atom 1.0; its ids are what publishers wrote, even if that is not an IRI."""
    return atom.render(channel, _as_published(items))


def render_rss20(channel: Channel, items: Sequence[Item]) -> bytes:
    """Return RSS 2.0."""
    return rss.render(channel, _as_published(items))


def render_rss10(channel: Channel, items: Sequence[Item]) -> bytes:
    """Return RSS 1.0: the same items, in RDF."""
    root = ET.Element("rdf:RDF", {"xmlns:rdf": RDF, "xmlns": RSS10, "xmlns:dc": DC})
    feed = add(root, "channel", attributes={"rdf:about": channel.address})
    add(feed, "title", channel.title)
    add(feed, "link", channel.page)
    add(feed, "description", channel.description)
    sequence = add(add(feed, "items"), "rdf:Seq")
    for item in items:
        add(sequence, "rdf:li", attributes={"rdf:resource": _id(item)})
        _item(root, channel, item)
    return document(root)


def _item(root: ET.Element, channel: Channel, item: Item) -> None:
    element = add(root, "item", attributes={"rdf:about": _id(item)})
    text = text_of(item, channel)
    add(element, "title", item.title or text)  # required, as is the link
    add(element, "link", item.link or item.source.link or item.source.url)
    add(element, "description", text)
    add(element, "dc:date", instant(published(item)))
    add(element, "dc:creator", ", ".join(item.authors) or item.source.title)


def _as_published(items: Sequence[Item]) -> list[Item]:
    return [replace(item, public_id=_id(item), atom_id=None) for item in items]


def _id(item: Item) -> str:
    return item.guid or item.link or item.public_id
