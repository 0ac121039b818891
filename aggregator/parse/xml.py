"""Reads every dialect of RSS and Atom, by feedparser.

Its sanitizer lets things through, and its resolving of addresses is slow: both are off, since no markup of a
publisher is kept. Its dates are partly invented: only what the publisher wrote is taken.
"""

import re
import warnings as python_warnings
from dataclasses import replace
from itertools import islice
from typing import Any

from aggregator.model import Document, Enclosure, Markup, Origin, Post, legible
from aggregator.parse import engine
from aggregator.parse.bounds import AUTHORS, CONTENTS, ENCLOSURES
from aggregator.parse.hints import hints

_FORMATS = {
    "rss20": "rss2", "rss10": "rss1", "rss090": "rss09", "rss091n": "rss09", "rss091u": "rss09",
    "rss092": "rss09", "rss093": "rss09", "rss094": "rss09", "rss": "rss2", "atom10": "atom1",
    "atom01": "atom03", "atom02": "atom03", "atom03": "atom03", "atom": "atom1",
}  # fmt: skip
_A_TAG = re.compile(r"</[a-z][a-z0-9]*>|<(?:br|hr|img|p)\b", re.IGNORECASE)
# All of it between the two tags of one element: nobody writes that as plain words.
_AN_ELEMENT = re.compile(r"\s*<(div|p|article|section|ul|table|blockquote)\b[^>]*>.*</\1>\s*", re.DOTALL)
_REFERENCE = re.compile(rb"&#(x[0-9a-f]{1,400}|\d{1,400});?", re.IGNORECASE)
_SPACES, _CHARACTERS = (9, 10, 13), ((0x20, 0xD7FF), (0xE000, 0xFFFD), (0x10000, 0x10FFFF))
_CONTROLS = bytes(code for code in range(0x20) if code not in _SPACES)
_NONCHARACTERS = ("\ufffe".encode(), "\uffff".encode())
_TYPES = {"text/plain": "text", "application/xhtml+xml": "xhtml"}


def parse(body: bytes) -> Document:
    """Return the feed of a body in UTF-8; its `format` is empty if this is none."""
    found = _feedparser(body)
    feed, posts = found["feed"], found["entries"]
    version = found.get("version") or ("rss" if posts else "")
    if version not in _FORMATS:
        return Document()
    is_atom = version.startswith("atom")
    return Document(
        format=_FORMATS[version],
        title=_markup(feed, "title"),
        link=_of(feed, "link"),
        language=_of(feed, "language"),
        authors=_authors(feed),
        hub=_related(feed, "hub"),
        topic=_related(feed, "self"),
        hints=hints(body, dict(feed)),
        posts=tuple(_post(post, is_atom=is_atom) for post in posts),
        warnings=_warnings(found),
    )


def _feedparser(body: bytes) -> Any:
    with python_warnings.catch_warnings():
        python_warnings.simplefilter("ignore")  # its own deprecations, raised by documents
        try:
            return engine.parse(_without_impossible(body))
        except Exception as trouble:  # noqa: BLE001 - whatever its layers raise for a document, it lets through
            return {"feed": {}, "entries": [], "bozo_exception": trouble}


def _without_impossible(body: bytes) -> bytes:
    """Drop the characters that XML cannot carry (XML 1.0, section 2.2): one makes the whole document ill-formed."""
    body = body.translate(None, _CONTROLS)
    for noncharacter in _NONCHARACTERS:
        body = body.replace(noncharacter, b"")
    return _REFERENCE.sub(_possible, body) if b"&#" in body else body


def _possible(reference: re.Match[bytes]) -> bytes:
    digits = reference[1].lower()
    number = int(digits[1:], 16) if digits.startswith(b"x") else int(digits)
    is_possible = number in _SPACES or any(first <= number <= last for first, last in _CHARACTERS)
    return reference[0] if is_possible else b""


