"""Addresses with a former slug of a source: a permanent redirect, else a 404 that says so."""

import re
from urllib.parse import urlencode

from flask import Flask, redirect, request, url_for
from werkzeug import Response
from werkzeug.exceptions import NotFound

from aggregator import store
from aggregator.translations import gettext as _
from aggregator.web.pages import error_pages
from aggregator.web.serving.context import context

_SLUG_KEYS = ("source", "without")  # of a view's query
_SLUG = re.compile(r"[a-z0-9-]{1,64}")  # others are not looked up: PostgreSQL rejects some characters


def init_app(app: Flask) -> None:
    """Let `app` answer requests for unknown sources."""
    app.register_error_handler(store.SourceNotFound, answer)


def answer(error: store.SourceNotFound) -> Response:
    """Redirect to the present addresses of sources that are named by former slugs."""
    arguments = [(key, value.strip()) for key, value in request.args.items(multi=True)]
    path = dict(request.view_args or {})
    named = {value for key, value in arguments if key in _SLUG_KEYS} | {path.get("slug", "")}
    present = store.renamed(context().database, [slug for slug in named if _SLUG.fullmatch(slug)])
    if not present:
        return error_pages.page(
            NotFound(
                _(
                    "No source here is called “{slug}”. The list of sources has all that there are.",
                    slug=error.slug,
                )
            )
        )
    if "slug" in path:
        path["slug"] = present.get(path["slug"], path["slug"])
    query = urlencode(
        [(key, present.get(value, value) if key in _SLUG_KEYS else value) for key, value in arguments]
    )
    address = url_for(str(request.endpoint), **path)
    return redirect(f"{address}?{query}" if query else address, 301)
