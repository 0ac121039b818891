"""Matches a document's entries with the rows that the store already has of the same feed.

Pure: rows and entries in, a plan out. The store fetches the rows and carries the plan out.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from aggregator.model import Delta, Entry
from aggregator.normalize.excerpt import LEAD
from aggregator.reconcile.fixed_pages import fixed_pages
from aggregator.reconcile.identity import matched
from aggregator.reconcile.sort_position import oldest_first, sort_positions
from aggregator.reconcile.text_similarity import is_noise
from aggregator.reconcile.types import Arrival, EntryChanges, Known, Rewrite
from aggregator.reconcile.withdrawn import missing, missing_again

__all__ = ["Arrival", "EntryChanges", "Known", "Rewrite", "plan", "plan_unchanged"]

SETTLED = timedelta(days=1)  # after which a row is updated for small differences


def plan(
    entries: Sequence[Entry],
    known: Sequence[Known],
    *,
    now: datetime,
    last_success: datetime | None,
    keep: timedelta | None,
    delta: Delta | None = None,
    site: str | None = None,
) -> EntryChanges:
    """Plan which entry is which row, where new ones are sorted, and which rows were withdrawn.

    `last_success` is the feed's last good poll, None at its first import. Entries older than `keep`
    are dropped. `delta` has the entries that were left unread; their rows are not among the known.
    `site` is the address of the site, from the document.
    """
    dates = delta.dates if delta else tuple(entry.date for entry in entries)
    rows = matched(entries, known, dates=dates, has_others=delta is not None and delta.has_identifiers)
    pages = fixed_pages(entries, site=site, dates=dates)
    rewrites = tuple(
        rewrite
        for index, row in rows.items()
        if (rewrite := _rewrite(entries[index], row, now, is_fixed_page=index in pages)) is not None
    )
    changed = {rewrite.id for rewrite in rewrites}
    listed = {row.id for row in rows.values()}
    arrivals = oldest_first(
        _arrivals(entries, rows, pages, now=now, last_success=last_success, keep=keep, dates=dates), dates
    )
    gone = missing(dates, [row for row in known if row.id not in listed], len(dates) - len(arrivals))
    still_missing, withdrawn = missing_again(gone, now)
    return EntryChanges(
        arrivals=arrivals,
        rewrites=rewrites,
        seen=tuple(row.id for row in rows.values() if row.id not in changed),
        missing=still_missing,
        withdrawn=withdrawn,
        spans=tuple(
            (row.id, entries[index].span)
            for index, row in rows.items()
            if row.id not in changed and row.span != entries[index].span
        ),
        unsettled=tuple(
            span
            for index, row in rows.items()
            if row.id not in changed and (span := entries[index].span) and not _says(row, entries[index])
        ),
    )


def plan_unchanged(missing: Sequence[Known], *, now: datetime) -> EntryChanges:
    """Plan a poll that found the document unchanged: rows that it misses are missing once more."""
    still_missing, withdrawn = missing_again(missing, now)
    return EntryChanges(missing=still_missing, withdrawn=withdrawn)


def _says(row: Known, entry: Entry) -> bool:
    """Whether a row has all that an entry says, so that the entry need not be read again while its bytes stay the same."""
    return row.pruned or (row.fingerprint == entry.fingerprint and row.title == entry.title)


def _arrivals(
    entries: Sequence[Entry],
    rows: dict[int, Known],
    pages: Collection[int],
    *,
    now: datetime,
    last_success: datetime | None,
    keep: timedelta | None,
    dates: Sequence[datetime | None],
) -> tuple[Arrival, ...]:
    new = [(entry, index in pages) for index, entry in enumerate(entries) if index not in rows]
    fresh = [(entry, page) for entry, page in new if keep is None or (entry.date or now) > now - keep]
    placed = sort_positions(
        [entry.date for entry, _ in fresh], now=now, last_success=last_success, dates=dates
    )
    return tuple(Arrival(entry, at, page) for (entry, page), at in zip(fresh, placed, strict=True))


def _rewrite(entry: Entry, row: Known, now: datetime, *, is_fixed_page: bool) -> Rewrite | None:
    """Return the update of a row; None if nothing changed, if the change is noise, or older than what we have."""
    if row.pruned or _is_older(entry, row):
        return None
    edited = _is_edited(entry, row, now)
    is_remade = _is_remade(entry, row)
    # A guid that two posts share is missing in one document and back in the next: a row keeps the one it has.
    rekeyed = (entry.guid is not None and entry.guid != row.guid) or (
        entry.link is not None and entry.link != row.link
    )
    is_moved = is_fixed_page != row.is_fixed_page
    is_written = edited or rekeyed or is_remade or is_moved or entry.links != row.links
    return Rewrite(row.id, entry, edited=edited, is_fixed_page=is_fixed_page) if is_written else None


def _is_older(entry: Entry, row: Known) -> bool:
    """Whether this is an old version that a server farm serves after a new one (A, B, A, B); by dates, else by its words."""
    if entry.updated is not None and row.updated is not None and entry.updated != row.updated:
        return entry.updated < row.updated
    return entry.fingerprint == row.former and entry.fingerprint != row.fingerprint


def _is_remade(entry: Entry, row: Known) -> bool:
    """Whether our own rules now make a different excerpt of the same words than the row has."""
    return _says(row, entry) and row.lead_length != len(entry.excerpt_source[:LEAD])


def _is_edited(entry: Entry, row: Known, now: datetime) -> bool:
    if entry.fingerprint == row.fingerprint and entry.title == row.title:
        return False
    is_little = entry.title == row.title and entry.updated == row.updated and is_noise(entry.text, row.text)
    # A corrected typo is worth a rewrite, a rotating word is not worth one at every poll.
    return not is_little or (row.changed is not None and now - row.changed >= SETTLED)
