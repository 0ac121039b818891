"""Reads JSON Feed 1.0 and 1.1 (jsonfeed.org/version/1.1) into the same values as XML feeds."""

import json
import re
from collections.abc import Iterator
from typing import Any

from aggregator.model import (
    DocumentWarning,
    Enclosure,
    Fault,
    FaultCode,
    ParsedEntry,
    ParsedFeed,
    TextConstruct,
    WarningCode,
)
from aggregator.parse.bounds import POSTS, VALUES

# An unclosed string extends to the end, or each quote in it would be tried as a beginning.
_SLIP = re.compile(r'"(?:[^"\\]|\\.)*+"?|,(?=\s*+[\]}])', re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_MOST = 2**53  # JSON's whole numbers (RFC 8259, section 6)
_ESCAPED = '"\\/bfnrtu'  # what may follow a backslash (RFC 8259, section 7)


def loads(body: bytes) -> Any:
    """Parse JSON, also with unambiguous mistakes of templates; raises ValueError for others.

    Those are line ends in strings, a comma after the last element, and escapes that JSON does not know.
    """
    try:
        return json.loads(body, strict=False)
    except ValueError:
        return json.loads(_SLIP.sub(_mended, body.decode(errors="replace")), strict=False)


def _mended(slip: re.Match[str]) -> str:
    if not slip[0].startswith('"'):
        return ""
    return _ESCAPE.sub(lambda escape: escape[0] if escape[1] in _ESCAPED else escape[1], slip[0])


def parse(body: bytes) -> ParsedFeed:
    """Return the feed; values of a wrong type are ignored, as the specification asks of readers."""
    try:
        feed = loads(body)
    except (ValueError, RecursionError):
        return ParsedFeed(fault=Fault(FaultCode.JSON_BROKEN))
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        return ParsedFeed(fault=Fault(FaultCode.JSON_WITHOUT_ITEMS))
    items = [item for item in feed["items"] if isinstance(item, dict)]
    return ParsedFeed(
        format="jsonfeed",
        title=_markup(feed.get("title"), "text"),
        link=_text(feed.get("home_page_url")),
        language=_text(feed.get("language")),
        authors=_authors(feed),
        hub=_hub(feed),
        topic=_text(feed.get("feed_url")),
        posts=tuple(_post(item) for item in _first_and_last(items)),
        warnings=tuple(_warnings(feed, items)),
    )


def _first_and_last(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Bound the items; the newest are at one end or the other."""
    return items if len(items) <= POSTS else [*items[: POSTS // 2], *items[-POSTS // 2 :]]


def _post(item: dict[str, Any]) -> ParsedEntry:
    link = _text(item.get("url"))
    external = _text(item.get("external_url"))
    contents = (_markup(item.get("content_html"), "html"), _markup(item.get("content_text"), "text"))
    return ParsedEntry(
        guid=_text(item.get("id")),
        links=tuple(url for url in (link, external) if url),
        title=_markup(item.get("title"), "text"),
        contents=tuple(content for content in contents if content),
        summary=_markup(item.get("summary"), "text"),
        published=_text(item.get("date_published")),
        updated=_text(item.get("date_modified")),
        authors=_authors(item),
        tags=tuple(tag for tag in _list(item, "tags") if isinstance(tag, str)),
        language=_text(item.get("language")),
        enclosures=tuple(_enclosures(item)),
    )


def _text(value: object) -> str | None:
    """Return a text; a number is converted, since ids are numbers in many feeds."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return (value.strip() or None) if isinstance(value, str) else None


def _markup(value: object, kind: str) -> TextConstruct | None:
    return TextConstruct(value, kind) if isinstance(value, str) and value.strip() else None


def _list(owner: dict[str, Any], key: str) -> list[Any]:
    value = owner.get(key)
    return value[:VALUES] if isinstance(value, list) else []


def _authors(owner: dict[str, Any]) -> tuple[str, ...]:
    # `author` is version 1.0, `authors` 1.1.
    people = [*_list(owner, "authors"), owner.get("author")]
    names = [_text(person.get("name") if isinstance(person, dict) else person) for person in people]
    return tuple(name for name in names if name)


def _enclosures(item: dict[str, Any]) -> Iterator[Enclosure]:
    for file in _list(item, "attachments"):
        if isinstance(file, dict) and (url := _text(file.get("url"))):
            yield Enclosure(
                url,
                _text(file.get("mime_type")),
                _whole(file.get("size_in_bytes")),
                _whole(file.get("duration_in_seconds")),
            )


def _whole(value: object) -> int | None:
    """Return a number without its fraction; None for anything else, and for numbers that nothing has."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    return int(value) if 0 < value < _MOST else None


def _hub(feed: dict[str, Any]) -> str | None:
    for hub in _list(feed, "hubs"):
        if isinstance(hub, dict) and str(hub.get("type")).lower() == "websub":
            return _text(hub.get("url"))
    return None


def _warnings(feed: dict[str, Any], items: list[dict[str, Any]]) -> Iterator[DocumentWarning]:
    if not str(feed.get("version", "")).startswith(
        ("https://jsonfeed.org/version/", "http://jsonfeed.org/version/")
    ):
        yield DocumentWarning(WarningCode.NO_VERSION)
    if len(items) < len(feed["items"]):
        yield DocumentWarning(WarningCode.ODD_ITEMS)
    if any("id" not in item for item in items):
        yield DocumentWarning(WarningCode.ITEMS_WITHOUT_ID)
