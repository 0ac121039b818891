"""Carries out what a document's entries mean for the rows of its feed: new ones, rewritten ones, those that went.

What an entry is and where it stands is decided in `reconcile`; whether it is shown, in `filters`.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, insert, or_, select, update

from aggregator.filters import left_out
from aggregator.model import Entry, FilteredBy, Saved
from aggregator.normalize.excerpt import LEAD
from aggregator.reconcile import Arrival, Known, Plan, Rewrite, oldest_first, plan
from aggregator.reconcile.copies import title_key
from aggregator.reconcile.identity import schemeless
from aggregator.sources.settings import Source, Timeline
from aggregator.store import listings, posts, revisions, search
from aggregator.store.columns import AnyRow, digest
from aggregator.store.database import insert_into
from aggregator.store.states import is_visible
from aggregator.store.tables import entry, entry_text, post, posts_per_week
from aggregator.store.tables import feed as feeds

MOST_EXPECTED = 500  # rows that a document should still list

_OWN = tuple(field.name for field in fields(Entry) if field.name != "text")  # columns of the same name
_SHOWN = ("title", "lead", "link", "minutes", "authors", "tags", "language", "enclosures", "comments",
          "published", "updated")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Taking:
    """The poll whose entries are taken: its transaction, its feed, and the rules of the file."""

    connection: Connection
    feed_id: int
    feed_url: str
    feed_link: str | None  # the site
    at: datetime
    source: Source
    timeline: Timeline


def take(taking: Taking, entries: Sequence[Entry], last_success: datetime | None) -> tuple[Saved, bool]:
    """Take the entries of a document; return what that changed, and whether a reader sees it."""
    known = _known(taking, entries)
    found = plan(entries, known, now=taking.at, last_success=last_success, keep=taking.timeline.keep)
    if not _changes_the_timeline(found, known):
        _mark(taking, found)
        return Saved(unchanged=len(found.seen)), False
    revisions.lock(taking.connection)
    return _carry_out(taking, found)


def _changes_the_timeline(found: Plan, known: Sequence[Known]) -> bool:
    away = {row.id for row in known if row.withdrawn}
    return bool(found.arrivals or found.rewrites or found.withdrawn or away.intersection(found.seen))


def _carry_out(taking: Taking, found: Plan) -> tuple[Saved, bool]:
    change = listings.Change()
    _rewrite(taking, found.rewrites, change)
    _mark(taking, found)
    arrived, left = _arrive(taking, oldest_first(found.arrivals))
    touched = [*(rewrite.id for rewrite in found.rewrites), *found.seen, *found.withdrawn]
    listings.relist(taking.connection, [*arrived, *_posts_of(taking, touched)], change)
    revisions.count_tags(taking.connection, change.tags)
    saved = Saved(
        new=len(found.arrivals),
        updated=sum(rewrite.edited for rewrite in found.rewrites),
        unchanged=len(found.seen) + sum(not rewrite.edited for rewrite in found.rewrites),
        withdrawn=len(found.withdrawn),
        left_out=left,
    )
    return saved, change.visible


# --- what is known ----------------------------------------------------------------------------------------


def _known(taking: Taking, entries: Sequence[Entry]) -> list[Known]:
    """Return the rows that may be among the entries, and those that the document should still list."""
    listed = _expected_since(entries)
    expected = (
        select(entry.c.id)
        .where(entry.c.feed_id == taking.feed_id, ~entry.c.withdrawn, ~entry.c.pruned, *listed)
        .order_by(entry.c.placed.desc())
        .limit(MOST_EXPECTED)
    )
    found = or_(_is_one_of(taking.feed_id, entries), entry.c.id.in_(expected))
    rows = taking.connection.execute(
        select(entry, entry_text.c.text)
        .outerjoin(entry_text, entry_text.c.entry_id == entry.c.id)
        .where(entry.c.feed_id == taking.feed_id, found)
        .order_by(entry.c.id)
    )
    return [_known_of(row) for row in rows]


def _expected_since(entries: Sequence[Entry]) -> list[ColumnElement[bool]]:
    """Only what is newer than the oldest entry listed is missed; an undated document tells nothing of age."""
    dates = [date for item in entries if (date := item.published or item.updated)]
    return [entry.c.placed >= min(dates)] if dates else []


def _is_one_of(feed_id: int, entries: Sequence[Entry]) -> ColumnElement[bool]:
    """Say in SQL which rows share anything with the entries that `reconcile.identity` may know them by."""
    guids = {guid_key(feed_id, item.guid) for item in entries if item.guid}
    links = {posts.link_digest(item.link) for item in entries if item.link}
    words = {words_key(feed_id, item.fingerprint) for item in entries}
    titles = {posts.title_digest(key) for item in entries if (key := title_key(item.title))}
    return or_(
        entry.c.guid_key.in_(guids),
        entry.c.link_key.in_(links),
        entry.c.words_key.in_(words),
        entry.c.title_key.in_(titles),
    )


def _known_of(row: AnyRow) -> Known:
    return Known(
        id=row.id,
        guid=row.guid,
        link=row.link,
        fingerprint=row.fingerprint,
        title=row.title,
        text=row.text or "",
        published=row.published,
        updated=row.updated,
        placed=row.placed,
        changed=row.changed,
        former=row.former,
        missing=row.missing,
        withdrawn=row.withdrawn,
        pruned=row.pruned,
    )


def guid_key(feed_id: int, guid: str) -> int:
    """Return what a guid is found by, with http or https; a guid means something within its feed alone."""
    return digest("guid", str(feed_id), schemeless(guid) or "")


def words_key(feed_id: int, fingerprint: str) -> int:
    """Return what an entry without guid and link is found by, within its feed."""
    return digest("words", str(feed_id), fingerprint)


# --- what changes -----------------------------------------------------------------------------------------


def _mark(taking: Taking, found: Plan) -> None:
    """Note which rows the document lists, misses, or has missed for too long."""
    for ids, values in (
        (found.seen, {"missing": 0, "withdrawn": False, "last_seen": taking.at}),
        (found.missing, {"missing": entry.c.missing + 1}),
        (found.withdrawn, {"missing": entry.c.missing + 1, "withdrawn": True}),
    ):
        if ids:
            taking.connection.execute(update(entry).where(entry.c.id.in_(ids)).values(**values))


def _rewrite(taking: Taking, rewrites: Sequence[Rewrite], change: listings.Change) -> None:
    if not rewrites:
        return
    ids = [rewrite.id for rewrite in rewrites]
    before = {row.id: row for row in taking.connection.execute(_with_post(ids))}
    for rewrite in rewrites:
        old = before[rewrite.id]
        # A row keeps the keys that this document has no use for.
        item = replace(
            rewrite.entry, guid=rewrite.entry.guid or old.guid, link=rewrite.entry.link or old.link
        )
        values = _values(taking, item) | {"missing": 0, "withdrawn": False, "last_seen": taking.at}
        values["left_out"] = _left_out(taking, item, old.public_id)
        if rewrite.edited:
            values |= {"changed": taking.at, "former": old.fingerprint}
        taking.connection.execute(update(entry).where(entry.c.id == rewrite.id).values(**values))
        change.visible |= old.visible and any(getattr(old, name) != values[name] for name in _SHOWN)
    _write_texts(taking.connection, {rewrite.id: rewrite.entry for rewrite in rewrites})


def _with_post(ids: Sequence[int]) -> Select[Any]:
    return (
        select(entry, post.c.public_id, is_visible().label("visible"))
        .join(post, post.c.id == entry.c.post_id)
        .join(feeds, feeds.c.id == entry.c.feed_id)
        .where(entry.c.id.in_(ids))
    )


def _arrive(taking: Taking, arrivals: Sequence[Arrival]) -> tuple[Sequence[int], int]:
    """Write new entries; return their posts, and how many of them the filters leave out."""
    if not arrivals:
        return (), 0
    homes = posts.find_or_make(
        taking.connection,
        arrivals,
        feed_id=taking.feed_id,
        feed_url=taking.feed_url,
        feed_link=taking.feed_link,
        at=taking.at,
    )
    rows = [
        _values(taking, arrival.entry)
        | {
            "feed_id": taking.feed_id,
            "post_id": home.id,
            "first_seen": taking.at,
            "last_seen": taking.at,
            "placed": arrival.placed,
            "changed": taking.at,
            "missing": 0,
            "withdrawn": False,
            "pruned": False,
            "left_out": _left_out(taking, arrival.entry, home.public_id),
        }
        for arrival, home in zip(arrivals, homes, strict=True)
    ]
    taking.connection.execute(insert(entry), rows)
    homes_of = {home.id: arrival.entry for arrival, home in zip(arrivals, homes, strict=True)}
    ids = taking.connection.execute(
        select(entry.c.id, entry.c.post_id).where(
            entry.c.feed_id == taking.feed_id, entry.c.post_id.in_(homes_of)
        )
    )
    _write_texts(taking.connection, {row.id: homes_of[row.post_id] for row in ids})
    _count(taking, [arrival.placed for arrival in arrivals])
    return list(homes_of), sum(row["left_out"] is not None for row in rows)


def _values(taking: Taking, item: Entry) -> dict[str, Any]:
    """Return an entry as the columns that follow from its words."""
    key = title_key(item.title)
    return {name: getattr(item, name) for name in _OWN} | {
        "lead": item.text[:LEAD],
        "guid_key": guid_key(taking.feed_id, item.guid) if item.guid else None,
        "words_key": words_key(taking.feed_id, item.fingerprint),
        "link_key": posts.link_digest(item.link) if item.link else None,
        "title_key": posts.title_digest(key) if key else None,
    }


def _left_out(taking: Taking, item: Entry, public_id: str) -> FilteredBy | None:
    return left_out(
        title=item.title,
        text=item.text,
        link=item.link,
        guid=item.guid,
        public_id=public_id,
        source=taking.source,
        timeline=taking.timeline,
    )


def _write_texts(connection: Connection, entries: Mapping[int, Entry]) -> None:
    if not entries:
        return
    added = insert_into(connection, entry_text)
    connection.execute(
        added.on_conflict_do_update(index_elements=["entry_id"], set_={"text": added.excluded.text}),
        [{"entry_id": entry_id, "text": item.text} for entry_id, item in sorted(entries.items())],
    )
    search.index(
        connection, {entry_id: (item.title, item.text, *item.tags) for entry_id, item in entries.items()}
    )


def _posts_of(taking: Taking, entry_ids: Sequence[int]) -> Sequence[int]:
    rows = taking.connection.execute(select(entry.c.post_id).where(entry.c.id.in_(entry_ids)))
    return rows.scalars().all()


def _count(taking: Taking, placed: Sequence[datetime]) -> None:
    """Note in which weeks the feed posted, and when last."""
    newest = max(placed)
    taking.connection.execute(
        update(feeds)
        .where(feeds.c.id == taking.feed_id, or_(feeds.c.last_post.is_(None), feeds.c.last_post < newest))
        .values(last_post=newest)
    )
    counts = Counter(week_of(moment) for moment in placed)
    added = insert_into(taking.connection, posts_per_week)
    taking.connection.execute(
        added.on_conflict_do_update(
            index_elements=["feed_id", "week"],
            set_={"posts": posts_per_week.c.posts + added.excluded.posts},
        ),
        [{"feed_id": taking.feed_id, "week": week, "posts": number} for week, number in counts.items()],
    )


def week_of(moment: datetime) -> int:
    """Return the number of a moment's week, Monday to Sunday in UTC, since the first Monday of the year 1."""
    return (moment.astimezone(UTC).date().toordinal() - 1) // 7
