"""Drops repetitions of a post in one document: under the guid of its preview, as http and https, in two versions."""

import re
from collections.abc import Hashable, Iterable, Iterator
from urllib.parse import urlsplit

from aggregator.model import Entry


def without_repeats(entries: Iterable[Entry]) -> list[Entry]:
    """Return each post once, at its first position, in its last updated version."""
    kept: list[Entry] = []
    places: dict[Hashable, int] = {}
    for entry in entries:
        keys = list(_keys(entry))
        place = next((places[key] for key in keys if key in places), len(kept))
        if place == len(kept):
            kept.append(entry)
        elif _is_newer(entry, kept[place]):
            kept[place] = entry
        for key in keys:
            places.setdefault(key, place)
    return kept


def _keys(entry: Entry) -> Iterator[Hashable]:
    """Yield the keys that two versions of one post share. Two posts with one guid, or on one page, are two."""
    yield "title", entry.guid, entry.link, entry.title or entry.fingerprint
    if entry.atom_id and entry.updated:
        # RFC 4287, section 4.1.1: entries of one id are one entry, and the last `updated` counts.
        yield "version", entry.atom_id, entry.link
    words = (entry.fingerprint, entry.published, entry.enclosures)
    if entry.guid:
        yield "guid", entry.guid, words
    if entry.link or entry.published:
        yield "page", _page(entry.link), words
    if entry.link and entry.published and urlsplit(entry.link).path.strip("/"):
        yield "path", _page(entry.link)[:2], words  # one of the addresses may have `?ref=rss`


def _page(link: str | None) -> tuple[str, ...]:
    """Return host, path and query, the same for all addresses of a page: http or https, with www, a slash, a fragment."""
    parts = urlsplit(link or "")
    path = re.sub(r"/(?:index\.(?:html?|php))?$", "", parts.path)
    return (parts.hostname or "").removeprefix("www."), path, parts.query


def _is_newer(entry: Entry, other: Entry) -> bool:
    return entry.updated is not None and other.updated is not None and entry.updated > other.updated
