"""The addresses of Planet and Venus, for a site that replaces a planet (`[site] compatible`)."""

from collections.abc import Callable, Sequence
from functools import partial

from flask import Blueprint, Response, abort

from aggregator.model import Item, TimelineQuery
from aggregator.outputs import Channel
from aggregator.outputs.exports import foafroll
from aggregator.outputs.exports import opml as opml_format
from aggregator.outputs.feeds import planet as formats
from aggregator.web.display.timeline_data import page_of
from aggregator.web.pages.feeds import channel_at, open_to_all
from aggregator.web.pages.opml_export import outlines
from aggregator.web.serving.cached_response import MINUTE, cached_response, timeline_version
from aggregator.web.serving.context import context

planet = Blueprint("planet", __name__)
planet.after_request(open_to_all)

EVERYTHING = TimelineQuery()

Render = Callable[[Channel, Sequence[Item]], bytes]
FEEDS: dict[str, tuple[Render, str]] = {
    "atom.xml": (formats.render_atom, "application/atom+xml; charset=utf-8"),
    "rss20.xml": (formats.render_rss20, "application/rss+xml; charset=utf-8"),
    "rss10.xml": (formats.render_rss10, "application/rdf+xml; charset=utf-8"),
}

ADDRESSES = (*(f"/{name}" for name in FEEDS), "/opml.xml", "/foafroll.xml")


@planet.before_request
def unless_asked_for() -> None:
    """Answer 404 if the site does not replace a planet."""
    if context().settings().site.compatible != "planet":
        abort(404)


def _feed(name: str) -> Response:
    render, content_type = FEEDS[name]
    return cached_response(
        ("planet", name),
        timeline_version,
        partial(_render, name, render),
        content_type=content_type,
        cache_control=MINUTE,
    )


def _render(name: str, render: Render) -> bytes:
    page = page_of(EVERYTHING)
    addresses = context().addresses()
    address = addresses.absolute(addresses.page(f"/{name}"))
    return render(channel_at(address, EVERYTHING, page, context().settings()), page.items)


for _name in FEEDS:
    planet.add_url_rule(f"/{_name}", endpoint=_name.partition(".")[0], view_func=partial(_feed, _name))


@planet.get("/opml.xml")
def opml() -> Response:
    """Answer with the list of sources as OPML."""
    return _list("opml", opml_format.CONTENT_TYPE, _opml)


@planet.get("/foafroll.xml")
def foaf() -> Response:
    """Answer with the list of sources as a group of people."""
    return _list("foafroll", foafroll.CONTENT_TYPE, _foafroll)


def _list(name: str, content_type: str, render: Callable[[], bytes]) -> Response:
    version = partial(timeline_version, with_ages=True)  # a poll may have changed a title without a new post
    return cached_response(("planet", name), version, render, content_type=content_type)


def _opml() -> bytes:
    return opml_format.render(context().settings().site.title, outlines())


def _foafroll() -> bytes:
    site = context().settings().site
    return foafroll.render(site.title, site.url, outlines())
