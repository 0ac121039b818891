"""The most mentioned posts and finds of a span of time, by score."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import Connection, func, select

from aggregator.model import Item, Page, SourceRef, TimelineQuery
from aggregator.rank.finds import find_mentions
from aggregator.store.db.bulk import among, numbers, texts
from aggregator.store.db.database import Database
from aggregator.store.db.tables import find, top
from aggregator.store.db.types import AnyRow
from aggregator.store.entries import search
from aggregator.store.entries.pointers import pointers_to_pages
from aggregator.store.entries.tokens import tokens_of
from aggregator.store.entries.top_index import item_of_find
from aggregator.store.views.timeline import Places, items_of

_LOOKED_AT = 2_000  # posts and finds, of which the view may have some


def top_page(db: Database, view: TimelineQuery, size: int, *, since: datetime, until: datetime) -> Page:
    """Return at most `size` posts and finds of the view that appeared from `since` to before `until`, the highest score first.

    A find is in the view of a tag if a post that mentions it is, in that of a search if its title or address
    matches, and in no other. Raises SourceNotFound for a slug that is not in the timeline.
    """
    with db.read() as connection:
        places = Places(connection, view)
        ranked = _ranked(connection, places.facets(), since, until)
        posts = places.among([id_ for id_ in ranked if id_ > 0])
        finds = _finds(connection, view, [-id_ for id_ in ranked if id_ < 0])
        shown = [id_ for id_ in ranked if id_ in posts or id_ in finds][:size]
        items = {item.id: item for item in items_of(connection, [i for i in shown if i > 0], places)}
        items |= _items(connection, [finds[id_] for id_ in shown if id_ < 0])
        return Page([items[id_] for id_ in shown if id_ in items])


def _ranked(connection: Connection, facets: Sequence[str], since: datetime, until: datetime) -> list[int]:
    """Return the ids of the posts and finds of these facets, the highest score first."""
    query = (
        select(top.c.item_id, func.max(top.c.score).label("score"))
        .where(among(top.c.facet, texts("facets")), top.c.placed >= since, top.c.placed < until)
        .group_by(top.c.item_id)
        .order_by(func.max(top.c.score).desc(), top.c.item_id.desc())
        .limit(_LOOKED_AT)
    )
    return list(connection.execute(query, {"facets": facets}).scalars())


# --- finds ------------------------------------------------------------------------------------------------


def _finds(connection: Connection, view: TimelineQuery, ids: Sequence[int]) -> dict[int, AnyRow]:
    """Return the finds of the view, by their ids among posts."""
    if not ids or view.sources or view.languages or view.authors:
        return {}
    rows = connection.execute(select(find).where(among(find.c.id, numbers("ids"))), {"ids": ids})
    return {item_of_find(row.id): row for row in rows if _has(row, search.terms(view.words))}


def _has(row: AnyRow, terms: Sequence[search.Term]) -> bool:
    said = f" {' '.join(tokens_of(f'{row.title} {row.url}'))} "
    return all((f" {' '.join(term.tokens)} " in said) is not term.excluded for term in terms)


def _items(connection: Connection, rows: Sequence[AnyRow]) -> dict[int, Item]:
    pointers = pointers_to_pages(connection, [row.page_key for row in rows]) if rows else {}
    found = {}
    for row in rows:
        mentions = find_mentions(pointer.mention for pointer in pointers.get(row.page_key, ()))
        newest = max((mention.placed for mention in mentions), default=row.placed)
        found[item_of_find(row.id)] = Item(
            id=item_of_find(row.id),
            public_id=uuid.uuid5(uuid.NAMESPACE_URL, f"find {row.url}").urn,
            placed=row.placed,
            source=_site(row.url),
            title=row.title,
            text="",
            minutes=1,
            link=row.url,
            changed=newest,
            mentions=mentions,
            is_find=True,
        )
    return found


def _site(url: str) -> SourceRef:
    """Return the site of a find in place of a source; it has no slug."""
    parts = urlsplit(url)
    address = f"{parts.scheme}://{parts.netloc}/"
    return SourceRef("", str(parts.hostname).removeprefix("www."), address, address)
