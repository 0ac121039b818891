"""Which post a new entry belongs to: that of a copy in another feed, or a new one.

Posts never merge later and never lose an entry, so a published id stays valid.
"""

import json
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from itertools import islice
from typing import Any

from sqlalchemy import CompoundSelect, Connection, Integer, bindparam, func, select, union

from aggregator.model import Entry
from aggregator.reconcile import Arrival
from aggregator.reconcile.duplicates import DAYS_APART, StoredCopy, is_copy, title_key, world_id
from aggregator.reconcile.identity import CANDIDATES, schemeless
from aggregator.reconcile.text_similarity import Comparer
from aggregator.store.db import locks
from aggregator.store.db.bulk import among, insert_rows, new_ids, numbers, pairs, texts
from aggregator.store.db.tables import entry, entry_text, post
from aggregator.store.db.tables import feed as feeds
from aggregator.store.db.types import AnyRow, UtcDateTime, digest
from aggregator.store.entries.timeline_index import COPY_COLUMNS, copy_of

_MOST_CANDIDATES = 2000  # of one document, or of several that are saved together
_NOT_YET = 0  # the placeholder id of an entry without a row


@dataclass(eq=False, slots=True)
class Story:
    """The post that an entry belongs to; a new one has no ids until `number` assigns them."""

    id: int = 0
    public_id: str = ""

    @property
    def is_new(self) -> bool:
        """Whether it is yet to be created."""
        return not self.id


@dataclass(frozen=True)
class NewEntry:
    """An entry that has no row yet, with its feed."""

    feed_id: int
    feed_url: str
    feed_link: str | None  # the site
    arrival: Arrival
    at: datetime  # when it was first seen

    @property
    def entry(self) -> Entry:
        """The entry in the document."""
        return self.arrival.entry

    @cached_property
    def id(self) -> str | None:
        """A globally unique guid, if it has one."""
        return self.entry.atom_id or world_id(self.entry.guid)

    @cached_property
    def keys(self) -> tuple[int, ...]:
        """The keys by which copies in other feeds are found, strongest first."""
        link, title = self.entry.link, title_digest(self.entry.title)
        found = (link and link_digest(link), self.id and id_digest(self.id), title)
        return tuple(key for key in found if key)

    @property
    def copy(self) -> StoredCopy:
        """The entry as `reconcile.duplicates` needs it; it has no id yet."""
        item = self.entry
        return StoredCopy(
            _NOT_YET,
            self.feed_url,
            self.feed_link,
            item.link,
            item.title,
            item.text,
            item.published,
            self.at,
            item.origin,
            item.guid,
        )


# Each is computed several times while an entry is saved.
@lru_cache(maxsize=4096)
def title_digest(title: str) -> int | None:
    """Return the key of a title across feeds; None for one that identifies nothing (see `title_key`)."""
    key = title_key(title)
    return digest("title", key) if key else None


@lru_cache(maxsize=4096)
def link_digest(link: str) -> int:
    """Return the key of a canonical link across feeds, the same for http and https."""
    return digest("link", schemeless(link) or "")


def id_digest(guid: str) -> int:
    """Return the key of a globally unique guid across feeds."""
    return digest(guid)


@dataclass(frozen=True, slots=True)
class StoryArrivals:
    """New entries, the post of each, and all entries that were considered to find it."""

    newcomers: Sequence[NewEntry]
    homes: Sequence[Story]
    looked_at: frozenset[int]
    committed: str  # by others before it, see `locks.committed`

    def were_overtaken(self, connection: Connection, ids: Iterable[int]) -> bool:
        """Whether another transaction has inserted possible copies of these entries, whose own ids are `ids`.

        Then two feeds were saved concurrently, and would make two posts of one.
        """
        if locks.committed(connection) == self.committed:
            return False  # the search would find what it found
        now = connection.execute(_SHARING_IDS, _brought(self.newcomers)).scalars()
        return not self.looked_at.issuperset(set(now).difference(ids))


