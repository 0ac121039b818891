"""A view of the timeline as a query string and in words; the same for the page and for every feed.

What a reader may type into an address and nobody can answer is a 400 or a 404 with a sentence.
"""

import unicodedata
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest

from aggregator.model import Cursor, TimelineQuery

MOST_WORDS = 300  # characters of a search
MOST_CHOICES = 50  # sources, and tags
MOST_NAME = 200  # characters of a source's slug or of a tag
# Before anything is normalized, which takes the square of a run of marks: room for marks that are written apart and
# for white space that is folded.
_MOST_RAW = 10  # times as many characters

# Seven bytes of microseconds reach from the year 829 to 3111, all of which a datetime and both databases hold.
_TIME_BYTES = 7
_MOST_ID = 2**63 - 1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def view_of(arguments: MultiDict[str, str]) -> TimelineQuery:
    """Return the view that a query string asks for; what it does not know it leaves alone.

    The same view always comes out equal, whatever order or spelling its parts had.
    Raises BadRequest for a cursor that is none and for more words or choices than anybody means.
    """
    before = arguments.get("before", "")
    return TimelineQuery(
        sources=_choices(arguments.getlist("source"), "sources"),
        tags=_choices(map(str.casefold, arguments.getlist("tag")), "tags"),
        words=_words(arguments.get("q", "")),
        before=decode(before) if before else None,
    )


def query_of(view: TimelineQuery) -> str:
    """Return the query string of a view, without the question mark; empty for the whole timeline."""
    pairs = [("source", slug) for slug in view.sources] + [("tag", tag) for tag in view.tags]
    if view.words:
        pairs.append(("q", view.words))
    if view.before:
        pairs.append(("before", encode(view.before)))
    return urlencode(pairs)


def path_of(path: str, view: TimelineQuery) -> str:
    """Return `path` with the view's query string, as links use it."""
    query = query_of(view)
    return f"{path}?{query}" if query else path


def words_of(view: TimelineQuery, titles: Mapping[str, str]) -> str:
    """Say in words which part of the timeline a view is; empty for all of it.

    `titles` names the sources by slug; one that is not there is called by its slug.
    """
    parts = []
    if view.tags:
        parts.append(f"tagged {_either(view.tags)}")
    if view.sources:
        parts.append(f"from {_either(titles.get(slug, slug) for slug in view.sources)}")
    if view.words:
        parts.append(f"about “{view.words}”")
    return " ".join(["Posts", *parts]) if parts else ""


def title_of(view: TimelineQuery, titles: Mapping[str, str], site: str) -> str:
    """Return the title of a view, for the page and its feeds alike: its words and the site's title."""
    words = words_of(view, titles)
    return f"{words} · {site}" if words else site


def encode(cursor: Cursor) -> str:
    """Return a cursor as it stands in an address: opaque, url-safe, some fourteen characters."""
    placed = (cursor.placed - _EPOCH) // _MICROSECOND
    number = cursor.id.to_bytes((cursor.id.bit_length() + 7) // 8)
    raw = placed.to_bytes(_TIME_BYTES, signed=True) + number
    return urlsafe_b64encode(raw).decode("ascii").rstrip("=")


def decode(text: str) -> Cursor:
    """Return the cursor that `encode` wrote. Raises BadRequest for anything else."""
    try:
        raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        placed = _EPOCH + int.from_bytes(raw[:_TIME_BYTES], signed=True) * _MICROSECOND
        cursor = Cursor(placed, int.from_bytes(raw[_TIME_BYTES:]))
    except (ValueError, OverflowError):
        raise broken_cursor() from None
    # The decoder passes over characters that it does not know: only what comes back the same was ours.
    if not 0 < cursor.id <= _MOST_ID or encode(cursor) != text:
        raise broken_cursor()
    return cursor


def broken_cursor() -> BadRequest:
    """Return the answer to a cursor that names no place."""
    return BadRequest(
        "This address names a place in the timeline that does not exist: its “before” was cut or changed. "
        "Leave it out to start with the newest posts."
    )


def _words(text: str) -> str:
    if len(text) > _MOST_RAW * MOST_WORDS:
        raise _too_many_words(len(text))
    words = _folded(text)
    if len(words) > MOST_WORDS:
        raise _too_many_words(len(words))
    return words


def _too_many_words(length: int) -> BadRequest:
    return BadRequest(
        f"A search may have {MOST_WORDS} characters at most; this one has {length}. "
        "Search for a few words of the post instead."
    )


def _choices(values: Iterable[str], what: str) -> tuple[str, ...]:
    named = list(values)
    if any(len(value) > _MOST_RAW * MOST_NAME for value in named):
        raise _too_long_name(what)
    chosen = sorted({folded for value in named if (folded := _folded(value))})
    if len(chosen) > MOST_CHOICES:
        raise BadRequest(f"A view may name {MOST_CHOICES} {what} at most; this one names {len(chosen)}.")
    if any(len(value) > MOST_NAME for value in chosen):
        raise _too_long_name(what)
    return tuple(chosen)


def _too_long_name(what: str) -> BadRequest:
    return BadRequest(f"The names of {what} have {MOST_NAME} characters at most.")


def _folded(text: str) -> str:
    """Return the text with white space folded and control characters, which PostgreSQL refuses, as space."""
    printable = "".join(" " if unicodedata.category(char) == "Cc" else char for char in text)
    return " ".join(unicodedata.normalize("NFC", printable).split())


def _either(names: Iterable[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} or {last}" if first else last
