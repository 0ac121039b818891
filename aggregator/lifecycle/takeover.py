"""Whether a document is still the source's own, or another site's behind the same address.

A parked domain or a taken-over address serves a valid feed of something else. Such a document shares no entry
with the one before, and its site has another name. Either alone is ordinary: a busy feed replaces all its
entries between two polls, a blog changes its title, its host or, with new software, all its guids.

A site that was hacked, or sold with its posts, still lists the old ones. Then its new posts are compared with
the feed's profile, and the signs are added up: no sign alone is enough, since each is ordinary somewhere.
"""

import re
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from hashlib import blake2b

from aggregator.lifecycle.profile import MIXED, Profile, profile_of
from aggregator.lifecycle.spam import is_spam
from aggregator.model import Entry, FeedContent, FeedState, HoldEvidence, HoldSign
from aggregator.urls import site_host

# Fewer entries than this on either side are weak evidence: then two signs of another site must agree.
_ENOUGH_ENTRIES = 3
# The share of words (or letters) that two titles of one site have in common at least.
_SAME_TITLE = 0.5
# Titles like "About" or "Hello world!" are anybody's: more than this share of them has to be known.
_SAME_TITLES = 0.1
# Four letters; among 500 entries a chance match, which lets a document pass, has about one chance in a hundred.
_HASH_BYTES = 3

# The weight of a sign, 1 by default, and the sum from which new posts are held back.
_WEIGHTS = {HoldSign.LANGUAGE: 2, HoldSign.SPAM: 2}
_HELD = 3
_MOST_OF = 0.5  # share of new posts
_SUDDEN = 10  # as a multiple of the feed's own rate
_MANY = 10  # new posts
_ENOUGH_TIMES = 5  # known posts, to know a rate
_ENOUGH_WORDS = 40  # on either side, to compare subjects
_SAME_WORDS = (
    0.05  # share of the new posts' words that are known; of two blogs of one language it is 0.1 in the median
)
_SPACELESS = {"ja", "zh", "th"}
_DAY = timedelta(days=1)
_MISSING = "-" * 4


