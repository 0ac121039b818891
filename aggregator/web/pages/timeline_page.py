"""`/`: the timeline as a page."""

from dataclasses import replace
from functools import partial
from typing import Any

from flask import Blueprint, Response, request

from aggregator import store
from aggregator.model import Page, TimelineQuery
from aggregator.translations import gettext as _
from aggregator.web.display.folding import Fold, folded
from aggregator.web.display.post_view import Shown, by_period, shown
from aggregator.web.display.query import title_of, view_of, words_of
from aggregator.web.display.snippets import snippets
from aggregator.web.display.tag_choices import tag_choices
from aggregator.web.display.timeline_data import data_version, page_of, source_titles
from aggregator.web.serving.cached_response import HTML, cached_response
from aggregator.web.serving.context import context
from aggregator.web.serving.themed import render

front = Blueprint("front", __name__)

COUNTED_TAGS = 100  # the most used, from which the offered ones are selected
MOST_CATEGORIES = 24  # of the publishers
RECENT_SOURCES = 30  # that posted last; their names are no tags
MOST_SOURCES = 15  # of them beside the timeline; the others are found on the page of sources
MOST_NEW = 10  # most posts of each source that are counted since a reader's last visit


@front.get("/")
@front.get("/tags/<tag>", strict_slashes=False)
@front.get("/sources/<slug>/posts", strict_slashes=False)
@front.get("/archive/<month>", strict_slashes=False)
def timeline(**path: str) -> Response:
    """Answer with the page of a view."""
    view = view_of(request.args, **path)
    version = partial(data_version, view, with_ages=True)
    return cached_response(("front", view), version, lambda: _render(view).encode(), content_type=HTML)


def _render(view: TimelineQuery) -> str:
    here = context()
    settings = here.settings()
    page = page_of(view)
    titles = source_titles(view, page)
    return render(
        "timeline.html",
        view=view,
        top=replace(view, before=None),
        searched=TimelineQuery(month=view.month),
        words=words_of(view, titles),
        title=title_of(view, titles, settings.site.title),
        periods=_ranked(view, page) if view.by_mentions else _periods(view, page),
        other_order=replace(view, by_mentions=not view.by_mentions, before=None),
        titles=titles,
        is_first=page.is_first,
        has_sources=bool(settings.sources),
        **_ways_on(view, page),
        **_choices(view),
    )


def _ranked(view: TimelineQuery, page: Page) -> list[tuple[str, list[Shown | Fold]]]:
    """Return the most mentioned posts under one heading, in order."""
    return [(_("By who points to them"), [*_posts(view, page)])] if page.items else []


def _periods(view: TimelineQuery, page: Page) -> list[tuple[str, list[Shown | Fold]]]:
    """Return the posts under their headings. If a reader chose the sources or searched, nothing is folded."""
    here = context()
    fold = list if view.sources or view.words else folded
    now = None if here.addresses().is_static else here.clock.now()
    return [(heading, fold(group)) for heading, group in by_period(_posts(view, page), now)]


def _posts(view: TimelineQuery, page: Page) -> list[Shown]:
    here = context()
    settings = here.settings()
    limit = settings.timeline.excerpt
    found = snippets(here.database, page.items, view.words, limit)
    after = store.silences(here.database, page.items)
    return [
        shown(
            item,
            limit=limit,
            passage=found.get(item.id, ""),
            silence=after.get(item.id),
        )
        for item in page.items
    ]


def _ways_on(view: TimelineQuery, page: Page) -> dict[str, str | None]:
    """Return the addresses of the neighbouring pages. The page above a month's first is the top; a month continues with the one before."""
    address = context().addresses().timeline
    older = address(replace(view, before=page.older)) if page.older else None
    if view.month and older is None:
        month = store.month_before(context().database, view.month)
        older = address(replace(view, month=month, before=None)) if month else None
    newer = None if page.is_first else address(replace(view, before=page.newer))
    return {"older": older, "newer": newer}


def _choices(view: TimelineQuery) -> dict[str, Any]:
    """Return the tags and sources to choose from; each leads to the view with it, or without it if it is chosen."""
    here = context()
    addresses = here.addresses()
    sources = [source for source in here.settings().sources if source.enabled]
    if addresses.is_static:  # nothing that depends on other posts
        own = dict.fromkeys(tag for source in sources for tag in source.tags)
        own_tags = [_tag_choice(view, tag) for tag in own if addresses.has(TimelineQuery(tags=(tag,)))]
        return {"own_tags": own_tags, "categories": (), "active": (), "source_count": len(sources)}
    active = store.recent_activity(here.database, RECENT_SOURCES, MOST_NEW)
    tags = tag_choices(
        [tag for tag, _ in store.top_tags(here.database, COUNTED_TAGS)],
        own={tag for source in sources for tag in source.tags},
        names=[one.source.title for one in active],
    )
    chosen = [tag for tag in view.tags if tag not in {*tags.own, *tags.categories}]
    return {
        "own_tags": [_tag_choice(view, tag) for tag in (*tags.own, *chosen)],
        "categories": [_tag_choice(view, tag) for tag in tags.categories[:MOST_CATEGORIES]],
        "active": [
            (
                one.source,
                one.source.slug in view.sources,
                _with_source(view, one.source.slug),
                one.placed,
            )
            for one in active[:MOST_SOURCES]
        ],
        "source_count": len(sources),
    }


def _tag_choice(view: TimelineQuery, tag: str) -> tuple[str, bool, str]:
    toggled = replace(view, tags=_toggled(view.tags, tag), before=None)
    return tag, tag in view.tags, _address(toggled, TimelineQuery(tags=(tag,)))


def _with_source(view: TimelineQuery, slug: str) -> str:
    toggled = replace(view, sources=_toggled(view.sources, slug), before=None)
    return _address(toggled, TimelineQuery(sources=(slug,)))


def _address(view: TimelineQuery, simpler: TimelineQuery) -> str:
    """Return the address of a view or, if it has no page on a static site, of a simpler one."""
    addresses = context().addresses()
    return addresses.timeline(view if addresses.has(view) else simpler)


def _toggled(chosen: tuple[str, ...], value: str) -> tuple[str, ...]:
    return tuple(other for other in chosen if other != value) if value in chosen else (*chosen, value)
