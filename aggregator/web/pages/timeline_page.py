"""`/`: the timeline as a page."""

from dataclasses import replace
from functools import partial
from typing import Any

from flask import Blueprint, Response, render_template, request

from aggregator import store
from aggregator.model import Page, TimelineQuery
from aggregator.web.display.post_view import by_period, shown
from aggregator.web.display.query import title_of, view_of, words_of
from aggregator.web.display.snippets import snippets
from aggregator.web.display.timeline_data import page_of, source_titles
from aggregator.web.serving.cached_response import cached_response, timeline_version
from aggregator.web.serving.context import context

front = Blueprint("front", __name__)

HTML = "text/html; charset=utf-8"
MOST_TAGS = 24  # chips
MOST_SOURCES = 60  # in the list beside the timeline; more are found on the page of sources


@front.get("/")
@front.get("/tags/<tag>", strict_slashes=False)
@front.get("/sources/<slug>/posts", strict_slashes=False)
@front.get("/archive/<month>", strict_slashes=False)
def timeline(**path: str) -> Response:
    """Answer with the page of a view."""
    view = view_of(request.args, **path)
    version = partial(timeline_version, with_ages=True)
    return cached_response(("front", view), version, lambda: _render(view).encode(), content_type=HTML)


def _render(view: TimelineQuery) -> str:
    here = context()
    settings = here.settings()
    page = page_of(view)
    titles = source_titles(view, page)
    limit = settings.timeline.excerpt
    found = snippets(here.database, page.items, view.words, limit)
    posts = (
        shown(item, limit=limit, page_language=settings.site.language, passage=found.get(item.id, ""))
        for item in page.items
    )
    return render_template(
        "front.html",
        view=view,
        top=replace(view, before=None),
        searched=TimelineQuery(month=view.month),
        words=words_of(view, titles),
        title=title_of(view, titles, settings.site.title),
        periods=list(by_period(posts, here.clock.now())),
        titles=titles,
        is_first=page.is_first,
        has_sources=bool(settings.sources),
        **_ways_on(view, page),
        **_choices(view),
    )


def _ways_on(view: TimelineQuery, page: Page) -> dict[str, str | None]:
    """Return where the pages beside this one are. Newer than what can be counted is the top."""
    address = context().addresses().timeline
    older = address(replace(view, before=page.older)) if page.older else None
    newer = None if page.is_first else address(replace(view, before=page.newer))
    return {"older": older, "newer": newer}


def _choices(view: TimelineQuery) -> dict[str, Any]:
    """Return the chips and the list of sources; each leads to the view with it, or without it where it is chosen."""
    here = context()
    tags = [tag for tag, _ in store.top_tags(here.database, MOST_TAGS)]
    tags += [tag for tag in view.tags if tag not in tags]
    few = len(here.settings().sources) <= MOST_SOURCES
    sources = store.source_names(here.database) if few else []
    return {
        "tags": [(tag, tag in view.tags, _with_tag(view, tag)) for tag in tags],
        "sources": [(name, name.slug in view.sources, _with_source(view, name.slug)) for name in sources],
    }


def _with_tag(view: TimelineQuery, tag: str) -> str:
    return context().addresses().timeline(replace(view, tags=_toggled(view.tags, tag), before=None))


def _with_source(view: TimelineQuery, slug: str) -> str:
    return context().addresses().timeline(replace(view, sources=_toggled(view.sources, slug), before=None))


def _toggled(chosen: tuple[str, ...], value: str) -> tuple[str, ...]:
    return tuple(other for other in chosen if other != value) if value in chosen else (*chosen, value)
