"""Writes the entries of documents: new rows, changed rows, withdrawn rows.

Identity and position of an entry are decided in `reconcile`; whether it is shown, in `filters`. The documents
of several feeds go through every step together, so that the number of statements grows with neither feeds nor
entries.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, union

from aggregator.filters import hidden_by_id
from aggregator.model import Delta, Entry, FilteredBy, SaveSummary
from aggregator.normalize.excerpt import LEAD
from aggregator.reading.marks import unsettled
from aggregator.reconcile import EntryChanges, Known, Rewrite, plan, plan_unchanged
from aggregator.reconcile.identity import schemeless
from aggregator.sources.settings import Source, Timeline
from aggregator.store.db import locks
from aggregator.store.db.bulk import add_to_rows, among, insert_rows, new_ids, numbers, update_rows
from aggregator.store.db.feed_rows import is_visible
from aggregator.store.db.tables import entry, entry_text, post, posts_per_week
from aggregator.store.db.tables import feed as feeds
from aggregator.store.db.types import AnyRow, digest
from aggregator.store.entries import outlinks, search, stories, timeline_index
from aggregator.store.entries.outlinks import Linking, published_page
from aggregator.store.entries.stories import NewEntry, Story, StoryArrivals
from aggregator.store.entries.weeks import week_of

_OWN = tuple(
    field.name for field in fields(Entry) if field.name not in ("text", "prose", "hosts")
)  # columns of the same name
_MARKS = ("missing", "missing_since", "withdrawn", "unlisted", "span")
_SHOWN = ("title", "lead", "link", "minutes", "authors", "tags", "language", "enclosures", "comments",
          "published", "updated")  # fmt: skip


@dataclass(frozen=True, slots=True)
class EntryBatch:
    """A document whose entries are saved: its feed, its poll, and the rules of the sources file."""

    feed: AnyRow  # id, url, tags, in_file, enabled, last_post, repeated
    feed_link: str | None  # the site
    at: datetime
    last_success: datetime | None
    source: Source
    timeline: Timeline
    entries: Sequence[Entry]
    filtered: Mapping[Entry, FilteredBy]  # those of them that the filters exclude
    marks: bytes
    delta: Delta | None = None  # what `entries` leaves out
    is_unchanged: bool = False  # the document, so that there are no entries to save

    @property
    def listed(self) -> int:
        """How many entries the document has."""
        return len(self.delta.dates) if self.delta else len(self.entries)


@dataclass(frozen=True, slots=True)
class _Work:
    """A document, the rows of its feed that it concerns, and the plan."""

    taking: EntryBatch
    rows: Mapping[int, AnyRow]
    found: EntryChanges

    @property
    def newcomers(self) -> list[NewEntry]:
        feed = self.taking.feed
        return [
            NewEntry(feed.id, feed.url, self.taking.feed_link, arrival, self.taking.at)
            for arrival in self.found.arrivals
        ]

    @property
    def returned(self) -> list[AnyRow]:
        """The rows that were withdrawn and are listed again."""
        return [row for id_ in self.found.seen if (row := self.rows[id_]).withdrawn]

    @property
    def changes_the_timeline(self) -> bool:
        return bool(self.found.arrivals or self.found.rewrites or self.found.withdrawn or self.returned)


class Overtaken(Exception):  # noqa: N818 - nothing went wrong: it is done again
    """Another transaction concurrently inserted possible copies of these entries."""


@dataclass(slots=True)
class SavedEntries:
    """What saving documents has changed so far."""

    saved: dict[int, SaveSummary] = field(default_factory=dict)  # by feed
    change: timeline_index.Change = field(default_factory=timeline_index.Change)
    news: Sequence["_New"] = ()
    arrivals: StoryArrivals | None = None

    def check(self, connection: Connection) -> None:
        """Raise Overtaken if the new entries would now belong to other posts; in the last part of a transaction."""
        if self.arrivals and self.arrivals.were_overtaken(connection, (new.id for new in self.news)):
            raise Overtaken


def save_entries(connection: Connection, takings: Sequence[EntryBatch], *, alone: bool) -> SavedEntries:
    """Save the entries of documents of different feeds; with the timeline locked (`alone`) it cannot be overtaken."""
    taken = SavedEntries()
    works = _planned(connection, takings)
    if any(work.changes_the_timeline for work in works):
        locks.timeline(connection, alone=alone)
    _mark(connection, works)
    touched = {work.rows[id_].post_id for work in works for id_ in work.found.withdrawn}
    touched.update(row.post_id for work in works for row in work.returned)
    touched.update(_rewrite(connection, works, taken.change))
    touched.update(_arrive(connection, works, taken))
    timeline_index.update_listings(connection, touched, taken.change)
    _note(connection, works)
    left = Counter(new.newcomer.feed_id for new in taken.news if new.left_out is not None)
    taken.saved = {work.taking.feed.id: _saved(work, left[work.taking.feed.id]) for work in works}
    return taken


def _saved(work: _Work, left: int) -> SaveSummary:
    found, delta = work.found, work.taking.delta
    edited = sum(rewrite.edited for rewrite in found.rewrites)
    repeated = len(delta.repeated) if delta else 0
    return SaveSummary(
        new=len(found.arrivals),
        updated=edited,
        unchanged=len(found.seen) + len(found.rewrites) - edited + repeated,
        withdrawn=len(found.withdrawn),
        left_out=left,
    )


# --- what is known ----------------------------------------------------------------------------------------


def _planned(connection: Connection, takings: Sequence[EntryBatch]) -> list[_Work]:
    if not takings:
        return []
    rows = _known(connection, takings)
    texts = _texts(connection, takings, rows)
    works = []
    for taking in takings:
        mine = rows[taking.feed.id]
        found = _plan(taking, [_known_of(row, texts.get(row.id, "")) for row in mine])
        works.append(_Work(taking, {row.id: row for row in mine}, found))
    return works


def _plan(taking: EntryBatch, known: Sequence[Known]) -> EntryChanges:
    if taking.is_unchanged:
        return plan_unchanged(known, now=taking.at)
    return plan(
        taking.entries,
        known,
        now=taking.at,
        last_success=taking.last_success,
        keep=taking.timeline.keep,
        delta=taking.delta,
        site=taking.feed_link,
    )


def _known(connection: Connection, takings: Sequence[EntryBatch]) -> defaultdict[int, list[AnyRow]]:
    """Return, by feed, the rows that may be among the entries, and those that its last document listed.

    If unchanged entries were left unread, the latter are only those that are no longer listed, and those that
    are missing already.
    """
    keys: defaultdict[str, list[int]] = defaultdict(list)
    for taking in takings:
        for item in taking.entries:
            for name, key in _keys(taking.feed.id, item).items():
                if key is not None:
                    keys[name].append(key)
    given = {name: keys[name] for name in ("guid_key", "words_key", "link_key", "title_key")} | {
        "feeds": [taking.feed.id for taking in takings],
        "read_whole": [taking.feed.id for taking in takings if not (taking.delta or taking.is_unchanged)],
        "have_missing": [taking.feed.id for taking in takings if taking.feed.has_missing],
        "gone": [span for taking in takings if taking.delta for span in taking.delta.gone],
    }
    unread = {taking.feed.id: set(taking.delta.repeated) for taking in takings if taking.delta}
    found: defaultdict[int, list[AnyRow]] = defaultdict(list)
    for row in connection.execute(_KNOWN, given):
        if row.span not in unread.get(row.feed_id, ()):
            found[row.feed_id].append(row)
    return found


def _texts(
    connection: Connection, takings: Sequence[EntryBatch], rows: Mapping[int, Sequence[AnyRow]]
) -> dict[int, str]:
    """Return the texts of the rows that an entry may be compared with, except those with identical words."""
    wanted = []
    for taking in takings:
        listed = {(item.guid, item.link, item.fingerprint) for item in taking.entries}
        times = Counter((row.guid, row.link, row.fingerprint) for row in rows.get(taking.feed.id, ()))
        wanted += [
            row.id
            for row in rows.get(taking.feed.id, ())
            if (key := (row.guid, row.link, row.fingerprint)) not in listed or times[key] > 1
        ]
    if not wanted:
        return {}
    return {row.entry_id: row.text for row in connection.execute(_TEXTS, {"ids": wanted})}


def _known_of(row: AnyRow, text: str) -> Known:
    return Known(
        id=row.id,
        guid=row.guid,
        link=row.link,
        fingerprint=row.fingerprint,
        title=row.title,
        text=text,
        published=row.published,
        updated=row.updated,
        placed=row.placed,
        changed=row.changed,
        lead_length=row.lead_length,
        former=row.former,
        missing=row.missing,
        missing_since=row.missing_since,
        withdrawn=row.withdrawn,
        pruned=row.pruned,
        span=row.span,
        links=row.links,
        is_fixed_page=row.is_fixed_page,
    )


def _keys(feed_id: int, item: Entry) -> dict[str, int | None]:
    """Return the keys of an entry, as columns of these names."""
    return {
        "guid_key": guid_key(feed_id, item.guid) if item.guid else None,
        "words_key": words_key(feed_id, item.fingerprint),
        "link_key": stories.link_digest(item.link) if item.link else None,
        "title_key": stories.title_digest(item.title),
    }


def guid_key(feed_id: int, guid: str) -> int:
    """Return the key of a guid, the same for http and https; a guid is only unique within its feed."""
    return digest("guid", str(feed_id), schemeless(guid) or "")


def words_key(feed_id: int, fingerprint: str) -> int:
    """Return the key of an entry without guid and link, within its feed."""
    return digest("words", str(feed_id), fingerprint)


# --- what changes -----------------------------------------------------------------------------------------


def _mark(connection: Connection, works: Iterable[_Work]) -> None:
    """Write which rows the documents miss, list again or no longer list; a row that is still listed is not written."""
    update_rows(connection, entry, [values for work in works for values in _marks(work)])


def _marks(work: _Work) -> list[dict[str, Any]]:
    found, at = work.found, work.taking.at
    seen, missing, withdrawn = set(found.seen), set(found.missing), set(found.withdrawn)
    rewritten, spans = {rewrite.id for rewrite in found.rewrites}, dict(found.spans)
    after: tuple[Any, ...]
    marks = []
    for row in work.rows.values():
        before = after = tuple(getattr(row, name) for name in _MARKS)
        since = row.missing_since or at
        if row.id in seen:
            after = (0, None, False, None, spans.get(row.id, row.span))
        elif row.id in missing:
            after = (row.missing + 1, since, row.withdrawn, row.unlisted, row.span)
        elif row.id in withdrawn:
            after = (row.missing + 1, since, True, at, row.span)
        elif row.id not in rewritten:
            after = (0, None, row.withdrawn, row.unlisted or at, row.span)
        if after != before:
            marks.append({"id": row.id} | dict(zip(_MARKS, after, strict=True)))
    return marks


def _note(connection: Connection, works: Iterable[_Work]) -> None:
    """Write with the feeds whether polls have missing rows to count, and which entries to read again."""
    values = []
    for work in works:
        taking, found = work.taking, work.found
        if bool(found.missing) != taking.feed.has_missing or found.unsettled:
            marks = unsettled(taking.marks, found.unsettled) if found.unsettled else taking.marks
            values.append({"id": taking.feed.id, "has_missing": bool(found.missing), "marks": marks})
    update_rows(connection, feeds, values)


def _rewrite(connection: Connection, works: Sequence[_Work], change: timeline_index.Change) -> list[int]:
    """Update rows from documents; return their posts."""
    rewrites = {rewrite.id: (work.taking, rewrite) for work in works for rewrite in work.found.rewrites}
    if not rewrites:
        return []
    before = connection.execute(_WITH_POST, {"ids": list(rewrites)}).all()
    values = [_rewritten(*rewrites[old.id], old) for old in before]
    update_rows(connection, entry, values)
    for old, new in zip(before, values, strict=True):
        change.visible |= old.visible and any(getattr(old, name) != new[name] for name in _SHOWN)
    outlinks.index(connection, [_linking(*rewrites[old.id], old) for old in before], change)
    items = {old.id: rewrites[old.id][1].entry for old in before}
    update_rows(connection, entry_text, _text_rows(items), key="entry_id")
    search.reindex(connection, _words_of(items))
    return [old.post_id for old in before]


def _rewritten(taking: EntryBatch, rewrite: Rewrite, old: AnyRow) -> dict[str, Any]:
    # A row keeps the keys that this document does not have.
    item = replace(rewrite.entry, guid=rewrite.entry.guid or old.guid, link=rewrite.entry.link or old.link)
    return _values(taking.feed.id, item) | {
        "id": old.id,
        "missing": 0,
        "missing_since": None,
        "withdrawn": False,
        "unlisted": None,
        "left_out": _left_out(taking, rewrite.entry, old.public_id, item.guid, item.link),
        "is_fixed_page": rewrite.is_fixed_page,
        "changed": taking.at if rewrite.edited else old.changed,
        "former": old.fingerprint if rewrite.edited else old.former,
    }


def _linking(taking: EntryBatch, rewrite: Rewrite, old: AnyRow) -> Linking:
    links = rewrite.entry.links
    return Linking(taking.feed.id, old.id, links, old.links or (), taking.listed, taking.feed.repeated)


def _arrive(connection: Connection, works: Sequence[_Work], taken: SavedEntries) -> list[int]:
    """Write new entries; return the posts to list again."""
    newcomers = [(work.taking, newcomer) for work in works for newcomer in work.newcomers]
    if not newcomers:
        return []
    taken.arrivals = stories.arrivals(connection, [newcomer for _, newcomer in newcomers])
    homes = taken.arrivals.homes
    made = stories.number(connection, homes, taken.arrivals.newcomers)
    ids = new_ids(connection, entry, len(newcomers))
    taken.news = news = [_New(*each) for each in zip(ids, *zip(*newcomers, strict=True), homes, strict=True)]
    copies = Counter(homes)
    debuts = {new.home: new for new in news if new.home in made and copies[new.home] == 1 and new.is_visible}
    stories.make(connection, made, {home: new.id for home, new in debuts.items()})
    insert_rows(connection, entry, [new.row for new in news])
    items = {new.id: new.newcomer.entry for new in news}
    insert_rows(connection, entry_text, _text_rows(items))
    search.index(connection, _words_of(items))
    outlinks.index(connection, [new.linking for new in news], taken.change)
    timeline_index.list_new(connection, [new.debut for new in debuts.values()], taken.change)
    _count(connection, newcomers)
    return [new.home.id for new in news if new.home not in debuts]


class _New:
    """An entry to be written."""

    def __init__(self, id_: int, taking: EntryBatch, newcomer: NewEntry, home: Story) -> None:
        self.id, self._taking, self.newcomer, self.home = id_, taking, newcomer, home
        item = newcomer.entry
        self.left_out = _left_out(taking, item, home.public_id, item.guid, item.link)

    @property
    def is_visible(self) -> bool:
        feed = self._taking.feed
        return bool(feed.in_file and feed.enabled and self.left_out is None)

    @property
    def debut(self) -> timeline_index.Debut:
        item = self.newcomer.entry
        return timeline_index.Debut(
            self.home.id,
            self.newcomer.feed_id,
            self.newcomer.arrival.placed,
            (*item.tags, *self._taking.feed.tags),
            item.language,
            item.authors,
            is_fixed_page=self.newcomer.arrival.is_fixed_page,
        )

    @property
    def linking(self) -> Linking:
        feed = self._taking.feed
        return Linking(
            feed.id,
            self.id,
            self.newcomer.entry.links,
            listed=self._taking.listed,
            repeated=feed.repeated,
        )

    @property
    def row(self) -> dict[str, Any]:
        at = self._taking.at
        return _values(self.newcomer.feed_id, self.newcomer.entry) | {
            "id": self.id,
            "feed_id": self.newcomer.feed_id,
            "post_id": self.home.id,
            "first_seen": at,
            "placed": self.newcomer.arrival.placed,
            "changed": at,
            "former": None,
            "missing": 0,
            "missing_since": None,
            "withdrawn": False,
            "unlisted": None,
            "pruned": False,
            "left_out": self.left_out,
            "is_fixed_page": self.newcomer.arrival.is_fixed_page,
        }


def _values(feed_id: int, item: Entry) -> dict[str, Any]:
    """Return the columns of an entry that follow from its text."""
    return (
        {name: getattr(item, name) for name in _OWN}
        | {"lead": item.excerpt_source[:LEAD], "page_key": published_page(item)}
        | _keys(feed_id, item)
    )


def _left_out(taking: EntryBatch, item: Entry, *ids: str | None) -> FilteredBy | None:
    return hidden_by_id(ids, taking.source, taking.timeline) or taking.filtered.get(item)


def _text_rows(items: Mapping[int, Entry]) -> list[dict[str, Any]]:
    return [{"entry_id": id_, "text": item.text} for id_, item in sorted(items.items())]


def _words_of(items: Mapping[int, Entry]) -> dict[int, tuple[str, ...]]:
    return {id_: (item.title, item.text, *item.tags) for id_, item in items.items()}


def _count(connection: Connection, newcomers: Iterable[tuple[EntryBatch, NewEntry]]) -> None:
    """Count the posts of feeds by week, and store when they posted last."""
    counts: Counter[tuple[int, int]] = Counter()
    last: dict[int, datetime] = {}
    for taking, newcomer in newcomers:
        if newcomer.arrival.is_fixed_page:
            continue
        feed, placed = taking.feed, newcomer.arrival.placed
        counts[feed.id, week_of(placed)] += 1
        last[feed.id] = max(filter(None, (last.get(feed.id, feed.last_post), placed)))
    rows = [{"feed_id": feed, "week": week, "posts": posts} for (feed, week), posts in sorted(counts.items())]
    add_to_rows(connection, posts_per_week, rows)
    update_rows(connection, feeds, [{"id": feed, "last_post": at} for feed, at in last.items()])


# --- statements -------------------------------------------------------------------------------------------

_OF_THESE = among(entry.c.feed_id, numbers("feeds"))
_KNOWN = (
    select(
        entry.c.id,
        entry.c.feed_id,
        entry.c.post_id,
        entry.c.guid,
        entry.c.link,
        entry.c.fingerprint,
        entry.c.title,
        entry.c.published,
        entry.c.updated,
        entry.c.placed,
        entry.c.changed,
        entry.c.former,
        func.length(entry.c.lead).label("lead_length"),
        entry.c.missing,
        entry.c.missing_since,
        entry.c.withdrawn,
        entry.c.unlisted,
        entry.c.pruned,
        entry.c.span,
        entry.c.links,
        entry.c.is_fixed_page,
    )
    .where(
        entry.c.id.in_(
            union(
                select(entry.c.id).where(among(entry.c.guid_key, numbers("guid_key"))),
                select(entry.c.id).where(among(entry.c.words_key, numbers("words_key"))),
                select(entry.c.id).where(among(entry.c.link_key, numbers("link_key")), _OF_THESE),
                select(entry.c.id).where(among(entry.c.title_key, numbers("title_key")), _OF_THESE),
                select(entry.c.id).where(
                    entry.c.unlisted.is_(None), among(entry.c.feed_id, numbers("read_whole"))
                ),
                select(entry.c.id).where(
                    entry.c.unlisted.is_(None), among(entry.c.span, numbers("gone")), _OF_THESE
                ),
                select(entry.c.id).where(
                    entry.c.unlisted.is_(None),
                    entry.c.missing > 0,
                    among(entry.c.feed_id, numbers("have_missing")),
                ),
            )
        )
    )
    .order_by(entry.c.id)
)
_TEXTS = select(entry_text).where(among(entry_text.c.entry_id, numbers("ids")))
_WITH_POST = (
    select(entry, post.c.public_id, is_visible().label("visible"))
    .join(post, post.c.id == entry.c.post_id)
    .join(feeds, feeds.c.id == entry.c.feed_id)
    .where(among(entry.c.id, numbers("ids")), ~entry.c.pruned)
)
