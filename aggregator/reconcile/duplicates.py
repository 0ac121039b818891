"""Whether entries of different feeds are copies of one post, and whose post it is.

Pure: the store finds candidates by canonical link, by id and by `title_key`, this decides.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from urllib.parse import urlsplit

from aggregator.model import Origin
from aggregator.reconcile.text_similarity import LOOKED_AT, Comparer, Words
from aggregator.urls import site_host

DAYS_APART = timedelta(days=4)  # within which a post appears in all feeds of a publisher
SHORTEST_TITLE = 12  # letters and digits: shorter ones ("Release 1.2") are the title of many posts
FEWEST_WORDS = 25  # of a text that tells posts apart
NEARLY_ALL = 0.9  # of the words
FEWEST_OWN = 10  # words from which a text says something specific
HALF = 0.5  # of the runs of words: a summary shares as many with the text that it is made from

_ADDRESS = re.compile(r"https?://\S+")


@dataclass(frozen=True, slots=True)
class StoredCopy:
    """What the decision needs to know about one feed's entry."""

    entry_id: int
    feed_address: str  # the address that is polled, as the admin wrote it
    feed_link: str | None  # the site, as the document says
    link: str | None
    title: str
    text: str
    published: datetime | None
    first_seen: datetime
    origin: Origin | None
    guid: str | None = None
    placed: datetime | None = None  # where it would stand by itself


def title_key(title: str) -> str | None:
    """Return a key that equal titles share, None for a title too short or too common to identify a post."""
    key = _title(title)
    return key if len(key.replace(" ", "")) >= SHORTEST_TITLE else None


def world_id(guid: str | None) -> str | None:
    """Return a guid that is meant to be unique in the world: an IRI, as every `atom:id` is (RFC 4287, 4.2.6)."""
    return guid if guid and re.match(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s]", guid) else None


def is_copy(one: StoredCopy, other: StoredCopy, texts: Comparer) -> bool:
    """Whether both are the same post. A false positive is worse than a miss."""
    if not texts.may_compare():
        return False
    if _same_page(one, other):
        return _is_one_post(one, other, texts)
    if not _are_near(one, other):
        return False
    if _same_id(one, other):
        return _says_the_same(one, other, texts)
    return _same_title(one, other) and (_same_words(one, other, texts) or _is_twin(one, other, texts))


def canonical_copy(copies: Sequence[StoredCopy]) -> StoredCopy:
    """Return the copy to show: the author's own feed, regardless of which was polled last."""
    return max(copies, key=lambda copy: _claim(copy, copies))


def place(copies: Sequence[StoredCopy], placed: datetime) -> datetime:
    """Return the sort position of a post that was at `placed`, now that these are its copies.

    It is that of the credited copy alone, if that is later and the copy appeared while the post was new:
    otherwise a copy with an old date, read first, would bury today's post.
    """
    shown = canonical_copy(copies)
    is_new = shown.first_seen - min(copy.first_seen for copy in copies) <= DAYS_APART
    return max(placed, shown.placed) if shown.placed and is_new else placed


# --- whether they are one post ----------------------------------------------------------------------------


def _title(title: str) -> str:
    return " ".join(re.findall(r"\w+", title.casefold()))


def _page(link: str) -> str:
    parts = urlsplit(link)
    return f"{(parts.hostname or '').removeprefix('www.')}{parts.path.rstrip('/')}?{parts.query}#{parts.fragment}"


def _same_page(one: StoredCopy, other: StoredCopy) -> bool:
    return bool(one.link and other.link) and _page(str(one.link)) == _page(str(other.link))


def _same_id(one: StoredCopy, other: StoredCopy) -> bool:
    return world_id(one.guid) is not None and one.guid == other.guid


def _same_title(one: StoredCopy, other: StoredCopy) -> bool:
    key = title_key(one.title)
    return key is not None and key == title_key(other.title)


def _same_publisher(one: StoredCopy, other: StoredCopy) -> bool:
    """Whether both feeds are on one host: their publisher may say different things about one post."""
    return site_host(one.feed_address) == site_host(other.feed_address) == site_host(one.link)


def _same_words(one: StoredCopy, other: StoredCopy, texts: Comparer) -> bool:
    """Nearly the same words, or one is the beginning of the other: an excerpt beside the whole post."""
    shorter, longer = _by_length(texts.words(one.text), texts.words(other.text))
    if len(shorter) < FEWEST_WORDS or shorter.common(longer) < NEARLY_ALL * len(shorter):
        return False
    return shorter.share(longer) >= NEARLY_ALL or shorter.share(longer.beginning(len(shorter))) >= NEARLY_ALL


def _is_one_post(one: StoredCopy, other: StoredCopy, texts: Comparer) -> bool:
    """Whether two entries that link to one page are one post.

    A remark on the page, comments on it and a front page's news share the link, but neither title nor words.
    """
    if one.title and other.title and _title(one.title) == _title(other.title):
        return _same_publisher(one, other) or not _contradict(one, other, texts)
    return _says_the_same(one, other, texts)


