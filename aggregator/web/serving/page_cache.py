"""A cache of rendered documents, each with its compressed forms, until their content changes.

Knows no request and no store: a caller passes what a document depends on and how to render it.
"""

import gzip
import hashlib
import sys
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Lock

import brotli

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

# In the order of preference if a client accepts several equally. The levels suit a document that is coded
# once and sent many times, and still cost a first reader only some milliseconds.
CODINGS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda body: bytes(brotli.compress(body, quality=6)),
    "zstd": lambda body: zstd.compress(body, level=9),
    # Without a time in its header, so that the same document has the same bytes.
    "gzip": lambda body: gzip.compress(body, compresslevel=6, mtime=0),
}
IDENTITY = "identity"
_DECODERS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda body: bytes(brotli.decompress(body)),
    "zstd": zstd.decompress,
    "gzip": gzip.decompress,
    IDENTITY: bytes,
}

MOST_BYTES = 32 * 1024 * 1024  # of documents and their compressed forms
SLOT_BYTES = 1024  # the cost of a cached document besides its bytes


@dataclass(frozen=True, slots=True)
class CacheVersion:
    """What a document depends on: while `of` is equal, the document is unchanged.

    `changed` is when `of` last changed. It may be later than the document's own last change, never earlier.
    """

    of: object
    changed: datetime


@dataclass(frozen=True, slots=True)
class Rendering:
    """A document as bytes, with its validators."""

    body: bytes
    etag: str  # opaque, without quotes: a hash of the bytes, so that all processes agree
    changed: datetime
    coded: dict[str, bytes] = field(default_factory=dict)

    def in_coding(self, coding: str) -> bytes:
        """Return the body in a content coding of `CODINGS` or `identity`; encoded once."""
        if coding == IDENTITY:
            return self.body
        if coding not in self.coded:
            self.coded[coding] = CODINGS[coding](self.body)
        return self.coded[coding]

    def weight(self) -> int:
        """Return the number of bytes of all its forms so far."""
        return len(self.body) + sum(map(len, list(self.coded.values())))


def decoded(body: bytes, coding: str) -> bytes:
    """Return the document from which `in_coding` made these bytes."""
    return _DECODERS[coding](body)


def rendering(body: bytes, changed: datetime) -> Rendering:
    """Return a document with the validators of its bytes."""
    return Rendering(body, hashlib.blake2b(body, digest_size=12).hexdigest(), changed)


class _Slot:
    """The entry of one document; its lock lets one thread render while the others wait for the result."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.of: object = None
        self.rendering: Rendering | None = None
        self.weight = 0  # as last counted

    def current(
        self, version: Callable[[], CacheVersion], render: Callable[[], bytes], now: datetime
    ) -> Rendering:
        before = version()
        with self.lock:
            if self.rendering is None or self.of != before.of:
                body = render()
                # Changes during rendering may be in it already. Cached under the older version, it is
                # rendered again by the next request.
                self.rendering = _successor(self.rendering, body, version().changed, now)
            # Also if both are equal: the same object is faster to compare the next time.
            self.of = before.of
            return self.rendering


def _successor(last: Rendering | None, body: bytes, changed: datetime, now: datetime) -> Rendering:
    """Return the new rendering, or the last one if the bytes are the same, with its date."""
    new = rendering(body, changed)
    if last is None:
        return new
    if new.etag == last.etag:
        return last
    # If the bytes changed but `changed` did not, something else did: a title in the settings. HTTP dates have
    # whole seconds, so two changes within one need two.
    later = max(changed if changed > last.changed else now, last.changed + timedelta(seconds=1))
    return replace(new, changed=later)


class PageCache:
    """The cached documents of one process, evicted by least recent use. Thread-safe."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._slots: OrderedDict[Hashable, _Slot] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def get(
        self,
        key: Hashable,
        version: Callable[[], CacheVersion],
        render: Callable[[], bytes],
        *,
        now: datetime,
    ) -> Rendering:
        """Return the document `key` at its current version, from `render` if it is not cached.

        Exceptions of `version` or `render` propagate, and nothing new is cached.
        """
        slot = self._slot(key)
        try:
            return slot.current(version, render, now)
        finally:
            self._settle(key, slot)

    def weigh(self, key: Hashable) -> None:
        """Count the forms that were added to a document since it was returned."""
        slot = self._slots.get(key)
        if slot is not None:
            self._settle(key, slot)

    def _slot(self, key: Hashable) -> _Slot:
        with self._lock:
            slot = self._slots.setdefault(key, _Slot())
            self._slots.move_to_end(key)
            return slot

    def _settle(self, key: Hashable, slot: _Slot) -> None:
        with self._lock:
            if self._slots.get(key) is not slot:  # dropped by another thread meanwhile
                return
            if slot.rendering is None:
                del self._slots[key]
                return
            self._bytes -= slot.weight
            slot.weight = SLOT_BYTES + slot.rendering.weight()
            self._bytes += slot.weight
            while self._bytes > self._most_bytes:
                self._bytes -= self._slots.popitem(last=False)[1].weight
