"""The yardstick: about the least that a poller in Python can do, to be measured beside ours.

    python -m tests.benchmarks.small_poller STORE URLS

Polls every address in the file URLS once, with httpx and feedparser, and keeps entries in SQLite by plain SQL.
Conditional requests; entries whose bytes are known are not parsed again. It has no politeness, limits, clean words,
identity across feeds, search, schedule or safety; that is the point: whatever ours costs beyond it pays for those.
"""

import asyncio
import hashlib
import re
import sqlite3
import sys
from pathlib import Path

import feedparser
import httpx

CONCURRENCY = 50

_ENTRY = re.compile(rb"<(item|entry)[ >].*?</\1>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_SCHEMA = """
CREATE TABLE IF NOT EXISTS feed (url TEXT PRIMARY KEY, etag TEXT, modified TEXT, known BLOB);
CREATE TABLE IF NOT EXISTS entry (
    url TEXT, guid TEXT, title TEXT, link TEXT, published TEXT, text TEXT, PRIMARY KEY (url, guid)
);
"""


def main(store: str, urls: str) -> None:
    """Poll each address once and print how many entries were new."""
    database = sqlite3.connect(store)
    database.execute("PRAGMA journal_mode = WAL")
    database.executescript(_SCHEMA)
    read = asyncio.run(_poll_all(database, Path(urls).read_text().split()))
    sys.stdout.write(f"{read} entries read\n")


async def _poll_all(database: sqlite3.Connection, urls: list[str]) -> int:
    room = asyncio.Semaphore(CONCURRENCY)
    async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
        return sum(await asyncio.gather(*(_poll(database, client, room, url) for url in urls)))


async def _poll(
    database: sqlite3.Connection, client: httpx.AsyncClient, room: asyncio.Semaphore, url: str
) -> int:
    row = database.execute("SELECT etag, modified, known FROM feed WHERE url = ?", (url,)).fetchone()
    etag, modified, known = row or (None, None, b"")
    asked = {"If-None-Match": etag, "If-Modified-Since": modified}
    async with room:
        answer = await client.get(url, headers={name: value for name, value in asked.items() if value})
    if answer.status_code != 200:
        return 0
    body, digests = _unknown_part(answer.content, known)
    entries = feedparser.parse(body, sanitize_html=False, resolve_relative_uris=False).entries
    with database:
        database.executemany(
            "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
            " title = excluded.title, link = excluded.link, text = excluded.text",
            [_row(url, entry) for entry in entries],
        )
        state = url, answer.headers.get("etag"), answer.headers.get("last-modified"), digests
        database.execute("INSERT OR REPLACE INTO feed VALUES (?, ?, ?, ?)", state)
    return len(entries)


def _unknown_part(body: bytes, known: bytes) -> tuple[bytes, bytes]:
    """Return the document without the entries that are known, and the digests of all its entries."""
    old = {known[start : start + 8] for start in range(0, len(known), 8)}
    digests: list[bytes] = []

    def keep(match: re.Match[bytes]) -> bytes:
        digests.append(hashlib.blake2b(match[0], digest_size=8).digest())
        return b"" if digests[-1] in old else match[0]

    return _ENTRY.sub(keep, body), b"".join(digests)


def _row(url: str, entry: feedparser.FeedParserDict) -> tuple[str, ...]:
    contents = entry.get("content")
    text = contents[0].value if contents else entry.get("summary", "")
    link = entry.get("link", "")
    words = " ".join(_TAG.sub(" ", text).split())
    return url, entry.get("id") or link, entry.get("title", ""), link, entry.get("published", ""), words


if __name__ == "__main__":
    main(*sys.argv[1:])
