"""`/subscribe`: the feeds of a view, for people who do not know what a feed is and for those who do."""

from dataclasses import dataclass, replace
from urllib.parse import quote

from flask import Blueprint, Response, request

from aggregator.model import TimelineQuery
from aggregator.outputs import FORMATS
from aggregator.web.display.query import follow_title, view_of, words_of
from aggregator.web.display.timeline_data import page_of, source_titles
from aggregator.web.serving.cached_response import HTML, cached_response, timeline_version
from aggregator.web.serving.context import context
from aggregator.web.serving.themed import render

subscribe = Blueprint("subscribe", __name__)

# Readers in the browser, with their addresses for subscribing to a feed.
READERS = (
    ("Feedly", "https://feedly.com/i/subscription/feed/"),
    ("Inoreader", "https://www.inoreader.com/?add_feed="),
    ("NewsBlur", "https://www.newsblur.com/?url="),
    ("The Old Reader", "https://theoldreader.com/feeds/subscribe?url="),
)


@dataclass(frozen=True, slots=True)
class Followed:
    """A view's feed in one format."""

    name: str
    title: str
    address: str


@subscribe.get("/subscribe")
def page() -> Response:
    """Answer with the feeds of a view. Its cursor is ignored: a feed begins with the newest posts."""
    view = replace(view_of(request.args), before=None)
    return cached_response(
        ("subscribe", view), timeline_version, lambda: _render(view).encode(), content_type=HTML
    )


def _render(view: TimelineQuery) -> str:
    addresses = context().addresses()
    feeds = [
        Followed(form.name, form.title, addresses.absolute(addresses.feed(form.name, view)))
        for form in FORMATS
    ]
    titles = source_titles(view, page_of(view))
    rss = next(feed.address for feed in feeds if feed.name == "rss")
    return render(
        "subscribe.html",
        view=view,
        title=follow_title(view, titles, context().settings().site.title),
        words=words_of(view, titles),
        feeds=feeds,
        rss=rss,
        readers=[(name, address + quote(rss, safe="")) for name, address in READERS],
    )
