"""The store: all SQL, tables and migrations. What an entry is and where it stands, others decide.

Functions that take the open `Database` first, a module a duty; each is one or a few transactions.
"""

from aggregator.store.catalog import OFF, STATES, Catalog, catalog
from aggregator.store.claims import (
    claim_due,
    claim_one,
    due,
    forgive,
    give_back,
    lateness,
    next_due,
    pace,
    release,
)
from aggregator.store.counters import Metrics, metrics
from aggregator.store.database import Database
from aggregator.store.errors import NewerStoreError, StoreError, UnknownCursor, UnknownSource
from aggregator.store.mirror import sync
from aggregator.store.news import take_news
from aggregator.store.outcomes import save_outcomes
from aggregator.store.pulse import FileState, beat, file_state, last_beat, set_file_state
from aggregator.store.reports import status, statuses
from aggregator.store.retention import prune
from aggregator.store.revisions import Revision, revision
from aggregator.store.schema import migrate
from aggregator.store.search import words
from aggregator.store.slugs import renamed
from aggregator.store.timeline import page, source_names, texts, top_tags
from aggregator.store.tokens import folded
from aggregator.store.websub import (
    Push,
    Subscription,
    confirm_subscription,
    deny_subscription,
    is_pushed,
    push,
    save_subscription,
    subscription_by_token,
    subscriptions_due,
    take_pushes,
)

__all__ = [
    "OFF",
    "STATES",
    "Catalog",
    "Database",
    "FileState",
    "Metrics",
    "NewerStoreError",
    "Push",
    "Revision",
    "StoreError",
    "Subscription",
    "UnknownCursor",
    "UnknownSource",
    "beat",
    "catalog",
    "claim_due",
    "claim_one",
    "confirm_subscription",
    "deny_subscription",
    "due",
    "file_state",
    "folded",
    "forgive",
    "give_back",
    "is_pushed",
    "last_beat",
    "lateness",
    "metrics",
    "migrate",
    "next_due",
    "pace",
    "page",
    "prune",
    "push",
    "release",
    "renamed",
    "revision",
    "save_outcomes",
    "save_subscription",
    "set_file_state",
    "source_names",
    "status",
    "statuses",
    "subscription_by_token",
    "subscriptions_due",
    "sync",
    "take_news",
    "take_pushes",
    "texts",
    "top_tags",
    "words",
]
