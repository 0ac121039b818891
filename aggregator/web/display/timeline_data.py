"""One page of a view from the store, as the page and the feeds both show it."""

from aggregator import store
from aggregator.model import Page, TimelineQuery
from aggregator.web.display.query import broken_cursor
from aggregator.web.serving.context import context


def page_of(view: TimelineQuery) -> Page:
    """Return the page of posts that a view begins with.

    Raises SourceNotFound for a source that is not here, BadRequest for a cursor that no database could hold.
    """
    here = context()
    try:
        return store.timeline_page(here.database, view, here.settings().timeline.page_size)
    except store.CursorNotFound:
        raise broken_cursor() from None


def source_titles(view: TimelineQuery, page: Page) -> dict[str, str]:
    """Return the titles of the sources that a view names, by slug; from the page at hand where it has them."""
    titles = {item.source.slug: item.source.title for item in page.items}
    if set(view.sources) <= set(titles):
        return titles
    return {name.slug: name.title for name in store.source_names(context().database)}