def arrivals(connection: Connection, newcomers: Sequence[NewEntry]) -> StoryArrivals:
    """Return the post of each new entry; new posts are yet to be created."""
    committed = locks.committed(connection)
    candidates = _Candidates(connection, newcomers)
    homes = [candidates.home_of(newcomer) for newcomer in newcomers]
    return StoryArrivals(newcomers, homes, frozenset(candidates.ids), committed)


class _Candidates:
    """Entries of other feeds that share a link, an id or a title with new ones: stored ones, and new ones that precede them."""

    def __init__(self, connection: Connection, newcomers: Sequence[NewEntry]) -> None:
        # One per feed: a feed with endless comparisons must not use up another's.
        self._texts: defaultdict[int, Comparer] = defaultdict(Comparer)
        self._by_key: defaultdict[int, list[tuple[int, Story, StoredCopy]]] = defaultdict(list)
        self.ids: list[int] = []  # of the stored ones
        homes: dict[int, Story] = {}
        for row in connection.execute(_SHARING, _brought(newcomers)):
            self.ids.append(row.id)
            home = homes.setdefault(row.post_id, Story(row.post_id, row.public_id))
            self._add((row.link_key, row.atom_key, row.title_key), row.feed_id, home, copy_of(row))
        # A post has at most one entry of a feed: the one that the source's view shows.
        self._taken = {
            (row.feed_id, homes[row.post_id])
            for row in _entries_in(connection, {newcomer.feed_id for newcomer in newcomers}, homes)
        }

    def home_of(self, newcomer: NewEntry) -> Story:
        """Return the post of the first candidate that is a copy of the new entry, else a new one."""
        new, texts = newcomer.copy, self._texts[newcomer.feed_id]
        sharing = self._sharing(newcomer)
        home = next((home for home, copy in sharing if is_copy(new, copy, texts)), None) or Story()
        self._taken.add((newcomer.feed_id, home))
        self._add(newcomer.keys, newcomer.feed_id, home, new)
        return home

    def _add(self, keys: Iterable[int | None], feed_id: int, home: Story, copy: StoredCopy) -> None:
        for key in keys:
            if key is not None:
                self._by_key[key].append((feed_id, home, copy))

    def _sharing(self, newcomer: NewEntry) -> Iterator[tuple[Story, StoredCopy]]:
        for key in newcomer.keys:
            free = (
                (home, copy)
                for feed_id, home, copy in self._by_key[key]
                if feed_id != newcomer.feed_id and (newcomer.feed_id, home) not in self._taken
            )
            yield from islice(free, CANDIDATES)


def _brought(newcomers: Sequence[NewEntry]) -> dict[str, Any]:
    """Return the parameters of the query for candidates."""
    dates = [newcomer.entry.published or newcomer.at for newcomer in newcomers]
    return {
        "brought": json.dumps([(key, newcomer.feed_id) for newcomer in newcomers for key in newcomer.keys]),
        "first": min(dates) - DAYS_APART,
        "last": max(dates) + DAYS_APART,
        "most": _MOST_CANDIDATES,
    }


def _entries_in(connection: Connection, feed_ids: Iterable[int], post_ids: Iterable[int]) -> Sequence[AnyRow]:
    """Return which of the posts have an entry of one of these feeds."""
    wanted = list(post_ids)
    if not wanted:
        return ()
    return connection.execute(_ENTRIES_IN, {"feeds": list(feed_ids), "posts": wanted}).all()


def _shared_ids() -> CompoundSelect[Any]:
    brought = pairs("brought")
    near = func.coalesce(entry.c.published, entry.c.first_seen).between(
        bindparam("first", type_=UtcDateTime), bindparam("last", type_=UtcDateTime)
    )
    shared = select(entry.c.id).join_from(brought, entry, entry.c.feed_id != brought.c.other)
    return union(
        shared.where(entry.c.link_key == brought.c.one),
        shared.join(post, post.c.id == entry.c.post_id).where(post.c.atom_key == brought.c.one),
        shared.where(entry.c.title_key == brought.c.one, near),
    )


