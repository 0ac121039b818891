"""Delta reading: which entries of a document were in the last one, byte for byte, and need not be read again.

Entries are left unread only if that changes nothing: their frame is the same, our code is the same, and no entry
that is read shares a key with one that is not (`normalize` and `reconcile` look for posts that are listed twice).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cache
from hashlib import blake2b
from pathlib import Path

import feedparser
import ftfy
import selectolax

from aggregator.lifecycle.takeover import keys_of, marks_of
from aggregator.model import DocumentWarning, Entry, FeedContent, LastDocument, ParsedFeed
from aggregator.normalize.limits import GUID
from aggregator.parse.spans import Split
from aggregator.reading.marks import FRAME_BYTES, Mark, digest, packed, unpacked


def frame(split: Split, address: str, keep: timedelta | None) -> bytes:
    """Return a digest of all that an entry depends on besides its own bytes: our rules, the address, the frame."""
    parts = (_rules(), address.encode(), repr(keep).encode(), split.frame)
    return blake2b(b"\0".join(parts), digest_size=FRAME_BYTES).digest()


@cache
def _rules() -> bytes:
    """Return a digest of the code that turns bytes into entries and separates posts from pages: if it changes, everything is read again."""
    package = Path(__file__).parents[1]
    folders = (package / "parse", package / "normalize")
    shared = (package / "domains.py", package / "nesting.py", package / "reconcile" / "fixed_pages.py")
    code = sorted([*shared, *(file for folder in folders for file in folder.glob("*.py"))])
    libraries = (feedparser.__version__, ftfy.__version__, selectolax.__version__)
    found = blake2b(repr(libraries).encode())
    model = package / "model"
    for path in (*code, package / "reading" / "read.py", model / "documents.py", model / "entries.py"):
        found.update(path.read_bytes())
    return found.digest()


# --- what is read -----------------------------------------------------------------------------------------


def places(split: Split, last: LastDocument, address: str) -> tuple[int, ...]:
    """Return each entry's index in the last document, -1 for one to be read; () if all are to be read."""
    marks = unpacked(last.marks)
    if (
        not marks
        or len(last.listing) != len(marks) + 1
        or last.marks[:FRAME_BYTES] != frame(split, address, last.keep)
    ):
        return ()
    at = {mark.digest: place for place, mark in enumerate(marks) if mark.is_settled}
    found = tuple(at.pop(digest(span), -1) for span in split.entries)
    return found if max(found) >= 0 else ()


def is_separable(document: ParsedFeed, entries: Sequence[Entry], warnings: Sequence[DocumentWarning]) -> bool:
    """Whether each entry of a document depends only on its own bytes and the frame, not on another entry.

    `warnings` are those of its decoding; with any other, such as that it is not well-formed, this is not
    certain.
    """
    guids = Counter(post.guid[:GUID] for post in document.posts if post.guid)
    is_one_each = len(entries) == len(document.posts) and all(times == 1 for times in guids.values())
    return is_one_each and document.warnings == warnings and document.fault is None


def is_apart(entries: Iterable[Entry], found: Sequence[int], last: LastDocument) -> bool:
    """Whether no entry that was read shares a guid, link or title with one that was not."""
    unread = {key for place in found if place >= 0 for key in keys_of(last.listing[place + 1])}
    return all(unread.isdisjoint(keys_of(marks_of(entry))) for entry in entries)


def marked(
    reading: FeedContent, split: Split, found: Sequence[int], last: LastDocument, address: str
) -> FeedContent:
    """Return a reading with the marks for the next poll, and its entries with their digests."""
    before, fresh = unpacked(last.marks), iter(reading.entries)
    entries, marks = [], []
    for place, span in zip(found, split.entries, strict=True):
        if place >= 0:
            marks.append(before[place])
        else:
            entry = replace(next(fresh), span=digest(span))
            entries.append(entry)
            marks.append(Mark(digest(span), entry.date))
    return replace(
        reading,
        entries=tuple(entries),
        marks=packed(frame(split, address, last.keep), marks),
        places=tuple(found) if max(found) >= 0 else (),
    )
