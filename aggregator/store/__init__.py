"""The store: all SQL, tables and migrations. What an entry is and its position are decided elsewhere.

Functions take the open `Database` as their first argument; each is one transaction or a few.
"""

from aggregator.errors import SourceNotFound
from aggregator.store.backup import backup, restore
from aggregator.store.db.counters import add_counts
from aggregator.store.db.database import Database
from aggregator.store.db.schema import migrate
from aggregator.store.entries.retention import prune
from aggregator.store.entries.search import words
from aggregator.store.entries.timeline_version import TimelineVersion, TimelineWatch, timeline_version
from aggregator.store.entries.tokens import fold_text
from aggregator.store.errors import (
    CursorNotFound,
    NewerStoreError,
    StoreError,
    StoreUnavailable,
)
from aggregator.store.polling.announcements import claim_announcement
from aggregator.store.polling.claims import (
    change_host,
    claim_due,
    claim_one,
    due_slugs,
    free_claims,
    give_back,
    lateness,
    mean_root_rate,
    next_due,
    release_hold,
    undo_outage_failures,
)
from aggregator.store.polling.clock_offset import clock_ahead
from aggregator.store.polling.heartbeats import (
    LONGEST_SILENCE,
    FileState,
    cannot_save,
    file_state,
    heartbeats,
    last_heartbeat,
    record_heartbeat,
    set_file_state,
)
from aggregator.store.polling.hosts import forget_unused_hosts
from aggregator.store.polling.inbox import Push, claim_pushes, drop_push, enqueue_push
from aggregator.store.polling.outcomes import save_outcomes
from aggregator.store.polling.right_clock import correct_clock
from aggregator.store.polling.subscriptions import (
    Subscription,
    confirm_subscription,
    deny_subscription,
    is_pushed,
    save_subscription,
    subscription_by_token,
    subscriptions_due,
)
from aggregator.store.sources.former_slugs import renamed
from aggregator.store.sources.source_list import OFF, STATES, Catalog, catalog
from aggregator.store.sources.source_status import kept_by_include, status, statuses
from aggregator.store.sources.source_sync import sync_sources
from aggregator.store.views.activity import Activity, recent_activity, silences
from aggregator.store.views.leaders import leaders
from aggregator.store.views.metrics import Metrics, metrics
from aggregator.store.views.published_issues import published_issues, save_published_issues
from aggregator.store.views.ties import ties
from aggregator.store.views.timeline import (
    all_places,
    full_texts,
    month_before,
    months,
    source_names,
    timeline_page,
    top_tags,
)
from aggregator.store.views.top import top_page
from aggregator.store.views.weeks import week_counts, week_posts

__all__ = [
    "LONGEST_SILENCE",
    "OFF",
    "STATES",
    "Activity",
    "Catalog",
    "CursorNotFound",
    "Database",
    "FileState",
    "Metrics",
    "NewerStoreError",
    "Push",
    "SourceNotFound",
    "StoreError",
    "StoreUnavailable",
    "Subscription",
    "TimelineVersion",
    "TimelineWatch",
    "add_counts",
    "all_places",
    "backup",
    "cannot_save",
    "catalog",
    "change_host",
    "claim_announcement",
    "claim_due",
    "claim_one",
    "claim_pushes",
    "clock_ahead",
    "confirm_subscription",
    "correct_clock",
    "deny_subscription",
    "drop_push",
    "due_slugs",
    "enqueue_push",
    "file_state",
    "fold_text",
    "forget_unused_hosts",
    "free_claims",
    "full_texts",
    "give_back",
    "heartbeats",
    "is_pushed",
    "kept_by_include",
    "last_heartbeat",
    "lateness",
    "leaders",
    "mean_root_rate",
    "metrics",
    "migrate",
    "month_before",
    "months",
    "next_due",
    "prune",
    "published_issues",
    "recent_activity",
    "record_heartbeat",
    "release_hold",
    "renamed",
    "restore",
    "save_outcomes",
    "save_published_issues",
    "save_subscription",
    "set_file_state",
    "silences",
    "source_names",
    "status",
    "statuses",
    "subscription_by_token",
    "subscriptions_due",
    "sync_sources",
    "ties",
    "timeline_page",
    "timeline_version",
    "top_page",
    "top_tags",
    "undo_outage_failures",
    "week_counts",
    "week_posts",
    "words",
]
