"""`/sources.opml`: the polled sources, for readers who want to subscribe to them directly."""

from functools import partial

from flask import Blueprint, Response

from aggregator import store
from aggregator.model import SourceRef
from aggregator.outputs.exports.opml import CONTENT_TYPE, Outline, render
from aggregator.web.serving.cached_response import cached_response, timeline_version
from aggregator.web.serving.context import context

opml = Blueprint("opml", __name__)


@opml.get("/sources.opml")
def sources() -> Response:
    """Answer with the list of sources."""
    # Rendered once a minute: a poll may have changed a feed's title without a new post.
    version = partial(timeline_version, with_ages=True)
    response = cached_response(("opml",), version, _render, content_type=CONTENT_TYPE)
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Content-Disposition"] = 'inline; filename="sources.opml"'
    return response


def _render() -> bytes:
    return render(context().settings().site.title, outlines())


def outlines() -> list[Outline]:
    """Return the enabled sources of the file in its order, with their titles from the store."""
    here = context()
    settings = here.settings()
    names = {name.slug: name for name in store.source_names(here.database)}
    return [
        Outline(names.get(source.slug) or SourceRef(source.slug, source.title, source.url), source.tags)
        for source in settings.sources
        if source.enabled
    ]
