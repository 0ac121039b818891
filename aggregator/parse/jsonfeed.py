"""Reads JSON Feed 1.0 and 1.1 (jsonfeed.org/version/1.1) into the same values as XML feeds."""

import json
import re
from collections.abc import Iterator
from itertools import chain
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
from aggregator.parse.html_signs import is_all_elements

_DECODER = json.JSONDecoder(strict=False)
# A string, or what is no JSON. A string that nobody closes goes to the end, or each quote in it would be tried as a
# beginning, and likewise a comment; in the second form, a quote ends it only in front of what can follow a string.
_STRINGS = (r'"(?:[^"\\]|\\.)*+"?', r'"(?:[^"\\]|\\.|"(?!\s*+(?:[:}\]]|,\s*+["{\[\dtfn-]|\Z)))*+"?')
_SLIPS = tuple(
    re.compile(
        rf'(?P<text>{string})(?P<next>\s*+(?="))?|(?P<idle>,(?=\s*+[\]}}])|//[^\n]*|/\*(?:[^*]|\*(?!/))*+(?:\*/)?)|(?P<end>[}}\]])(?=\s*+["{{])'
        r"|\b(?P<none>undefined|None|True|False)\b",
        re.DOTALL,
    )
    for string in _STRINGS
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_QUOTE = re.compile(r'\\.|"', re.DOTALL)
_MOST = 2**53  # JSON's whole numbers (RFC 8259, section 6)
_ESCAPED = '"\\/bfnrtu'  # what may follow a backslash (RFC 8259, section 7)
_WORDS = {"True": "true", "False": "false"}
_ITEMS = re.compile(r'"items"\s*:\s*\[')
_BETWEEN = re.compile(r"[\s,]*")


def loads(body: bytes) -> Any:
    """Parse JSON, also with unambiguous mistakes of templates; raises ValueError for others.

    Those are line ends in texts, commas too many or too few, comments, words of other languages, escapes that JSON does
    not know, quotes in a text, and what stands behind the document. Of one that breaks off the items before are there.
    """
    text = body.decode(errors="replace")
    for version in chain([text], (slip.sub(_mended, text) for slip in _SLIPS)):
        try:
            return _DECODER.raw_decode(version)[0]
        except ValueError:
            continue
    return _beginning(text)


def _mended(slip: re.Match[str]) -> str:
    if slip["text"]:
        inside = _ESCAPE.sub(lambda one: one[0] if one[1] in _ESCAPED else one[1], slip["text"][1:-1])
        inside = _QUOTE.sub(lambda one: one[0] if len(one[0]) > 1 else '\\"', inside)
        return f'"{inside}",' if slip["next"] is not None else f'"{inside}"'
    if slip["end"]:
        return f"{slip['end']},"
    return _WORDS.get(slip["none"], "null") if slip["none"] else ""


def _beginning(text: str) -> dict[str, Any]:
    """Return a feed up to the first item that is none; raises ValueError if it has no items, or no first one."""
    start = _ITEMS.search(text)
    if not start:
        raise ValueError
    feed, place, items = _DECODER.decode(f"{text[: start.end()]}]}}"), start.end(), []
    while True:
        try:
            item, place = _DECODER.raw_decode(text, _BETWEEN.match(text, place).end())  # type: ignore[union-attr]  # matches nothing, too
        except ValueError:
            break
        items.append(item)
    if not items:
        raise ValueError
    return {**feed, "items": items}


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
    guid = _text(item.get("id"))
    # An id is the address of the item, ideally (version 1.1, "Items").
    links = (_text(item.get("url")), _text(item.get("external_url")), guid if _is_address(guid) else None)
    contents = (_markup(item.get("content_html"), "html"), _body(item.get("content_text")))
    return ParsedEntry(
        guid=guid,
        links=tuple(url for url in links if url),
        title=_markup(_text(item.get("title")), "text"),
        contents=tuple(content for content in contents if content),
        summary=_body(item.get("summary")),
        published=_text(item.get("date_published")),
        updated=_text(item.get("date_modified")),
        authors=_authors(item),
        tags=_tags(item),
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


def _body(value: object) -> TextConstruct | None:
    """Return a text that should be plain; one that is elements from its first character to its last is HTML."""
    return _markup(value, "html" if isinstance(value, str) and is_all_elements(value) else "text")


def _is_address(text: str | None) -> bool:
    return text is not None and text.startswith(("http://", "https://"))


def _list(owner: dict[str, Any], key: str) -> list[Any]:
    """Return the values of a list; a single one is often written without it."""
    value = owner.get(key)
    return value[:VALUES] if isinstance(value, list) else [] if value is None else [value]


def _tags(item: dict[str, Any]) -> tuple[str, ...]:
    written = item.get("tags")
    tags = written.split(",")[:VALUES] if isinstance(written, str) else _list(item, "tags")
    names = [tag.get("name") if isinstance(tag, dict) else tag for tag in tags]
    return tuple(name for name in names if isinstance(name, str))


def _authors(owner: dict[str, Any]) -> tuple[str, ...]:
    # `author` is version 1.0, `authors` 1.1.
    people = [*_list(owner, "authors"), *_list(owner, "author")]
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
    hubs = feed.get("hubs")
    for hub in hubs[:VALUES] if isinstance(hubs, list) else ():
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