def listing(reading: FeedContent, final_address: str, known: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the marks of a document: its server's host, then for each entry its guid, link and title.

    At most 501 short texts; `hold_evidence` compares them and `unlisted` finds new entries by them. Those of entries
    that were left unread are in `known`, the last document's.
    """
    entries = iter(reading.entries)
    places = reading.places or (-1,) * len(reading.entries)
    marks = (known[place + 1] if place >= 0 else marks_of(next(entries)) for place in places)
    return (_mark(site_host(final_address)), *marks)


def new_entries(entries: Iterable[Entry], known: tuple[str, ...]) -> list[Entry]:
    """Return the entries whose guid, link and title are all missing in the listing."""
    marks = _all_marks(known)
    return [entry for entry in entries if marks.isdisjoint(keys_of(marks_of(entry)))]


def hold_evidence(
    *, known: tuple[str, ...], title: str, link: str | None, reading: FeedContent, final_address: str
) -> tuple[HoldEvidence, ...]:
    """Return why a document is held back as another site's; empty if it is not.

    `known`, `title` and `link` are of the last good document. Without entries on both sides nothing can be
    concluded.
    """
    if len(known) < 2 or not reading.listed:  # noqa: PLR2004 - the host's mark and one entry
        return ()
    if _is_known(listing(reading, final_address, known)[1:], known):
        return ()
    signs = _signs(known, title, link, reading, final_address)
    few = min(len(known) - 1, reading.listed) < _ENOUGH_ENTRIES
    return tuple(signs) if len(signs) >= (2 if few else 1) else ()


def change_evidence(
    state: FeedState, reading: FeedContent, final_address: str, at: datetime
) -> tuple[HoldEvidence, ...]:
    """Return why the new posts of a feed are held back as somebody else's; empty if they are not.

    `state` is that of the last good document. Empty for a feed of which too little is known.
    """
    new = new_entries(reading.entries, state.listing) if len(state.listing) > _ENOUGH_ENTRIES else []
    if len(new) < _ENOUGH_ENTRIES or not state.profile:
        return ()
    signs = _signs(state.listing, state.title, state.link, reading, final_address)[:1]
    signs += _content_signs(state, new, at)
    return tuple(signs) if sum(_WEIGHTS.get(sign.sign, 1) for sign in signs) >= _HELD else ()


def _content_signs(state: FeedState, new: Sequence[Entry], at: datetime) -> Iterator[HoldEvidence]:
    """Yield the signs that new posts are unlike what is known of the feed."""
    known, now = Profile.read(state.profile), profile_of(new)
    is_told = {known.language, now.language}.isdisjoint({"", MIXED})
    if is_told and known.language != now.language:
        yield HoldEvidence(HoldSign.LANGUAGE, now.language, known.language)
    elif _is_another_subject(known, now):
        yield HoldEvidence(HoldSign.SUBJECT, new[0].title)
    if now.alike and not known.alike:
        yield HoldEvidence(HoldSign.TEMPLATE, max((entry.title for entry in new), key=len))
    spam = [entry for entry in new if is_spam(entry)]
    if not known.spam and len(spam) >= _MOST_OF * len(new):
        yield HoldEvidence(HoldSign.SPAM, spam[0].link or spam[0].title)
    if _is_sudden(state, new, at) or any(sign.sign is HoldSign.RATE for sign in state.hold):
        # A reason of the hold stays one: the rate normalizes while the feed is on hold.
        yield HoldEvidence(HoldSign.RATE, str(len(new)))


def _is_another_subject(known: Profile, now: Profile) -> bool:
    """Whether posts have hardly a word in common with earlier ones; False for scripts without spaces."""
    if known.language in _SPACELESS or min(len(known.words), len(now.words)) < _ENOUGH_WORDS:
        return False
    return len({*known.words} & {*now.words}) < _SAME_WORDS * len(now.words)


def _is_sudden(state: FeedState, new: Sequence[Entry], at: datetime) -> bool:
    """Whether new posts come ten times as fast as the feed's own, counted over a day at least."""
    times = state.post_times
    if len(times) < _ENOUGH_TIMES or state.last_success is None:
        return False
    since = min(times[0], state.last_success)
    fresh = sum(entry.date is None or entry.date > since for entry in new)
    own = len(times) / max((at - times[-1]) / _DAY, 1.0)
    return fresh >= _MANY and fresh / max((at - since) / _DAY, 1.0) >= _SUDDEN * own


def _is_known(listed: Sequence[str], known: tuple[str, ...]) -> bool:
    """Whether the document shares a guid, a link or a large part of its titles with the one before."""
    marks = _all_marks(known)
    shared = [marks & keys_of(entry) for entry in listed]
    if any(part[0] in "gl" for parts in shared for part in parts):
        return True
    return sum(1 for parts in shared if parts) > _SAME_TITLES * len(listed)


def _signs(
    known: tuple[str, ...], title: str, link: str | None, reading: FeedContent, final_address: str
) -> list[HoldEvidence]:
    signs = []
    if title and reading.title and not _same_title(title, reading.title):
        signs.append(HoldEvidence(HoldSign.TITLE, reading.title, title))
    if link and reading.link and site_host(link) != site_host(reading.link):
        signs.append(HoldEvidence(HoldSign.SITE, site_host(reading.link), site_host(link)))
    if known[0] != _mark(site_host(final_address)) and not (title and title == reading.title):
        signs.append(HoldEvidence(HoldSign.SERVER, site_host(final_address)))
    return signs


def _same_title(one: str, other: str) -> bool:
    """Whether two titles name one site; numbers are ignored, since some titles contain a day or a count."""
    mine, theirs = _pieces(one), _pieces(other)
    return len(mine & theirs) >= _SAME_TITLE * min(len(mine), len(theirs))


def _pieces(title: str) -> set[str]:
    words = set(re.findall(r"[^\W\d_]+", title.casefold()))
    if len(words) > 1:
        return words
    # A single word may be in a script without spaces: then pairs of letters are compared.
    letters = "".join(words) or title
    return {letters[start : start + 2] for start in range(max(1, len(letters) - 1))}


def marks_of(entry: Entry) -> str:
    """Return the marks of an entry: its guid, its link, its title."""
    return "".join(_mark(key) for key in (entry.guid, entry.link, entry.title))


def has_identifier(marks: str) -> bool:
    """Whether the marks are those of an entry that has a guid or a link."""
    return not marks.startswith(2 * _MISSING)


def _mark(key: str | None) -> str:
    if not key:
        return _MISSING
    return urlsafe_b64encode(blake2b(key.encode(), digest_size=_HASH_BYTES).digest()).decode()


def keys_of(marks: str) -> set[str]:
    """Return the non-empty marks of one entry, each with its kind: a guid must not match a title."""
    size = len(_MISSING)
    parts = (f"{kind}{marks[place * size : (place + 1) * size]}" for place, kind in enumerate("glt"))
    return {part for part in parts if not part.endswith(_MISSING)}


def _all_marks(known: tuple[str, ...]) -> set[str]:
    return {part for marks in known[1:] for part in keys_of(marks)}
