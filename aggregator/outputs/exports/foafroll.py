"""The list of sources as Planet's FOAF roll: a group of people, each with a weblog and its feed."""

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from aggregator.outputs.elements import add, document
from aggregator.outputs.exports.opml import Outline

CONTENT_TYPE = "application/rdf+xml; charset=utf-8"
NAMESPACES = {
    "xmlns:rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xmlns:rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xmlns:foaf": "http://xmlns.com/foaf/0.1/",
    "xmlns:rss": "http://purl.org/rss/1.0/",
    "xmlns:dc": "http://purl.org/dc/elements/1.1/",
}


def render(title: str, page: str, outlines: Sequence[Outline]) -> bytes:
    """Return the group in the order given; `page` is the site's own address."""
    root = ET.Element("rdf:RDF", NAMESPACES)
    group = add(root, "foaf:Group")
    add(group, "foaf:name", title)
    add(group, "foaf:homepage", page)
    for outline in outlines:
        _member(group, outline)
    return document(root)


def _member(group: ET.Element, outline: Outline) -> None:
    name = outline.name
    agent = add(add(group, "foaf:member"), "foaf:Agent")
    add(agent, "foaf:name", name.title or name.slug)
    weblog = add(add(agent, "foaf:weblog"), "foaf:Document", attributes={"rdf:about": name.link or name.url})
    add(weblog, "dc:title", name.title or name.slug)
    add(add(weblog, "rdfs:seeAlso"), "rss:channel", attributes={"rdf:about": name.url})
