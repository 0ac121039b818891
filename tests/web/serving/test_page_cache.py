import gzip
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import brotli
import pytest
import zstandard

from aggregator.web.serving.page_cache import (
    CODINGS,
    SLOT_BYTES,
    CacheVersion,
    PageCache,
    Rendering,
    rendering,
)

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)

DECODERS: dict[str, Callable[[bytes], bytes]] = {
    "br": brotli.decompress,
    "gzip": gzip.decompress,
    "zstd": lambda body: zstandard.ZstdDecompressor().decompress(body),
}


class Source:
    """A document that changes when a test says so, and counts how often it was rendered."""

    def __init__(self, body: bytes = b"one") -> None:
        self.body = body
        self.number = 1
        self.changed = NOON
        self.rendered = 0
        self.kept = PageCache()
        self.now = NOON

    def version(self) -> CacheVersion:
        return CacheVersion(self.number, self.changed)

    def render(self) -> bytes:
        self.rendered += 1
        return self.body

    def get(self, key: str = "page") -> Rendering:
        return self.kept.get(key, self.version, self.render, now=self.now)

    def becomes(self, body: bytes, after: timedelta = timedelta(hours=1)) -> None:
        self.body = body
        self.number += 1
        self.changed += after
        self.now = self.changed


def test_a_document_is_rendered_once_for_each_version() -> None:
    source = Source()

    first = [source.get() for _ in range(3)]
    source.becomes(b"two")
    second = [source.get() for _ in range(3)]

    assert source.rendered == 2
    assert {one.body for one in first} == {b"one"}
    assert {one.body for one in second} == {b"two"}


def test_validators_change_with_the_bytes() -> None:
    source = Source()
    first = source.get()
    source.becomes(b"two")
    second = source.get()

    assert first.etag != second.etag
    assert second.changed == NOON + timedelta(hours=1)


def test_validators_stand_while_the_bytes_do_although_something_else_changed() -> None:
    source = Source()
    first = source.get()
    source.becomes(b"one")
    second = source.get()

    assert source.rendered == 2
    assert (first.etag, first.changed) == (second.etag, second.changed)


def test_two_changes_within_a_second_have_two_dates() -> None:
    source = Source()
    first = source.get()
    source.becomes(b"two", after=timedelta(milliseconds=200))
    second = source.get()

    assert second.changed.replace(microsecond=0) > first.changed.replace(microsecond=0)


def test_bytes_that_change_without_the_store_are_dated_now() -> None:
    """A new title of the site: the store knows nothing of it."""
    source = Source()
    source.get()
    source.becomes(b"two", after=timedelta())
    source.now = NOON + timedelta(days=1)

    assert source.get().changed == NOON + timedelta(days=1)


def test_what_changes_while_a_document_is_made_dates_it() -> None:
    source = Source()

    def render() -> bytes:
        source.becomes(b"two")
        return source.body

    made = source.kept.get("page", source.version, render, now=NOON)
    again = source.get()

    assert made.changed == again.changed == NOON + timedelta(hours=1)
    assert source.rendered == 1  # the next request makes sure


def test_every_process_tells_the_same_tag() -> None:
    assert Source(b"x").get().etag == Source(b"x").get().etag == rendering(b"x", NOON).etag


@pytest.mark.parametrize("coding", CODINGS)
def test_a_document_is_coded_once_and_comes_back_whole(coding: str) -> None:
    document = rendering(b"words " * 1000, NOON)
    coded = document.in_coding(coding)

    assert DECODERS[coding](coded) == document.body
    assert len(coded) < len(document.body) / 10
    assert document.in_coding(coding) is coded


def test_a_failure_keeps_nothing_and_goes_through() -> None:
    source = Source()

    def fail() -> bytes:
        raise LookupError

    with pytest.raises(LookupError):
        source.kept.get("page", source.version, fail, now=NOON)

    assert source.get().body == b"one"


def test_the_least_recently_asked_for_goes_first() -> None:
    source = Source(b"x" * 1000)
    source.kept = PageCache(most_bytes=3 * 2100)
    for key in ("a", "b", "c", "a", "d"):
        source.get(key)
    assert source.rendered == 4

    source.get("a")
    source.get("c")
    assert source.rendered == 4
    source.get("b")
    assert source.rendered == 5


def test_threads_that_ask_at_once_wait_for_one_rendering() -> None:
    source = Source()
    begun, go_on = threading.Event(), threading.Event()

    def slow() -> bytes:
        begun.set()
        go_on.wait(10)
        return source.render()

    def ask() -> None:
        source.kept.get("page", source.version, slow, now=NOON)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    begun.wait(10)
    go_on.set()
    for thread in threads:
        thread.join(10)

    assert source.rendered == 1


def test_compressed_forms_count_too() -> None:
    source = Source(b"x" * 1000)
    source.kept = PageCache(most_bytes=2 * (SLOT_BYTES + 1000))
    for key in ("first", "second"):
        source.get(key)
    source.get("second").in_coding("gzip")
    source.kept.weigh("second")
    source.get("second")
    assert source.rendered == 2

    source.get("first")
    assert source.rendered == 3
