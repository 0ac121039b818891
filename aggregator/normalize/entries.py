"""Turns parsed posts into clean entries."""

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from aggregator.domains import site_domain
from aggregator.languages import language_tag
from aggregator.model import Enclosure, Entry, Origin, Outlink, ParsedEntry, ParsedFeed, TextConstruct
from aggregator.normalize.atom_ids import repeatable
from aggregator.normalize.authors import author_names
from aggregator.normalize.bidi import closed
from aggregator.normalize.boilerplate import without_boilerplate
from aggregator.normalize.dates import parse_date
from aggregator.normalize.duplicates_in_document import without_repeats
from aggregator.normalize.excerpt import ENOUGH_PROSE, LEAD, excerpt
from aggregator.normalize.limits import ENCLOSURES, GUID, NAME, POSTS, TEXT, TITLE
from aggregator.normalize.link_to_whole import without_link_to_whole
from aggregator.normalize.links import canonical, resolve
from aggregator.normalize.outlinks import host_domain, linked_hosts, outlinks
from aggregator.normalize.reading_time import minutes
from aggregator.normalize.tags import tags
from aggregator.normalize.text import (
    Anchor,
    may_hold_more_than_prose,
    name,
    to_lines_and_anchors,
    to_text,
    unescaped,
    words_only,
)

_UNDATED = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Frame:
    """The properties of a document that apply to all its posts."""

    base: str  # the base of relative links
    domains: frozenset[str]  # registrable domains of its site
    authors: tuple[str, ...]  # of posts without their own, as the next
    language: str | None


def normalize(document: ParsedFeed, *, address: str) -> tuple[Entry, ...]:
    """Return the entries of a document, which was found at `address`, in its order; the newest 500 at most, each post once."""
    site = canonical(document.link, base=address)
    frame = _Frame(
        base=site or address,
        domains=frozenset(filter(None, (site_domain(site), site_domain(address)))),
        authors=author_names(document.authors),
        language=language_tag(document.language),
    )
    found = (_entry(post, frame) for post in _newest(document.posts))
    # Items nested in items leave empty ones behind.
    entries = without_repeats(
        entry for entry in found if entry.guid or entry.link or entry.title or entry.text
    )
    shared = Counter(entry.guid for entry in entries)
    return tuple(
        replace(entry, guid=None, atom_id=None) if shared[entry.guid] > 1 else entry for entry in entries
    )


def _newest(posts: Sequence[ParsedEntry]) -> Sequence[ParsedEntry]:
    """Keep the newest posts; undated ones count as old, and of equal ones the first are kept."""
    if len(posts) <= POSTS:
        return posts
    dates = [parse_date(post.published) or parse_date(post.updated) or _UNDATED for post in posts]
    kept = sorted(range(len(posts)), key=lambda index: dates[index], reverse=True)[:POSTS]
    return [posts[index] for index in sorted(kept)]


def _entry(post: ParsedEntry, frame: _Frame) -> Entry:
    # Atom says whether a title is markup (RFC 4287, section 3.1.1); in RSS, what was escaped twice may be.
    title = excerpt(to_text(post.title, is_exact=post.is_atom), TITLE) if post.title else ""
    links = [link for link in (canonical(link, base=frame.base) for link in post.links) if link]
    own_text = _OwnText(title, frame.base, frozenset(map(_page, links)))
    text, markup, anchors = _richest(post, own_text)
    enclosures = _enclosures(post, frame.base)
    if not (title or text):
        title = _file_name(enclosures)
    return Entry(
        guid=post.guid[:GUID] if post.guid else None,
        link=links[0] if links else None,
        fingerprint=fingerprint(title, text),
        title=title,
        text=text,
        prose=_prose(markup, own_text, text),
        minutes=minutes(text),
        authors=author_names(post.authors) or frame.authors,
        tags=tags(post.tags),
        language=language_tag(post.language) or frame.language,
        enclosures=enclosures,
        comments=resolve(post.comments, frame.base),
        published=parse_date(post.published),
        updated=parse_date(post.updated),
        origin=_origin(post.origin, frame.base),
        atom_id=repeatable(post.guid) if post.is_atom else None,
        links=_outlinks(post, frame, links, title, anchors),
        hosts=linked_hosts(anchors),
    )


