"""OPML 2.0: the list of sources, for readers who want to subscribe to them directly."""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from aggregator.model import SourceRef
from aggregator.outputs.elements import add, document

CONTENT_TYPE = "text/x-opml; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Outline:
    """A source as an outline of the list."""

    name: SourceRef
    tags: tuple[str, ...] = ()


def render(title: str, outlines: Sequence[Outline]) -> bytes:
    """Return the list in the order given."""
    opml = ET.Element("opml", {"version": "2.0"})
    add(add(opml, "head"), "title", title)
    body = add(opml, "body")
    for outline in outlines:
        _outline(body, outline)
    return document(opml)


def _outline(body: ET.Element, outline: Outline) -> None:
    title = outline.name.title or outline.name.slug
    attributes = {
        "type": "rss",  # for a feed of any format, by the specification
        "text": title,
        "title": title,
        "xmlUrl": outline.name.url,
        "htmlUrl": outline.name.link,
        # Categories are separated by commas, so a tag cannot contain one.
        "category": ",".join(tag.replace(",", " ") for tag in outline.tags) or None,
    }
    add(body, "outline", attributes=attributes)
