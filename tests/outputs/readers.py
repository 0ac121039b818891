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
            title=entry.findtext(f"{ATOM}title") or "",
            text=entry.findtext(f"{ATOM}summary") or entry.findtext(f"{ATOM}content") or "",
            link=next(
                (link.get("href") for link in entry.findall(f"{ATOM}link") if link.get("rel") == "alternate"),
                None,
            ),
            authors=tuple(name.text or "" for name in entry.findall(f"{ATOM}author/{ATOM}name")),
            tags=tuple(category.get("term", "") for category in entry.findall(f"{ATOM}category")),
            source=entry.findtext(f"{ATOM}source/{ATOM}title") or "",
        )
        for entry in etree.fromstring(body).iter(f"{ATOM}entry")
    ]


READERS: dict[str, Callable[[bytes], list[Read]]] = {"json": read_json, "rss": read_rss, "atom": read_atom}
