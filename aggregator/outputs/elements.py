"""Helpers to build an XML document with the standard library, which escapes everything exactly once.

Names are written as they appear in the document, with their prefix, and the prefixes are declared at its
root: otherwise `ElementTree` would choose its own prefixes.
"""

from collections.abc import Mapping
from xml.etree import ElementTree as ET

from aggregator.outputs.channel import carried

NOTHING: Mapping[str, str] = {}


def add(
    parent: ET.Element, name: str, text: str | None = None, attributes: Mapping[str, str | None] = NOTHING
) -> ET.Element:
    """Append an element; attributes that are None are left out."""
    given = {key: carried(value) for key, value in attributes.items() if value is not None}
    element = ET.SubElement(parent, name, given)
    element.text = carried(text) if text is not None else None
    return element


def document(root: ET.Element) -> bytes:
    """Return the whole document as UTF-8 with its declaration."""
    text = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'.encode()