_SHARING = (
    select(*COPY_COLUMNS, entry.c.link_key, entry.c.title_key, post.c.atom_key, post.c.public_id)
    .join(feeds, feeds.c.id == entry.c.feed_id)
    .join(post, post.c.id == entry.c.post_id)
    .join(entry_text, entry_text.c.entry_id == entry.c.id)  # a stub has no words to compare
    .where(entry.c.id.in_(_shared_ids()))
    .order_by(entry.c.id)
    .limit(bindparam("most", type_=Integer))
)

_SHARING_IDS = (
    select(entry.c.id)
    .join(entry_text, entry_text.c.entry_id == entry.c.id)
    .where(entry.c.id.in_(_shared_ids()))
    .order_by(entry.c.id)
    .limit(bindparam("most", type_=Integer))
)

_ENTRIES_IN = select(entry.c.feed_id, entry.c.post_id).where(
    among(entry.c.post_id, numbers("posts")), among(entry.c.feed_id, numbers("feeds"))
)


# --- new posts --------------------------------------------------------------------------------------------


def number(
    connection: Connection, homes: Sequence[Story], newcomers: Sequence[NewEntry]
) -> dict[Story, NewEntry]:
    """Assign the permanent ids of new posts; return the posts with their entries."""
    made: dict[Story, NewEntry] = {}
    for home, newcomer in zip(homes, newcomers, strict=True):
        if home.is_new:
            made.setdefault(home, newcomer)
    ids = new_ids(connection, post, len(made))
    for home, id_, public_id in zip(made, ids, _public_ids(connection, made.values()), strict=True):
        home.id, home.public_id = id_, public_id
    return made


def make(connection: Connection, made: Mapping[Story, NewEntry], shown: Mapping[Story, int]) -> None:
    """Write new posts, each with the entry that it shows."""
    atom_ids = _atom_ids(connection, [newcomer.entry for newcomer in made.values()])
    rows = [
        {
            "id": home.id,
            "public_id": home.public_id,
            "placed": newcomer.arrival.placed,
            "entry_id": shown.get(home),
            "atom_id": atom_id,
            "atom_key": id_digest(newcomer.id) if newcomer.id else None,
        }
        for (home, newcomer), atom_id in zip(made.items(), atom_ids, strict=True)
    ]
    insert_rows(connection, post, rows)


def _public_ids(connection: Connection, newcomers: Iterable[NewEntry]) -> list[str]:
    """Return an id for each that a rebuilt store would give again; another if it is taken."""
    wanted = [_public_id(newcomer.feed_url, newcomer.entry) for newcomer in newcomers]
    taken = set(connection.execute(_PUBLIC_IDS, {"wanted": wanted}).scalars())
    chosen = []
    for public_id in wanted:
        chosen.append(uuid.uuid4().urn if public_id in taken else public_id)
        taken.add(public_id)
    return chosen


def _public_id(feed_url: str, item: Entry) -> str:
    return uuid.uuid5(uuid.NAMESPACE_URL, f"{feed_url} {item.guid or item.link or item.fingerprint}").urn


def _atom_ids(connection: Connection, entries: Sequence[Entry]) -> list[str | None]:
    """Return each entry's atom:id if no post has it: two items of one feed must not share it (RFC 4287, 4.2.6)."""
    keys = [id_digest(item.atom_id) for item in entries if item.atom_id]
    taken: set[str | None] = set()
    if keys:
        taken.update(connection.execute(_ATOM_IDS, {"wanted": keys}).scalars())
    chosen = []
    for item in entries:
        chosen.append(None if item.atom_id in taken else item.atom_id)
        taken.add(item.atom_id)
    return chosen


_PUBLIC_IDS = select(post.c.public_id).where(among(post.c.public_id, texts("wanted")))
_ATOM_IDS = select(post.c.atom_id).where(among(post.c.atom_key, numbers("wanted")))
