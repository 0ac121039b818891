"""Which post a new entry belongs to: that of a copy in another feed, or one of its own.

Posts never merge later and never lose an entry, so an id that was given out stays good.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, func, insert, or_, select

from aggregator.model import Entry
from aggregator.reconcile import Arrival
from aggregator.reconcile.copies import DAYS_APART, CopyOf, is_copy, title_key
from aggregator.reconcile.identity import schemeless
from aggregator.store.columns import AnyRow, digest
from aggregator.store.listings import COPY_COLUMNS, copy_of
from aggregator.store.tables import entry, entry_text, post
from aggregator.store.tables import feed as feeds

_MOST_CANDIDATES = 2000  # of one document


@dataclass(frozen=True, slots=True)
class Home:
    """The post that an entry belongs to."""

    id: int
    public_id: str


def title_digest(key: str) -> int:
    """Return what a `title_key` is found by."""
    return digest("title", key)


def link_digest(link: str) -> int:
    """Return what a canonical link is found by in whichever feed, with http or https."""
    return digest("link", schemeless(link) or "")


def find_or_make(
    connection: Connection,
    arrivals: Sequence[Arrival],
    *,
    feed_id: int,
    feed_url: str,
    feed_link: str | None,
    at: datetime,
) -> list[Home]:
    """Return the post of each new entry of a feed; the timeline is locked."""
    candidates = _Candidates(connection, arrivals, feed_id, at)
    homes: list[Home | None] = []
    for arrival in arrivals:
        item = arrival.entry
        new = CopyOf(
            0, feed_url, feed_link, item.link, item.title, item.text, item.published, at, item.origin
        )
        homes.append(candidates.home_of(arrival, new))
    lonely = [arrival for arrival, home in zip(arrivals, homes, strict=True) if home is None]
    made = iter(_make(connection, lonely, feed_url))
    return [home or next(made) for home in homes]


class _Candidates:
    """Entries of other feeds that share a link or a title with new ones."""

    def __init__(
        self, connection: Connection, arrivals: Sequence[Arrival], feed_id: int, at: datetime
    ) -> None:
        self._by_key: defaultdict[int, list[AnyRow]] = defaultdict(list)
        rows = _candidates(connection, arrivals, feed_id, at)
        for row in rows:
            self._by_key[row.link_key].append(row)
            self._by_key[row.title_key].append(row)
        # A post has one entry of a feed at most: its own copy is what a source's view shows.
        shared = select(entry.c.post_id).where(
            entry.c.feed_id == feed_id, entry.c.post_id.in_({row.post_id for row in rows})
        )
        self._taken = set(connection.execute(shared).scalars())

    def home_of(self, arrival: Arrival, new: CopyOf) -> Home | None:
        """Return the post of the first candidate that is a copy of the new entry."""
        for row in self._sharing(arrival):
            if row.post_id not in self._taken and is_copy(new, copy_of(row)):
                self._taken.add(row.post_id)
                return Home(row.post_id, row.public_id)
        return None

    def _sharing(self, arrival: Arrival) -> Iterable[AnyRow]:
        if link := arrival.entry.link:
            yield from self._by_key[link_digest(link)]
        if key := title_key(arrival.entry.title):
            yield from self._by_key[title_digest(key)]


def _candidates(
    connection: Connection, arrivals: Sequence[Arrival], feed_id: int, at: datetime
) -> Sequence[AnyRow]:
    links = {link_digest(arrival.entry.link) for arrival in arrivals if arrival.entry.link}
    titles = {title_digest(key) for arrival in arrivals if (key := title_key(arrival.entry.title))}
    dates = [arrival.entry.published or at for arrival in arrivals]
    near = func.coalesce(entry.c.published, entry.c.first_seen).between(
        min(dates) - DAYS_APART, max(dates) + DAYS_APART
    )
    return connection.execute(
        select(*COPY_COLUMNS, entry.c.link_key, entry.c.title_key, entry.c.placed, post.c.public_id)
        .join(feeds, feeds.c.id == entry.c.feed_id)
        .join(post, post.c.id == entry.c.post_id)
        .join(entry_text, entry_text.c.entry_id == entry.c.id)  # a stub has no words to compare
        .where(
            entry.c.feed_id != feed_id,
            or_(entry.c.link_key.in_(links), and_(entry.c.title_key.in_(titles), near)),
        )
        .order_by(entry.c.id)
        .limit(_MOST_CANDIDATES)
    ).all()


# --- new posts --------------------------------------------------------------------------------------------


def _make(connection: Connection, arrivals: Sequence[Arrival], feed_url: str) -> list[Home]:
    if not arrivals:
        return []
    public_ids = _public_ids(connection, [arrival.entry for arrival in arrivals], feed_url)
    atom_ids = _atom_ids(connection, [arrival.entry for arrival in arrivals])
    rows = [
        {
            "public_id": public_id,
            "placed": arrival.placed,
            "entry_id": None,
            "atom_id": atom_id,
            "atom_key": digest(atom_id) if atom_id else None,
        }
        for arrival, public_id, atom_id in zip(arrivals, public_ids, atom_ids, strict=True)
    ]
    connection.execute(insert(post), rows)
    made = connection.execute(select(post.c.public_id, post.c.id).where(post.c.public_id.in_(public_ids)))
    ids = {row.public_id: row.id for row in made}
    return [Home(ids[public_id], public_id) for public_id in public_ids]


def _public_ids(connection: Connection, entries: Sequence[Entry], feed_url: str) -> list[str]:
    """Return an id for each that a store built anew would give again; another where that is taken."""
    wanted = [_public_id(feed_url, item) for item in entries]
    taken = set(
        connection.execute(select(post.c.public_id).where(post.c.public_id.in_(set(wanted)))).scalars()
    )
    chosen = []
    for public_id in wanted:
        chosen.append(uuid.uuid4().urn if public_id in taken else public_id)
        taken.add(public_id)
    return chosen


def _public_id(feed_url: str, item: Entry) -> str:
    return uuid.uuid5(uuid.NAMESPACE_URL, f"{feed_url} {item.guid or item.link or item.fingerprint}").urn


def _atom_ids(connection: Connection, entries: Sequence[Entry]) -> list[str | None]:
    """Return each entry's atom:id where no post has it: two items of one feed must not share it (RFC 4287, 4.2.6)."""
    keys = {digest(item.atom_id) for item in entries if item.atom_id}
    taken = set(connection.execute(select(post.c.atom_id).where(post.c.atom_key.in_(keys))).scalars())
    chosen = []
    for item in entries:
        chosen.append(None if item.atom_id in taken else item.atom_id)
        taken.add(item.atom_id)
    return chosen
