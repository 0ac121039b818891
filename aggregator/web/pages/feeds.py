"""The merged feeds of any view, one address a format of `outputs.FORMATS`."""

from functools import partial

from flask import Blueprint, Response, request
from werkzeug.urls import iri_to_uri

from aggregator import __version__
from aggregator.model import Cursor, Page, TimelineQuery
from aggregator.outputs import FORMATS, Channel, Format
from aggregator.outputs.channel import newest_change
from aggregator.sources.settings import Settings
from aggregator.web.display.query import path_of, title_of, view_of
from aggregator.web.display.timeline_data import page_of, source_titles
from aggregator.web.serving.cached_response import MINUTE, cached_response, timeline_version
from aggregator.web.serving.context import context

feeds = Blueprint("feeds", __name__)


def _answer(form: Format) -> Response:
    view = view_of(request.args)
    response = cached_response(
        ("feed", form.name, view),
        timeline_version,
        partial(_render, form, view),
        content_type=form.content_type,
        cache_control=MINUTE,
    )
    site = context().settings().site
    links = {"self": _address(site.url, form.path, view), "hub": site.hub}
    for rel, address in links.items():
        if address:
            response.headers.add("Link", f'<{iri_to_uri(address)}>; rel="{rel}"')
    return response


for _form in FORMATS:
    feeds.add_url_rule(_form.path, endpoint=_form.name, view_func=partial(_answer, _form))


@feeds.after_request
def open_to_all(response: Response) -> Response:
    """Let scripts of any site read the feeds, validators and paging included (the Fetch standard's CORS)."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Allow-Headers"] = "If-None-Match, If-Modified-Since"
    response.headers["Access-Control-Expose-Headers"] = "ETag, Last-Modified, Link"
    return response


def _render(form: Format, view: TimelineQuery) -> bytes:
    page = page_of(view)
    return form.render(_channel(form, view, page, context().settings()), page.items)


def _channel(form: Format, view: TimelineQuery, page: Page, settings: Settings) -> Channel:
    site = settings.site
    return Channel(
        title=title_of(view, source_titles(view, page), site.title),
        description=site.description,
        page=_address(site.url, "/", _at(view, None)),
        address=_address(site.url, form.path, view),
        first=_address(site.url, form.path, _at(view, None)),
        older=_address(site.url, form.path, _at(view, page.older)) if page.older else None,
        language=site.language,
        hub=site.hub or None,
        site_title=site.title,
        generator="aggregator",
        generator_version=__version__,
        excerpt=settings.timeline.excerpt,
        updated=newest_change(page.items),
    )


def _at(view: TimelineQuery, place: Cursor | None) -> TimelineQuery:
    return TimelineQuery(view.sources, view.tags, view.words, place)


def _address(site: str, path: str, view: TimelineQuery) -> str:
    return site.rstrip("/") + path_of(path, view)
