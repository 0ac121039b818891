"""One page of a view from the store, for the page and the feeds."""

from datetime import datetime, timedelta

from aggregator import store
from aggregator.model import Page, TimelineQuery
from aggregator.web.display.query import broken_cursor
from aggregator.web.serving.cached_response import timeline_version
from aggregator.web.serving.context import Context, context
from aggregator.web.serving.page_cache import CacheVersion

MOST_TOP = 100  # posts and finds by who mentions them; there is no second page of them
TOP_SPAN = timedelta(days=7)


def page_of(view: TimelineQuery) -> Page:
    """Return the page of posts that a view begins with.

    Raises SourceNotFound for an unknown source, BadRequest for a cursor that the database cannot represent.
    """
    here = context()
    if view.by_mentions:
        since, until = _span(view, here)
        return store.top_page(here.database, view, MOST_TOP, since=since, until=until)
    try:
        return store.timeline_page(here.database, view, here.settings().timeline.page_size)
    except store.CursorNotFound:
        raise broken_cursor() from None


def data_version(view: TimelineQuery, here: Context, *, with_ages: bool = False) -> CacheVersion:
    """Return what a document of a view depends on: for the top also the span of time that counts."""
    version = timeline_version(here, with_ages=with_ages)
    if not view.by_mentions:
        return version
    since, until = _span(view, here)
    return CacheVersion((version.of, since), max(version.changed, min(until, here.clock.now())))


def _span(view: TimelineQuery, here: Context) -> tuple[datetime, datetime]:
    """Return the span of time whose posts count, in whole hours, so that a cached document serves for an hour."""
    if view.month:
        return view.month.start, view.month.end
    until = here.clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return until - TOP_SPAN, until


def source_titles(view: TimelineQuery, page: Page) -> dict[str, str]:
    """Return the titles of the sources that a view names, by slug; from the current page if it has them."""
    titles = {item.source.slug: item.source.title for item in page.items}
    if {*view.sources, *view.without} <= set(titles):
        return titles
    return {name.slug: name.title for name in store.source_names(context().database)}