def _says_the_same(one: StoredCopy, other: StoredCopy, texts: Comparer) -> bool:
    return _same_words(one, other, texts) or (
        not _have_other_titles(one, other) and _is_beginning(one, other, texts)
    )


def _have_other_titles(one: StoredCopy, other: StoredCopy) -> bool:
    """Whether both have a title, and neither is the other's with a name before it, as planets write it."""
    shorter, longer = sorted((_title(one.title), _title(other.title)), key=len)
    is_named = title_key(shorter) is not None and longer.endswith(f" {shorter}")
    return bool(shorter) and shorter != longer and not is_named


def _is_twin(one: StoredCopy, other: StoredCopy, texts: Comparer) -> bool:
    """Whether both have the same words, however few, and the same time; a date without a time is shared by many posts."""
    if one.published is None or one.published != other.published or one.published.time() == time.min:
        return False
    return bool(one.text) and texts.words(one.text) == texts.words(other.text)


def _is_beginning(one: StoredCopy, other: StoredCopy, texts: Comparer) -> bool:
    """Whether one says nothing more than the other: its words are the beginning of the other's.

    A note without a title may begin with the other's title.
    """
    shorter, longer = sorted((one, other), key=lambda copy: (bool(copy.title), len(copy.text)))
    said = texts.words(shorter.text).listed
    return any(
        _begins(texts.words(text).listed[: len(said)], said)
        for text in (longer.text, f"{longer.title} {longer.text}")
    )


def _begins(text: tuple[str, ...], said: tuple[str, ...]) -> bool:
    """Whether a text has these words; the last may have been cut within."""
    if text == said or len(text) < len(said) or len(said) == 1:
        return text == said
    return text[:-1] == said[:-1] and text[-1].startswith(said[-1])


def _contradict(one: StoredCopy, other: StoredCopy, texts: Comparer) -> bool:
    """Whether both have text under their common title, and the texts differ."""
    said = [_ADDRESS.sub(" ", text[:LOOKED_AT]) for text in (one.text, other.text)]
    shorter, longer = _by_length(*map(texts.words, said))
    if len(shorter) < FEWEST_OWN:
        return False
    return shorter.runs_within(longer) < HALF


def _by_length(one: Words, other: Words) -> tuple[Words, Words]:
    return (one, other) if len(one) <= len(other) else (other, one)


def _are_near(one: StoredCopy, other: StoredCopy) -> bool:
    return abs((one.published or one.first_seen) - (other.published or other.first_seen)) <= DAYS_APART


# --- whose post it is -------------------------------------------------------------------------------------


def _claim(copy: StoredCopy, copies: Sequence[StoredCopy]) -> tuple[float, ...]:
    """Return the evidence that a copy is the author's own, strongest first.

    The id that all copies have, and the host that a feed is polled at, cannot be forged. Anybody can write
    that a copy is from this feed, or that the document's site is the post's.
    """
    return (
        _is_named(copy, copies),
        *_at_home(copy),
        _is_origin(copy, copies),
        bool(copy.link) and site_host(copy.link) == site_host(copy.feed_link),
        # Who had it first, by our clock: a date is easily forged, too.
        -copy.first_seen.timestamp(),
        -copy.entry_id,
    )


def _is_origin(copy: StoredCopy, copies: Sequence[StoredCopy]) -> bool:
    """Whether another copy names this one's feed as its `atom:source`."""
    named = {
        address
        for other in copies
        if other is not copy and other.origin
        for address in _origins(other.origin)
    }
    return not copy.origin and bool(named & {copy.feed_address, copy.feed_link})


def _origins(origin: Origin) -> set[str]:
    return {address for address in (origin.url, origin.link) if address}


def _is_named(copy: StoredCopy, copies: Sequence[StoredCopy]) -> bool:
    """Whether the id that other copies have as well was given at this one's host: `tag:HOST,2026:1`, `https://HOST/1`."""
    if not any(other is not copy and _same_id(copy, other) for other in copies):
        return False
    tag = re.match(r"tag:([^,:@/]+@)?([^,:/]+)[,:]", copy.guid or "")  # RFC 4151
    given_at = tag[2].lower().removeprefix("www.") if tag else site_host(copy.guid)
    return bool(given_at) and given_at == site_host(copy.link)


def _at_home(copy: StoredCopy) -> tuple[bool, int]:
    """Whether the post is on the host that its feed is polled at, and how long the path of the feed's site is that leads to it.

    An entry that a feed attributes to another source does not count.
    """
    if copy.origin or not copy.link or site_host(copy.link) != site_host(copy.feed_address):
        return False, 0
    path = urlsplit(copy.feed_link or "").path.rstrip("/")
    lies_below = site_host(copy.link) == site_host(copy.feed_link) and urlsplit(copy.link).path.startswith(
        f"{path}/"
    )
    return True, len(path) if lies_below else 0
