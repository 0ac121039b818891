"""What programs that are not ours find in a merged feed, one reader a format, as far as all formats tell it."""

import html
import json
from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree

ATOM = "{http://www.w3.org/2005/Atom}"
DC = "{http://purl.org/dc/elements/1.1/}"


@dataclass(frozen=True)
class Read:
    """A post as it was read."""

    id: str
    title: str
    text: str
    link: str | None
    authors: tuple[str, ...]
    tags: tuple[str, ...]
    source: str


def read_json(body: bytes) -> list[Read]:
    return [
        Read(
            id=item["id"],
            title=item.get("title", ""),
            text=item["content_text"],
            link=item.get("url"),
            authors=tuple(author["name"] for author in item.get("authors", ())),
            tags=tuple(item.get("tags", ())),
            source=item["_aggregator"]["source"]["title"],
        )
        for item in json.loads(body)["items"]
    ]


def read_rss(body: bytes) -> list[Read]:
    return [
        Read(
            id=item.findtext("guid") or "",
            title=item.findtext("title") or "",
            text=html.unescape(item.findtext("description") or ""),  # HTML by the profile
            link=item.findtext("link"),
            authors=tuple(author.text or "" for author in item.iter(f"{DC}creator")),
            tags=tuple(tag.text or "" for tag in item.iter("category")),
            source=item.findtext("source") or "",
        )
        for item in etree.fromstring(body).iter("item")
    ]


def read_atom(body: bytes) -> list[Read]:
    return [
        Read(
            id=entry.findtext(f"{ATOM}id") or "",
            title=_atom_text(entry, "title").strip(" "),
            text=_atom_words(entry),
            link=next(
                (link.get("href") for link in entry.findall(f"{ATOM}link") if link.get("rel") == "alternate"),
                None,
            ),
            authors=tuple(name.text or "" for name in entry.findall(f"{ATOM}author/{ATOM}name")),
            tags=tuple(category.get("term", "") for category in entry.findall(f"{ATOM}category")),
            source=_atom_text(entry, "source/{*}title"),
        )
        for entry in etree.fromstring(body).iter(f"{ATOM}entry")
    ]


def _atom_words(entry: etree._Element) -> str:
    """Return the summary, else the content, unless that is there only because something must be."""
    content = _atom_text(entry, "content")
    links = [link.get("href") for link in entry.findall(f"{ATOM}link")]
    is_filler = content in (_atom_text(entry, "title"), *links)
    return _atom_text(entry, "summary") or ("" if is_filler else content)


def _atom_text(entry: etree._Element, path: str) -> str:
    element = entry.find(f"{ATOM}{path}")
    if element is None:
        return ""
    text = element.text or ""
    return html.unescape(text) if element.get("type") == "html" else text


READERS: dict[str, Callable[[bytes], list[Read]]] = {"json": read_json, "rss": read_rss, "atom": read_atom}
