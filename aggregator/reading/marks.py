"""What is remembered of the entries of a feed's last document, packed for the store.

A frame of 16 bytes (a digest of all that every entry depends on), then a mark for each entry.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from struct import Struct

from aggregator.lifecycle.takeover import has_identifier
from aggregator.model import Delta, FeedContent, LastDocument

FRAME_BYTES = 16
_MARK = Struct("!qq?")  # the fields of a mark, the date in microseconds
_UNDATED = -(2**63)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Mark:
    """What is stored about an entry of the last document."""

    digest: int  # of its bytes
    date: datetime | None = None  # published, else updated
    is_settled: bool = True  # whether its row in the store has all that the entry says


def digest(span: bytes) -> int:
    """Return a digest of an entry's bytes: 64 bits."""
    return int.from_bytes(blake2b(span, digest_size=8).digest(), signed=True)


def packed(frame: bytes, marks: Iterable[Mark]) -> bytes:
    """Return frame and marks as they are stored."""
    return frame + b"".join(_pack(mark) for mark in marks)


def unpacked(marks: bytes) -> list[Mark]:
    """Return the marks of the entries, in the document's order."""
    return [
        Mark(number, None if date == _UNDATED else _EPOCH + date * _MICROSECOND, is_settled)
        for number, date, is_settled in _MARK.iter_unpack(marks[FRAME_BYTES:])
    ]


def _pack(mark: Mark) -> bytes:
    date = _UNDATED if mark.date is None else (mark.date - _EPOCH) // _MICROSECOND
    return _MARK.pack(mark.digest, date, mark.is_settled)


def compared(reading: FeedContent, before: LastDocument) -> Delta | None:
    """Return what a reading left unread, and which entries of the document before are gone.

    None for a document that was read whole.
    """
    if not reading.places:
        return None
    last = unpacked(before.marks)
    repeated = {place for place in reading.places if place >= 0}
    return Delta(
        repeated=tuple(last[place].digest for place in sorted(repeated)),
        gone=tuple(mark.digest for place, mark in enumerate(last) if place not in repeated),
        dates=tuple(mark.date for mark in unpacked(reading.marks)),
        has_identifiers=any(has_identifier(before.listing[place + 1]) for place in repeated),
    )


def unsettled(marks: bytes, digests: Iterable[int]) -> bytes:
    """Return the marks with these entries to be read again, since their rows differ from them."""
    again = set(digests)
    return packed(
        marks[:FRAME_BYTES],
        (replace(mark, is_settled=mark.is_settled and mark.digest not in again) for mark in unpacked(marks)),
    )
