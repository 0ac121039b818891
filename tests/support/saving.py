"""Saves one outcome as a poller would; what cannot be saved raises."""

from aggregator import store
from aggregator.model import Outcome, SaveSummary
from aggregator.sources.settings import Settings
from aggregator.store import Database


def save(database: Database, outcome: Outcome, *, owner: str, settings: Settings) -> SaveSummary | None:
    """Return what the outcome changed; None if the lease was lost."""
    (source,) = (source for source in settings.sources if source.url == outcome.feed.url)
    (saved,) = store.save_outcomes(database, [(outcome, source)], owner=owner, timeline=settings.timeline)
    if isinstance(saved, Exception):
        raise saved
    return saved
