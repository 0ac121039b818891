"""Feeds for benchmarks: real documents if available, our own otherwise, each made different from all others.

A *round* is a state of all feeds: in round 0 they are as they were found, round 1 adds one entry to each.
"""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from tests.support.corpus import samples

LARGEST = 400_000  # bytes; the odd archive of megabytes would be most of the benchmark
_NEWEST = datetime(2026, 11, 1, 8, tzinfo=UTC)

_ENTRY = re.compile(rb"<(item|entry)[ >].*?</\1>", re.DOTALL)
_ADDRESS = re.compile(rb'(?<!xmlns=["\'])(?<!xmlns:....=["\'])https?://([a-z0-9.-]+)')
TAGS = ("python", "linux", "web", "diary", "release")


@dataclass(frozen=True, slots=True)
class SampleFeed:
    """A feed's document in each round."""

    rounds: tuple[bytes, bytes]


def sample_feeds(count: int, entries: int = 0) -> tuple[list[SampleFeed], str]:
    """Return `count` feeds, and a sentence that says what they were made from.

    With `entries` each has as many, of our own making: a blog with a post in two weeks, and five tags.
    """
    if entries:
        blogs = [_feed(_own_document(entries, number, apart=14), number) for number in range(count)]
        return blogs, f"{count} blogs of {entries} posts each"
    bodies = _real_documents()
    origin = f"{len(bodies)} real documents"
    if not bodies:
        bodies = [_own_document(entries) for entries in (10, 20, 40)]
        origin = "documents written for this benchmark (there is no feed corpus)"
    made = [_feed(bodies[number % len(bodies)], number) for number in range(count)]
    mean = sum(len(feed.rounds[0]) for feed in made) // count
    mean_entries = sum(len(_ENTRY.findall(feed.rounds[0])) for feed in made) / count
    return (
        made,
        f"{count} feeds made from {origin}; in the mean {mean / 1000:.0f} KB and {mean_entries:.0f} entries",
    )


def _real_documents() -> list[bytes]:
    wanted = [sample for sample in samples() if sample.format in {"rss2", "atom1", "rss1"} and sample.entries]
    bodies = [sample.body for sample in wanted if sample.group != "quirk"]
    return [body for body in bodies if len(body) <= LARGEST and _ENTRY.search(body) and _is_utf8(body)]


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _feed(body: bytes, number: int) -> SampleFeed:
    own = _renamed(body, b"f%d" % number)
    first = _ENTRY.search(own)
    assert first  # the documents were chosen by it
    return SampleFeed((own, own[: first.start()] + _new_entry(first[0]) + own[first.start() :]))


def _renamed(body: bytes, mark: bytes) -> bytes:
    """Give a document a host and titles of its own, or feeds of one document would be copies of each other."""
    hosts = Counter(_ADDRESS.findall(body))
    if hosts:
        host = hosts.most_common(1)[0][0]
        body = body.replace(b"://" + host, b"://" + mark + b"." + host)
    return re.sub(rb"(\]\]>)?</title>", rb" " + mark + rb"\1</title>", body)


def _new_entry(entry: bytes) -> bytes:
    entry = re.sub(rb"://", b"://new.", entry, count=3)
    entry = re.sub(rb"(\]\]>)?</(title|guid|id)>", rb" new\1</\2>", entry)
    entry = re.sub(rb"<pubDate>[^<]*<", b"<pubDate>" + format_datetime(_NEWEST).encode() + b"<", entry)
    return re.sub(rb"<(published|updated)>[^<]*<", rb"<\1>" + _NEWEST.isoformat().encode() + b"<", entry)


def _own_document(entries: int, seed: int = 0, apart: int = 1) -> bytes:
    items = "".join(_own_entry(number, seed, apart) for number in range(entries))
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Sample</title>'
        f"<link>https://sample.example/</link><description>A sample</description>{items}</channel></rss>"
    ).encode()


def _own_entry(number: int, seed: int, apart: int) -> str:
    published = format_datetime(_NEWEST - timedelta(days=1 + number * apart, minutes=seed))
    words = " ".join(
        f"word{seed * 31 + number * 7 + k * k % 97} of a sentence, <b>bold</b> or plain." for k in range(60)
    )
    return (
        f"<item><title>Post number {number}</title><link>https://sample.example/posts/{number}</link>"
        f'<guid isPermaLink="false">post-{number}</guid><pubDate>{published}</pubDate>'
        f"<category>{TAGS[(seed + number) % len(TAGS)]}</category>"
        f"<description><![CDATA[<p>{words}</p>]]></description></item>"
    )
