"""Which post a new entry belongs to: that of a copy in another feed, or one of its own.

Posts never merge later and never lose an entry, so an id that was given out stays good.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import Connection, and_, func, insert, or_, select

from aggregator.model import Entry
from aggregator.reconcile import Arrival
from aggregator.reconcile.copies import DAYS_APART, CopyOf, is_copy, title_key, world_id
from aggregator.reconcile.identity import CANDIDATES, schemeless
from aggregator.reconcile.likeness import Comparer
from aggregator.store.columns import AnyRow, digest
from aggregator.store.listings import COPY_COLUMNS, copy_of
from aggregator.store.tables import entry, entry_text, post
from aggregator.store.tables import feed as feeds

_MOST_CANDIDATES = 2000  # of one document
_NOT_YET = 0  # the id of an entry that has no row


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


def id_digest(guid: str) -> int:
    """Return what a guid that is nobody else's is found by in whichever feed."""
    return digest(guid)


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
            _NOT_YET,
            feed_url,
            feed_link,
            item.link,
            item.title,
            item.text,
            item.published,
            at,
            item.origin,
            item.guid,
        )
        homes.append(candidates.home_of(arrival, new))
    lonely = [arrival for arrival, home in zip(arrivals, homes, strict=True) if home is None]
    made = iter(_make(connection, lonely, feed_url))
    return [home or next(made) for home in homes]


class _Candidates:
    """Entries of other feeds that share a link, an id or a title with new ones."""

    def __init__(
        self, connection: Connection, arrivals: Sequence[Arrival], feed_id: int, at: datetime
    ) -> None:
        self._texts = Comparer()
        self._by_key: defaultdict[int | None, list[AnyRow]] = defaultdict(list)
        rows = _candidates(connection, arrivals, feed_id, at)
        for row in rows:
            self._by_key[row.link_key].append(row)
            self._by_key[row.title_key].append(row)
            self._by_key[row.atom_key].append(row)
        # A post has one entry of a feed at most: its own copy is what a source's view shows.
        shared = select(entry.c.post_id).where(
            entry.c.feed_id == feed_id, entry.c.post_id.in_({row.post_id for row in rows})
        )
        self._taken = set(connection.execute(shared).scalars())

    def home_of(self, arrival: Arrival, new: CopyOf) -> Home | None:
        """Return the post of the first candidate that is a copy of the new entry."""
        for row in self._sharing(arrival.entry):
            if is_copy(new, copy_of(row), self._texts):
                self._taken.add(row.post_id)
                return Home(row.post_id, row.public_id)
        return None

    def _sharing(self, item: Entry) -> Iterable[AnyRow]:
        for key in _keys(item):
            free = (row for row in self._by_key[key] if row.post_id not in self._taken)
            yield from islice(free, CANDIDATES)


def _keys(item: Entry) -> Iterable[int]:
    """Yield what a copy of an entry is found by, surest first."""
    if item.link:
        yield link_digest(item.link)
    if guid := _id(item):
        yield id_digest(guid)
    if key := title_key(item.title):
        yield title_digest(key)


def _id(item: Entry) -> str | None:
    return item.atom_id or world_id(item.guid)


def _candidates(
    connection: Connection, arrivals: Sequence[Arrival], feed_id: int, at: datetime
) -> Sequence[AnyRow]:
    links = {link_digest(arrival.entry.link) for arrival in arrivals if arrival.entry.link}
    ids = {id_digest(guid) for arrival in arrivals if (guid := _id(arrival.entry))}
    titles = {title_digest(key) for arrival in arrivals if (key := title_key(arrival.entry.title))}
    dates = [arrival.entry.published or at for arrival in arrivals]
    near = func.coalesce(entry.c.published, entry.c.first_seen).between(
        min(dates) - DAYS_APART, max(dates) + DAYS_APART
    )
    # Apart from the next statement, which would otherwise be served by no index.
    same_id = connection.execute(select(post.c.id).where(post.c.atom_key.in_(ids))).scalars().all()
    return connection.execute(
        select(*COPY_COLUMNS, entry.c.link_key, entry.c.title_key, post.c.atom_key, post.c.public_id)
        .join(feeds, feeds.c.id == entry.c.feed_id)
        .join(post, post.c.id == entry.c.post_id)
        .join(entry_text, entry_text.c.entry_id == entry.c.id)  # a stub has no words to compare
        .where(
            entry.c.feed_id != feed_id,
            or_(
                entry.c.link_key.in_(links),
                entry.c.post_id.in_(same_id),
                and_(entry.c.title_key.in_(titles), near),
            ),
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
            "atom_key": id_digest(guid) if (guid := _id(arrival.entry)) else None,
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
    keys = {id_digest(item.atom_id) for item in entries if item.atom_id}
    taken = set(connection.execute(select(post.c.atom_id).where(post.c.atom_key.in_(keys))).scalars())
    chosen = []
    for item in entries:
        chosen.append(None if item.atom_id in taken else item.atom_id)
        taken.add(item.atom_id)
    return chosen
