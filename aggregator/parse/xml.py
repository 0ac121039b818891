"""Reads every dialect of RSS and Atom, by feedparser.

Its sanitizer is incomplete, and its resolving of addresses is slow: both are off, since no publisher's markup
is kept. Some of its dates are invented: only the publisher's own are used.
"""

import re
import warnings as python_warnings
from dataclasses import replace
from itertools import islice
from typing import Any

from aggregator.model import (
    DocumentWarning,
    Enclosure,
    Origin,
    ParsedEntry,
    ParsedFeed,
    TextConstruct,
    WarningCode,
)
from aggregator.parse import engine
from aggregator.parse.bounds import AUTHORS, CONTENTS, ENCLOSURES
from aggregator.parse.hints import hints
from aggregator.parse.html_signs import has_elements, has_end_tag, is_all_elements

_FORMATS = {
    "rss20": "rss2", "rss10": "rss1", "rss090": "rss09", "rss091n": "rss09", "rss091u": "rss09",
    "rss092": "rss09", "rss093": "rss09", "rss094": "rss09", "rss": "rss2", "atom10": "atom1",
    "atom01": "atom03", "atom02": "atom03", "atom03": "atom03", "atom": "atom1",
}  # fmt: skip
_REFERENCE = re.compile(rb"&#(x[0-9a-f]{1,400}|\d{1,400});?", re.IGNORECASE)
# Two references that are the halves of one character in UTF-16, as Java and JavaScript count them; also escaped.
_HALVES = re.compile(
    rb"&(?:amp;)?#(5(?:529[6-9]|5[3-9]\d\d|6[0-2]\d\d|631\d)|x[dD][89abAB][0-9a-fA-F]{2});"
    rb"&(?:amp;)?#(5(?:632\d|63[3-9]\d|6[4-9]\d\d|7[0-2]\d\d|73[0-3]\d|734[0-3])|x[dD][c-fC-F][0-9a-fA-F]{2});"
)
_SPACES, _CHARACTERS = (9, 10, 13), ((0x20, 0xD7FF), (0xE000, 0xFFFD), (0x10000, 0x10FFFF))
_CONTROLS = bytes(code for code in range(0x20) if code not in _SPACES)
_NONCHARACTERS = ("\ufffe".encode(), "\uffff".encode())
_ALTERNATE = {"alternate", "http://www.iana.org/assignments/relation/alternate"}
# A title of words with line breaks, pictures or comments in it; who writes about the tag sets a space before it, and
# gives it no attribute.
_BROKEN = re.compile(
    r"[^<]*(?:(?:(?<=[^<\s])<(?:br|wbr)\s*/?>|<img\s[^<>]*\bsrc\s*=[^<>]*>|<!--(?:[^-]|-(?!->))*-->)[^<]*)+",
    re.IGNORECASE,
)
_DURATION = re.compile(r"\d{1,6}(?::\d{1,2}){0,2}", re.ASCII)
# The element around a text, with its language.
_DIV = re.compile(
    r"""\s*<(?:div|article|section)\s[^<>]*?\blang\s*=\s*["']([\w-]{1,40})["']""", re.IGNORECASE
)
_TYPES = {"text/plain": "text", "application/xhtml+xml": "xhtml"}


def parse(body: bytes) -> ParsedFeed:
    """Return the feed of a body in UTF-8; its `format` is empty if this is none."""
    found = _feedparser(body)
    feed, posts = found["feed"], found["entries"]
    version = found.get("version") or ("rss" if posts else "")
    if version not in _FORMATS:
        return ParsedFeed()
    is_atom = version.startswith("atom")
    return ParsedFeed(
        format=_FORMATS[version],
        title=_markup(feed, "title") or _markup(feed, "other_title"),
        link=_site(feed),
        language=_of(feed, "language"),
        authors=_authors(feed),
        hub=_related(feed, "hub"),
        topic=_related(feed, "self"),
        hints=hints(body, dict(feed)),
        posts=tuple(_post(post, feed, is_atom=is_atom) for post in posts),
        warnings=_warnings(found),
    )


def _feedparser(body: bytes) -> Any:
    with python_warnings.catch_warnings():
        python_warnings.simplefilter("ignore")  # its own deprecation warnings, triggered by documents
        try:
            return engine.parse(_without_impossible(body))
        except Exception as trouble:  # noqa: BLE001 - whatever its layers raise for a document, it lets through
            return {"feed": {}, "entries": [], "bozo_exception": trouble}


def _without_impossible(body: bytes) -> bytes:
    """Drop the characters that XML cannot carry (XML 1.0, section 2.2): one makes the whole document ill-formed."""
    body = body.translate(None, _CONTROLS)
    for noncharacter in _NONCHARACTERS:
        body = body.replace(noncharacter, b"")
    return _REFERENCE.sub(_possible, _HALVES.sub(_joined, body)) if b"#" in body else body


