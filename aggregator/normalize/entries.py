"""From posts to clean entries. Knows no other polls and no other feeds, and not what day it is."""

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from aggregator.languages import language_tag
from aggregator.model import Enclosure, Entry, Origin, ParsedEntry, ParsedFeed, TextConstruct
from aggregator.normalize.atom_ids import repeatable
from aggregator.normalize.authors import author_names
from aggregator.normalize.bidi import closed
from aggregator.normalize.boilerplate import without_boilerplate
from aggregator.normalize.dates import parse_date
from aggregator.normalize.duplicates_in_document import without_repeats
from aggregator.normalize.excerpt import ENOUGH_PROSE, LEAD, excerpt
from aggregator.normalize.limits import ENCLOSURES, GUID, NAME, POSTS, TEXT, TITLE
from aggregator.normalize.links import canonical, resolve
from aggregator.normalize.reading_time import minutes
from aggregator.normalize.tags import tags
from aggregator.normalize.text import may_hold_more_than_prose, name, to_lines, to_text, unescaped, words_only

_UNDATED = datetime.min.replace(tzinfo=UTC)


def normalize(document: ParsedFeed, *, base: str) -> tuple[Entry, ...]:
    """Return the entries of a document in its order, the newest 500 at most, each post once.

    `base` is what relative links stand on.
    """
    authors, language = author_names(document.authors), language_tag(document.language)
    found = (_entry(post, base, authors, language) for post in _newest(document.posts))
    # Items that are nested in items leave empty shells behind.
    entries = without_repeats(
        entry for entry in found if entry.guid or entry.link or entry.title or entry.text
    )
    shared = Counter(entry.guid for entry in entries)
    return tuple(
        replace(entry, guid=None, atom_id=None) if shared[entry.guid] > 1 else entry for entry in entries
    )


def _newest(posts: Sequence[ParsedEntry]) -> Sequence[ParsedEntry]:
    """Bound the posts; undated ones count as old, and of equals the first ones stay."""
    if len(posts) <= POSTS:
        return posts
    dates = [parse_date(post.published) or parse_date(post.updated) or _UNDATED for post in posts]
    kept = sorted(range(len(posts)), key=lambda index: dates[index], reverse=True)[:POSTS]
    return [posts[index] for index in sorted(kept)]


def _entry(post: ParsedEntry, base: str, authors: tuple[str, ...], language: str | None) -> Entry:
    """Clean one post; `authors` and `language` are the document's, for posts that name none."""
    # Atom says whether a title is markup (RFC 4287, section 3.1.1); in RSS, what was escaped twice may be.
    title = excerpt(to_text(post.title, is_exact=post.is_atom), TITLE) if post.title else ""
    text, markup = _richest(post, title)
    enclosures = _enclosures(post, base)
    if not (title or text):
        title = _file_name(enclosures)
    links = (canonical(link, base=base) for link in post.links)
    return Entry(
        guid=post.guid[:GUID] if post.guid else None,
        link=next((link for link in links if link), None),
        fingerprint=fingerprint(title, text),
        title=title,
        text=text,
        prose=_prose(markup, title, text),
        minutes=minutes(text),
        authors=author_names(post.authors) or authors,
        tags=tags(post.tags),
        language=language_tag(post.language) or language,
        enclosures=enclosures,
        comments=resolve(post.comments, base),
        published=parse_date(post.published),
        updated=parse_date(post.updated),
        origin=_origin(post.origin, base),
        atom_id=repeatable(post.guid) if post.is_atom else None,
    )


def _richest(post: ParsedEntry, title: str) -> tuple[str, TextConstruct | None]:
    """Return the words of the richest of content, summary and description, and that markup."""
    richest, source = "", None
    for markup in (*post.contents, *([post.summary] if post.summary else [])):
        if len(markup.value) > len(richest):  # else it has no more to say, whatever it is
            text = " ".join(without_boilerplate(to_lines(markup), title))
            if len(text) > len(richest):
                richest, source = text, markup
    return closed(richest[:TEXT].rstrip()), source


def _prose(markup: TextConstruct | None, title: str, text: str) -> str:
    """Return the beginning of a text without code blocks, tables and captions if it has such and enough else."""
    if markup is None or not may_hold_more_than_prose(markup):
        return ""
    prose = " ".join(without_boilerplate(to_lines(markup, only_prose=True), title))[:LEAD]
    return closed(prose.rstrip()) if len(prose) >= ENOUGH_PROSE and prose != text[:LEAD] else ""


def _file_name(enclosures: Sequence[Enclosure]) -> str:
    """Return what the first file is called by its address; empty if that names none."""
    if not enclosures:
        return ""
    return name(unquote(PurePosixPath(urlsplit(enclosures[0].url).path).name))[:TITLE]


def fingerprint(title: str, text: str) -> str:
    """Return what recognises an entry by its words: letters and digits alone, whatever their case."""
    return hashlib.blake2b(words_only(f"{title}\n{text}").encode(), digest_size=16).hexdigest()


def _enclosures(post: ParsedEntry, base: str) -> tuple[Enclosure, ...]:
    found: dict[str, Enclosure] = {}
    for file in post.enclosures:
        if url := resolve(file.url, base):
            kind = file.type[:NAME] if file.type and re.fullmatch(r"[\w.+-]+/[\w.+-]+", file.type) else None
            length = file.length if file.length and 0 < file.length < 2**53 else None
            found.setdefault(url, Enclosure(url, kind, length))
    return tuple(found.values())[:ENCLOSURES]


def _origin(origin: Origin | None, base: str) -> Origin | None:
    if origin is None:
        return None
    url, link = resolve(origin.url, base), canonical(origin.link, base=base)
    title = " ".join(unescaped(origin.title[:NAME]).split())
    return Origin(url, title, link) if url or link or title else None
