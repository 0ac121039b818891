"""The merged feeds of any view, one address per format of `outputs.FORMATS`."""

from dataclasses import replace
from functools import partial

from flask import Blueprint, Response, request
from werkzeug.urls import iri_to_uri

from aggregator import __version__
from aggregator.model import Page, TimelineQuery
from aggregator.outputs import FORMATS, Channel, Format
from aggregator.outputs.channel import newest_change
from aggregator.sources.settings import Settings
from aggregator.web.display.query import title_of, view_of
from aggregator.web.display.timeline_data import data_version, page_of, source_titles
from aggregator.web.serving.assets import face_of
from aggregator.web.serving.cached_response import MINUTE, cached_response
from aggregator.web.serving.context import context

feeds = Blueprint("feeds", __name__)


def _answer(form: Format, **path: str) -> Response:
    view = view_of(request.args, **path)
    response = cached_response(
        ("feed", form.name, view),
        partial(data_version, view),
        partial(_render, form, view),
        content_type=form.content_type,
        cache_control=MINUTE,
    )
    links = {"self": _address(form, view), "hub": context().settings().site.hub}
    for rel, address in links.items():
        if address:
            response.headers.add("Link", f'<{iri_to_uri(address)}>; rel="{rel}"')
    return response


# The views with a path of their own that have feeds.
FOLDERS = ("", "/tags/<tag>", "/sources/<slug>/posts")

for _form in FORMATS:
    _view_func = partial(_answer, _form)
    for _folder in FOLDERS:
        feeds.add_url_rule(f"{_folder}/feed.{_form.name}", endpoint=_form.name, view_func=_view_func)


@feeds.after_request
def open_to_all(response: Response) -> Response:
    """Let scripts of any site read the feeds, validators and paging included (the Fetch standard's CORS)."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Allow-Headers"] = "If-None-Match, If-Modified-Since"
    response.headers["Access-Control-Expose-Headers"] = "ETag, Last-Modified, Link"
    return response


def _render(form: Format, view: TimelineQuery) -> bytes:
    page = page_of(view)
    settings = context().settings()
    older = replace(view, before=page.older)
    channel = replace(
        channel_at(_address(form, view), view, page, settings),
        first=_address(form, replace(view, before=None)),
        older=_address(form, older) if page.older and context().addresses().has_feed(older) else None,
    )
    return form.render(channel, page.items)


def channel_at(address: str, view: TimelineQuery, page: Page, settings: Settings) -> Channel:
    """Return the channel of a feed of one document at this address."""
    site, addresses = settings.site, context().addresses()
    return Channel(
        title=title_of(view, source_titles(view, page), site.title),
        description=site.description,
        page=addresses.absolute(addresses.timeline(replace(view, before=None))),
        address=address,
        first=address,
        older=None,
        language=site.language,
        hub=site.hub or None,
        site_title=site.title,
        generator="aggregator",
        generator_version=__version__,
        excerpt=settings.timeline.excerpt,
        updated=newest_change(page.items),
        faces=_faces(page),
    )


def _faces(page: Page) -> dict[str, str]:
    """Return the addresses of the pictures of the sources on a page."""
    absolute = context().addresses().absolute
    found = {item.source.slug: face_of(item.source.slug) for item in page.items}
    return {slug: absolute(face) for slug, face in found.items() if face}


def _address(form: Format, view: TimelineQuery) -> str:
    addresses = context().addresses()
    return addresses.absolute(addresses.feed(form.name, view))