def _joined(halves: re.Match[bytes]) -> bytes:
    """Return the character of which a publisher refers to both halves."""
    units = b"".join(_number(half).to_bytes(2, "big") for half in halves.groups())
    return units.decode("utf-16-be").encode()


def _number(digits: bytes) -> int:
    return int(digits[1:], 16) if digits[:1] in b"xX" else int(digits)


def _possible(reference: re.Match[bytes]) -> bytes:
    number = _number(reference[1])
    is_possible = number in _SPACES or any(first <= number <= last for first, last in _CHARACTERS)
    return reference[0] if is_possible else b""


def _post(post: dict[str, Any], feed: dict[str, Any], *, is_atom: bool) -> ParsedEntry:
    language = _language(post, feed)
    source = dict.get(post, "source") or {}
    return ParsedEntry(
        guid=_of(post, "id"),
        is_atom=is_atom,
        guid_is_link=bool(dict.get(post, "guidislink")),
        links=_links(post, language or _of(feed, "language")),
        title=_title(post, is_atom=is_atom),
        contents=_contents(post, is_atom=is_atom),
        summary=_body(summary, is_atom=is_atom) if (summary := _markup(post, "summary")) else None,
        published=_of(post, "published") or _of(post, "created"),
        updated=_of(post, "updated"),
        # A post of a planet without an author has that of its source feed (RFC 4287, section 4.2.1).
        authors=_authors(post) or _authors(source),
        tags=_tags(post),
        language=language,
        enclosures=tuple(_enclosures(post)),
        comments=_of(post, "comments"),
        origin=_origin(source),
    )


def _title(post: dict[str, Any], *, is_atom: bool) -> TextConstruct | None:
    title = _markup(post, "title") or _markup(post, "other_title") or _markup(post, "itunes_title")
    # feedparser treats text without an end tag as plain.
    has_break = title is not None and not is_atom and _BROKEN.fullmatch(title.value)
    return replace(title, type="html") if title and has_break else title


def _language(post: dict[str, Any], feed: dict[str, Any]) -> str | None:
    """Return the language that a post itself declares, by an element, or by `xml:lang` of it or of its text."""
    texts = [
        *islice(dict.get(post, "content") or (), CONTENTS),
        dict.get(post, "summary_detail"),
        dict.get(post, "title_detail"),
    ]
    # feedparser hands the language of the entry down to its texts, and that of the feed to the entry.
    said = [*(_of(text, "language") for text in texts if text), _of(post, "xml_lang")]
    inside = (
        _DIV.match(dict.get(text, "value") or "")
        for text in texts
        if text and dict.get(text, "type") == "text/html"
    )
    said = [*(div[1] for div in inside if div), *said]
    nearest = next((tag for tag in said if tag), None)
    return _of(post, "language") or (nearest if nearest != _of(feed, "xml_lang") else None)


def _contents(post: dict[str, Any], *, is_atom: bool) -> tuple[TextConstruct, ...]:
    """Return the texts of a post; a caption, or a line below a title, is its text if there is no other."""
    found = tuple(
        _body(_typed(content), is_atom=is_atom)
        for content in islice(dict.get(post, "content") or (), CONTENTS)
        if dict.get(content, "value")
    )
    has_text = found or _markup(post, "summary")
    caption = None if has_text else _markup(post, "caption") or _markup(post, "subtitle")
    return (_body(caption, is_atom=is_atom),) if caption else found


def _of(owner: dict[str, Any], key: str) -> str | None:
    """Return the written value; feedparser's own lookup returns `published` if `updated` is missing."""
    value = dict.get(owner, key)
    return (value.strip() or None) if isinstance(value, str) else None


def _markup(owner: dict[str, Any], key: str) -> TextConstruct | None:
    detail = dict.get(owner, f"{key}_detail")
    if isinstance(detail, dict) and dict.get(detail, "value"):
        return _typed(detail)
    return TextConstruct(value) if (value := _of(owner, key)) else None


def _typed(detail: dict[str, Any]) -> TextConstruct:
    kind = _TYPES.get(dict.get(detail, "type") or "", "html")
    return TextConstruct(
        dict.__getitem__(detail, "value"),
        kind,
        is_declared=dict.get(detail, "is_declared", True),
        language=dict.get(detail, "language") or None,
    )


def _body(markup: TextConstruct, *, is_atom: bool) -> TextConstruct:
    """Treat an RSS body as HTML if it has a tag; feedparser stops at the first one that it does not know."""
    if markup.type != "text":
        return markup
    # Atom declares what is text (RFC 4287, section 3.1.1.1), and some publishers declare their HTML as text,
    # or declare nothing.
    is_html = _is_html(markup) if is_atom else has_end_tag(markup.value)
    return replace(markup, type="html") if is_html else markup