@dataclass(frozen=True, slots=True)
class _OwnText:
    """What tells the words of a post from what its program adds."""

    title: str
    base: str
    pages: frozenset[str]  # that the post is on

    def of(self, lines: Sequence[str], anchors: Sequence[Anchor]) -> str:
        """Return the words of these lines that belong to the post."""
        kept = without_boilerplate(lines, self.title)
        shorter = without_link_to_whole(kept, anchors, self._is_own)
        return " ".join(kept if shorter == kept else without_boilerplate(shorter, self.title))

    def _is_own(self, address: str) -> bool:
        link = canonical(address, base=self.base)
        return link is not None and _page(link) in self.pages


def _page(link: str) -> str:
    return link.partition("://")[2].partition("#")[0].removeprefix("www.").rstrip("/")


def _richest(post: ParsedEntry, own_text: _OwnText) -> tuple[str, TextConstruct | None, list[Anchor]]:
    """Return the text of the richest of content, summary and description, its markup, and the links in it."""
    richest, source, links = "", None, list[Anchor]()
    for markup in (*post.contents, *([post.summary] if post.summary else [])):
        if len(markup.value) > len(richest):  # otherwise it cannot have more text
            lines, anchors = to_lines_and_anchors(markup)
            text = own_text.of(lines, anchors)
            if len(text) > len(richest):
                richest, source, links = text, markup, anchors
    return closed(richest[:TEXT].rstrip()), source, links


def _prose(markup: TextConstruct | None, own_text: _OwnText, text: str) -> str:
    """Return the beginning of a text without code blocks, tables and captions, if it has any and enough prose besides."""
    if markup is None or not may_hold_more_than_prose(markup):
        return ""
    prose = own_text.of(*to_lines_and_anchors(markup, only_prose=True))[:LEAD]
    return closed(prose.rstrip()) if len(prose) >= ENOUGH_PROSE and prose != text[:LEAD] else ""


def _file_name(enclosures: Sequence[Enclosure]) -> str:
    """Return the file name in the address of the first enclosure; empty if it has none."""
    if not enclosures:
        return ""
    return name(unquote(PurePosixPath(urlsplit(enclosures[0].url).path).name))[:TITLE]


def _outlinks(
    post: ParsedEntry, frame: _Frame, links: Sequence[str], title: str, anchors: Sequence[Anchor]
) -> tuple[Outlink, ...]:
    """Return a post's outbound links: those of its text and, in a link blog, its own."""
    away = _links_away(post, frame, links)
    own = frame.domains | {host_domain(link) for link in links if link not in away}
    pointers = (Anchor(link, title or link) for link in away)
    page = next((link for link in links if link not in away), None)
    return outlinks(chain(pointers, anchors), base=frame.base, own=own, page=page)


def _links_away(post: ParsedEntry, frame: _Frame, links: Sequence[str]) -> list[str]:
    """Return a post's own links to other sites, if another address shows that it is on this one.

    In link blogs and lists of news, entries link to what they are about. A planet's entries are entirely on
    other sites: those are copies of other sites' posts.
    """
    away = [link for link in links if host_domain(link) not in frame.domains]
    if not away:
        return []
    others = (canonical(address, base=frame.base) for address in (post.guid, post.comments) if address)
    is_here = len(away) < len(links) or any(host_domain(link) in frame.domains for link in others if link)
    return away if is_here else []


def fingerprint(title: str, text: str) -> str:
    """Return a key of an entry's words: letters and digits only, case-insensitive."""
    return hashlib.blake2b(words_only(f"{title}\n{text}").encode(), digest_size=16).hexdigest()


def _enclosures(post: ParsedEntry, base: str) -> tuple[Enclosure, ...]:
    found: dict[str, Enclosure] = {}
    for file in post.enclosures:
        if url := resolve(file.url, base):
            kind = file.type[:NAME] if file.type and re.fullmatch(r"[\w.+-]+/[\w.+-]+", file.type) else None
            length = file.length if file.length and 0 < file.length < 2**53 else None
            found.setdefault(url, Enclosure(url, kind, length, file.duration))
    return tuple(found.values())[:ENCLOSURES]


def _origin(origin: Origin | None, base: str) -> Origin | None:
    if origin is None:
        return None
    url, link = resolve(origin.url, base), canonical(origin.link, base=base)
    title = " ".join(unescaped(origin.title[:NAME]).split())
    return Origin(url, title, link) if url or link or title else None
