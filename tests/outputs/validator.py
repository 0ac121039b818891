"""The errors and warnings of the W3C's feed validator, rule by rule.

Written from the specifications and from its list of messages (https://validator.w3.org/feed/docs/); it cannot be
installed. Left out is what none of our documents has, and that two Atom entries were updated at one moment, which
posts truly are.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from html.entities import name2codepoint
from urllib.parse import urlsplit

from lxml import etree
from selectolax.lexbor import LexborHTMLParser

ATOM = "{http://www.w3.org/2005/Atom}"
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)

_HTML = "a|b|br|body|code|comment|div|em|form|head|html|i|iframe|img|input|label|li|object|ol|p|pre|q|s|script|span|strong|style|svg|table|td|title|tr|tt|u|ul|video"
_END_TAG = re.compile(rf"</(?:{_HTML})>", re.IGNORECASE)
_ENTITY = re.compile(r"&(#?\w+)")
_URI = re.compile(r"[a-zA-Z][0-9a-zA-Z+.-]*:(?://)?(?:\[[0-9A-Fa-f:]+\])?[0-9a-zA-Z;/?:@&=+$.\-_!~*'()%,#]+")
_TAG = re.compile(
    r"tag:(?:[a-z0-9._-]+@)?[a-z0-9.-]+,\d{4}(?:-\d\d(?:-\d\d)?)?:[0-9a-zA-Z;/?:@&=+$.\-_!~*'()%,#]*"
)
_UUID = re.compile(r"urn:uuid:[a-f0-9]{8}(?:-[a-f0-9]{4}){3}-[a-f0-9]{12}", re.IGNORECASE)
_URN = re.compile(
    r"urn:[a-zA-Z0-9][a-zA-Z0-9-]{1,31}:(?:[a-zA-Z0-9()+,.:=@;$_!*'-]|%[0-9A-Fa-f]{2})+", re.IGNORECASE
)
_MIME = re.compile(r'[^\s()<>,;:\\"/\[\]?=]+/[^\s()<>,;:\\"/\[\]?=]+')
_MAIL_DATE = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d GMT"
)
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_REGISTERED = ("http", "https", "tag", "urn")


def complaints_about_rss(body: bytes) -> list[str]:
    """Return errors and warnings, each as the validator calls it with the words that it is about."""
    (channel,) = etree.fromstring(body)
    found = [*_missing(channel, "title", "link", "description", "language")]
    if channel.find(f"{ATOM}link[@rel='self']") is None:
        found.append("MissingAtomSelfLink")
    words = [*channel.iterfind("title"), *channel.iterfind("description")]
    for item in channel.iterfind("item"):
        words += [*item.iterfind("title"), *item.iterfind("category"), *item.iterfind("source")]
        found += _item(item)
    found += [f"NotBlank: {e.tag}" for e in words if e.tag in ("title", "category") and not _said(e)]
    found += [f"ContainsHTML: {e.text}" for e in words if _END_TAG.search(e.text or "")]
    if any(re.search(r"&#|<[/a-zA-Z]|&\w", e.text or "") for e in words) and b"&#x" not in body:
        found.append("CharacterData")
    guids = [item.findtext("guid") for item in channel.iterfind("item")]
    return found + ["DuplicateValue: guid"] * (len(guids) - len(set(guids)))


def _item(item: etree._Element) -> Iterator[str]:
    if item.find("title") is None and item.find("description") is None:
        yield "ItemMustContainTitleOrDescription"
    once = ("title", "link", "description", "comments", "enclosure", "pubDate", "guid", "source")
    yield from (f"DuplicateElement: {name}" for name in once if len(item.findall(name)) > 1)
    yield from (f"MissingElement: {name}" for name in ("guid", "pubDate") if item.find(name) is None)
    addresses = [item.findtext(name) for name in ("link", "comments")]
    source, enclosure = item.find("source"), item.find("enclosure")
    if source is not None:
        addresses.append(source.get("url"))
    if enclosure is not None:
        addresses.append(enclosure.get("url"))
        if not (enclosure.get("length") or "").isdigit():
            yield "InvalidNonNegativeInteger: enclosure"
        if not _MIME.fullmatch(enclosure.get("type") or ""):
            yield f"InvalidMIMEAttribute: {enclosure.get('type')}"
    yield from (f"InvalidLink: {each}" for each in addresses if each is not None and not _URI.fullmatch(each))
    written = item.findtext("pubDate") or ""
    if not _MAIL_DATE.fullmatch(written):
        yield f"InvalidRFC2822Date: {written}"
    elif (moment := parsedate_to_datetime(written)) < EARLIEST or f"{moment:%a}" != written[:3]:
        yield f"ImplausibleDate: {written}"
    description = LexborHTMLParser(f"<body>{item.findtext('description') or ''}").body
    if description is not None and description.css("*")[1:]:
        yield "NotHtml: description"


def complaints_about_atom(body: bytes) -> list[str]:
    """Return errors and warnings, each as the validator calls it with the words that it is about."""
    feed = etree.fromstring(body)
    found = [*_missing(feed, f"{ATOM}id", f"{ATOM}title", f"{ATOM}updated")]
    if feed.find(f"{ATOM}link[@rel='self']") is None:
        found.append("MissingSelf")
    for entry in feed.iterfind(f"{ATOM}entry"):
        found += _entry(entry)
    for element in feed.iter(f"{ATOM}*"):
        found += _element(element)
    ids = [entry.findtext(f"{ATOM}id") for entry in feed.iterfind(f"{ATOM}entry")]
    return found + ["DuplicateEntries"] * (len(ids) - len(set(ids)))


def _entry(entry: etree._Element) -> Iterator[str]:
    yield from _missing(entry, f"{ATOM}id", f"{ATOM}title", f"{ATOM}updated")
    source = entry.find(f"{ATOM}source")
    if source is not None:
        yield from (
            f"MissingSourceElement: {name}"
            for name in ("id", "title", "updated")
            if source.find(f"{ATOM}{name}") is None
        )
    if entry.find(f"{ATOM}summary") is None and entry.find(f"{ATOM}content") is None:
        yield "MissingTextualContent"
    alternates = entry.findall(f"{ATOM}link[@rel='alternate']")
    if not alternates and entry.find(f"{ATOM}content") is None:
        yield "MissingContentOrAlternate"
    if len(alternates) > 1:
        yield "DuplicateAtomLink"
    once = ("title", "summary", "content", "published", "updated", "id", "source")
    yield from (f"DuplicateElement: {name}" for name in once if len(entry.findall(f"{ATOM}{name}")) > 1)


def _element(element: etree._Element) -> Iterator[str]:
    match str(element.tag).removeprefix(ATOM):
        case "title" | "subtitle" | "summary" | "content":
            yield from _text(element)
        case "name":
            yield from ["ContainsHTML: name"] if _END_TAG.search(element.text or "") else []
            yield from ["ContainsEmail"] if re.search(r"<[\w.+-]+@[\w.-]+>", element.text or "") else []
        case "published" | "updated":
            yield from [] if _DATE.fullmatch(element.text or "") else [f"InvalidRFC3339Date: {element.text}"]
            yield from [f"ImplausibleDate: {element.text}"] if (element.text or "") < "1990" else []
        case "id":
            yield from [] if _is_id(element.text or "") else [f"InvalidFullLink: {element.text}"]
        case "category":
            yield from [] if element.get("term") else ["NotBlank: category"]
        case "link":
            yield from _link(element)


def _text(element: etree._Element) -> Iterator[str]:
    text = element.text or ""
    if not text:
        yield f"NotBlank: {element.tag}"
    if element.get("type") == "html":
        body = LexborHTMLParser(f"<body>{text}").body
        if body is not None and body.css("*")[1:]:
            yield f"NotHtml: {text}"
    elif _END_TAG.search(text) or any(map(_is_entity, _ENTITY.findall(text))):
        yield f"ContainsUndeclaredHTML: {text}"


def _is_entity(name: str) -> bool:
    return name in name2codepoint or name == "apos" or not name.isalpha()


def _link(link: etree._Element) -> Iterator[str]:
    if not _URI.fullmatch(link.get("href") or ""):
        yield f"InvalidIRI: {link.get('href')}"
    if link.get("title") == "":
        yield "AttrNotBlank: title"
    if _END_TAG.search(link.get("title") or ""):
        yield "ContainsHTML: title of a link"
    if (kind := link.get("type")) is not None and not _MIME.fullmatch(kind):
        yield f"InvalidMIMEType: {kind}"
    if (length := link.get("length")) is not None and not length.isdigit():
        yield f"InvalidNonNegativeInteger: {length}"


def _is_id(written: str) -> bool:
    scheme = written.partition(":")[0].lower()
    if scheme == "tag":
        return _TAG.fullmatch(written) is not None
    if scheme == "urn":
        form = _UUID if written.lower().startswith("urn:uuid:") else _URN
        return form.fullmatch(written) is not None
    parts = urlsplit(written)
    is_normal = bool(parts.path) and parts.netloc == parts.netloc.lower() and "/./" not in parts.path
    return scheme in _REGISTERED and _URI.fullmatch(written) is not None and is_normal


def _missing(parent: etree._Element, *names: str) -> Iterator[str]:
    return (f"MissingElement: {name}" for name in names if parent.find(name) is None)


def _said(element: etree._Element) -> str:
    return (element.text or "").strip()