def _is_html(markup: TextConstruct) -> bool:
    return is_all_elements(markup.value) or (not markup.is_declared and has_elements(markup.value))


def _all_links(owner: dict[str, Any]) -> list[dict[str, Any]]:
    return [link for link in dict.get(owner, "links") or () if dict.get(link, "href")]


def _related(owner: dict[str, Any], relation: str) -> str | None:
    return next(
        (link["href"] for link in _all_links(owner) if dict.get(link, "rel", "").lower() == relation), None
    )


def _links(post: dict[str, Any], language: str | None) -> tuple[str, ...]:
    """Best first: the original according to a proxy, then the publisher's own link to the post."""
    guid = _of(post, "id") or ""
    found = [
        _of(post, "feedburner_origlink"),
        *_pages(post, language),
        guid if guid.startswith(("http://", "https://", "/")) and _is_page(post) else None,
    ]
    return tuple(dict.fromkeys(link for link in found if link))


def _is_page(post: dict[str, Any]) -> bool:
    """Whether the guid is the address of a page: by `isPermaLink` of RSS 2.0; an `rdf:about` of RSS 1.0 always is."""
    return bool(dict.get(post, "guidislink", True) or dict.get(post, "guid_is_page"))


def _pages(owner: dict[str, Any], language: str | None) -> list[str]:
    """Return the links to the pages of an entry or feed, best first (RFC 4287, section 4.2.7.2).

    Those in its language before those without one, and pages for people before files of other types.
    """

    def rank(link: dict[str, Any]) -> tuple[bool, int]:
        hreflang = (dict.get(link, "hreflang") or "").lower().partition("-")[0]
        speaks = 1 if not hreflang else 0 if (language or "").lower().startswith(hreflang) else 2
        return "html" not in dict.get(link, "type", "html"), speaks

    pages = [
        link
        for link in _all_links(owner)
        if _ALTERNATE & {*(dict.get(link, "rel", "").split() or ["alternate"])}
    ]
    return [link["href"] for link in sorted(pages, key=rank)]


def _site(feed: dict[str, Any]) -> str | None:
    """Return the address of a feed's site; an id that is a URL has at least its host."""
    guid = _of(feed, "id") or ""
    found = [*_pages(feed, _of(feed, "language")), guid if guid.startswith(("http://", "https://")) else None]
    return next(filter(None, found), None)


def _authors(owner: dict[str, Any]) -> tuple[str, ...]:
    people = (person for person in islice(dict.get(owner, "authors") or (), AUTHORS) if person)
    names = tuple(name for person in people if (name := _of(person, "name") or _of(person, "email")))
    other = _of(owner, "other_author")
    # If there is only a mail address, it is the name.
    return names if not other or any("@" not in name for name in names) else (*names, other)


def _tags(post: dict[str, Any]) -> tuple[str, ...]:
    tags = dict.get(post, "tags") or ()
    return tuple(name for tag in tags if (name := dict.get(tag, "label") or dict.get(tag, "term")))


def _enclosures(post: dict[str, Any]) -> list[Enclosure]:
    files = (link for link in _all_links(post) if dict.get(link, "rel") == "enclosure")
    found = [
        Enclosure(link["href"], _of(link, "type"), _length(dict.get(link, "length")))
        for link in islice(files, ENCLOSURES)
    ]
    # A podcast's episode has one file to play; others beside it are its picture or its transcript.
    played = next(
        (file for file in found if not file.type or file.type.startswith(("audio/", "video/"))), None
    )
    duration = _seconds(_of(post, "itunes_duration") or "")
    return [replace(file, duration=duration) if file is played else file for file in found]


def _seconds(duration: str) -> int | None:
    """Return the seconds of an `itunes:duration`, which is written as `HH:MM:SS`, `MM:SS` or seconds."""
    if not _DURATION.fullmatch(duration):
        return None
    parts = (int(part) for part in reversed(duration.split(":")))
    return sum(part * unit for part, unit in zip(parts, (1, 60, 3600), strict=False)) or None


def _length(value: object) -> int | None:
    return int(str(value)) if str(value).isascii() and str(value).isdigit() and len(str(value)) < 16 else None  # noqa: PLR2004 - a JSON number's digits


def _origin(source: dict[str, Any]) -> Origin | None:
    if not source:
        return None
    return Origin(_of(source, "href") or _related(source, "self"), _of(source, "title") or "", _site(source))


def _warnings(found: dict[str, Any]) -> tuple[DocumentWarning, ...]:
    if not (trouble := found.get("bozo_exception")):
        return ()
    return (DocumentWarning(WarningCode.NOT_WELL_FORMED, " ".join(str(trouble).split())[:200]),)
