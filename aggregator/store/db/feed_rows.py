"""Conversion of rows of `feed` to the model's values, and back."""

from dataclasses import fields
from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_

from aggregator.model import Feed, FeedState, SourceRef, State
from aggregator.store.db.tables import entry, feed
from aggregator.store.db.types import AnyRow

_STATE = tuple(field.name for field in fields(FeedState))

FEED_COLUMNS = (feed.c.id, feed.c.slug, feed.c.url, *(feed.c[name] for name in _STATE))
NAME_COLUMNS = (feed.c.slug, feed.c.own_title, feed.c.title, feed.c.url, feed.c.link)


def state_of_row(row: AnyRow) -> FeedState:
    """Return the state of polls from a row of `feed`."""
    return FeedState(**{name: getattr(row, name) for name in _STATE})


def state_columns(state: FeedState) -> dict[str, Any]:
    """Return a state as values of columns."""
    return {name: getattr(state, name) for name in _STATE}


def feed_of(row: AnyRow) -> Feed:
    """Return a row of FEED_COLUMNS as it is passed to a poll."""
    return Feed(row.id, row.slug, row.url, state_of_row(row))


def name_of(row: AnyRow) -> SourceRef:
    """Return the title of the source of a row with NAME_COLUMNS: the admin's, the feed's own, or the slug."""
    return SourceRef(row.slug, row.own_title or row.title or row.slug, row.url, row.link)


def is_polled(row: AnyRow, state: State) -> bool:
    """Whether this source is polled at all, if its feed is in this state."""
    return bool(row.in_file and row.enabled and state.is_polled)


def has_polls() -> ColumnElement[bool]:
    """Return the condition that a source is polled at all."""
    return and_(is_shown(), feed.c.state.in_([state for state in State if state.is_polled]))


def is_shown(of: FromClause = feed) -> ColumnElement[bool]:
    """Return the condition that a feed's entries are in the timeline."""
    return and_(of.c.in_file, of.c.enabled)


def is_visible(of: FromClause = feed) -> ColumnElement[bool]:
    """Return the condition that an entry, joined with its feed, is in the timeline."""
    return and_(is_shown(of), entry.c.left_out.is_(None), ~entry.c.withdrawn, ~entry.c.pruned)