def _post(post: dict[str, Any], *, is_atom: bool) -> Post:
    return Post(
        guid=_of(post, "id"),
        is_atom=is_atom,
        guid_is_link=bool(dict.get(post, "guidislink")),
        links=_links(post),
        title=_markup(post, "title"),
        contents=tuple(
            _body(_typed(content), is_atom=is_atom)
            for content in islice(dict.get(post, "content") or (), CONTENTS)
            if dict.get(content, "value")
        ),
        summary=_body(summary, is_atom=is_atom) if (summary := _markup(post, "summary")) else None,
        published=_of(post, "published") or _of(post, "created"),
        updated=_of(post, "updated"),
        authors=_authors(post),
        tags=_tags(post),
        language=_of(post, "language"),
        enclosures=tuple(_enclosures(post)),
        comments=_of(post, "comments"),
        origin=_origin(post),
    )


def _of(owner: dict[str, Any], key: str) -> str | None:
    """Return what was written; feedparser's own look-up gives `published` where `updated` is missing."""
    value = dict.get(owner, key)
    return (value.strip() or None) if isinstance(value, str) else None


def _markup(owner: dict[str, Any], key: str) -> Markup | None:
    detail = dict.get(owner, f"{key}_detail")
    if isinstance(detail, dict) and dict.get(detail, "value"):
        return _typed(detail)
    return Markup(value) if (value := _of(owner, key)) else None


def _typed(detail: dict[str, Any]) -> Markup:
    kind = _TYPES.get(dict.get(detail, "type") or "", "html")
    return Markup(dict.__getitem__(detail, "value"), kind, dict.get(detail, "language") or None)


def _body(markup: Markup, *, is_atom: bool) -> Markup:
    """Take an RSS body for HTML where it has a tag; feedparser gives up at the first that it does not know."""
    if markup.type != "text":
        return markup
    # Atom says what is text (RFC 4287, section 3.1.1.1), and some publishers say so of their HTML.
    is_html = _AN_ELEMENT.fullmatch(markup.value) if is_atom else _A_TAG.search(markup.value)
    return replace(markup, type="html") if is_html else markup


def _all_links(owner: dict[str, Any]) -> list[dict[str, Any]]:
    return [link for link in dict.get(owner, "links") or () if dict.get(link, "href")]


def _related(owner: dict[str, Any], relation: str) -> str | None:
    return next(
        (link["href"] for link in _all_links(owner) if dict.get(link, "rel", "").lower() == relation), None
    )


def _links(post: dict[str, Any]) -> tuple[str, ...]:
    """Best first: what a proxy says the original was, then what the publisher calls the post's page."""
    guid = _of(post, "id") or ""
    found = [
        _of(post, "feedburner_origlink"),
        _of(post, "link") if _of(post, "link") != guid else None,  # feedparser takes any guid for a link
        _related(post, "alternate"),
        guid if guid.startswith(("http://", "https://")) and dict.get(post, "guidislink") else None,
    ]
    return tuple(dict.fromkeys(link for link in found if link))


def _authors(owner: dict[str, Any]) -> tuple[str, ...]:
    people = [person for person in islice(dict.get(owner, "authors") or (), AUTHORS) if person]
    names = [_of(person, "name") or _of(person, "email") for person in people]
    return tuple(name for name in names if name) or tuple(filter(None, [_of(owner, "author")]))


def _tags(post: dict[str, Any]) -> tuple[str, ...]:
    tags = dict.get(post, "tags") or ()
    return tuple(name for tag in tags if (name := dict.get(tag, "label") or dict.get(tag, "term")))


def _enclosures(post: dict[str, Any]) -> list[Enclosure]:
    files = (link for link in _all_links(post) if dict.get(link, "rel") == "enclosure")
    return [
        Enclosure(link["href"], _of(link, "type"), _length(dict.get(link, "length")))
        for link in islice(files, ENCLOSURES)
    ]


def _length(value: object) -> int | None:
    return int(str(value)) if str(value).isascii() and str(value).isdigit() and len(str(value)) < 16 else None  # noqa: PLR2004 - a JSON number's digits


def _origin(post: dict[str, Any]) -> Origin | None:
    source = dict.get(post, "source")
    if not isinstance(source, dict) or not source:
        return None
    return Origin(
        _of(source, "href") or _related(source, "self"), _of(source, "title") or "", _of(source, "link")
    )


def _warnings(found: dict[str, Any]) -> tuple[str, ...]:
    trouble = found.get("bozo_exception")
    if not trouble:
        return ()
    return (
        f"is not well-formed XML, some of it may be missing: {legible(' '.join(str(trouble).split())[:200])}",
    )
