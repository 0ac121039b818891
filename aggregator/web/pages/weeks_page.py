"""`/weeks` and `/weeks/2026-W47`: the posts of a week, the most mentioned first.

A finished week shows days and no ages: it only changes if one of its posts does.
"""

from dataclasses import replace
from functools import partial
from uuid import NAMESPACE_URL, uuid5

from flask import Blueprint, Response
from werkzeug.exceptions import NotFound

from aggregator import store
from aggregator.model import Item, Page, SourceRef, TimelineQuery, Week
from aggregator.outputs import FORMATS, Format
from aggregator.outputs.newsletter import body, title_of
from aggregator.rank.weeks import summarize
from aggregator.translations import gettext as _
from aggregator.web.display.post_view import Shown, shown
from aggregator.web.display.templating import make_permanent
from aggregator.web.pages.feeds import channel_at, open_to_all
from aggregator.web.serving.cached_response import HTML, MINUTE, cached_response, timeline_version
from aggregator.web.serving.context import Context, context
from aggregator.web.serving.page_cache import CacheVersion
from aggregator.web.serving.themed import render

weeks = Blueprint("weeks", __name__)

MOST_ISSUES = 4  # in a feed: a month of weeks


@weeks.get("/weeks", strict_slashes=False)
def archive() -> Response:
    """Answer with the list of weeks."""
    return cached_response(("weeks",), _weeks_version, lambda: _render_archive().encode(), content_type=HTML)


def _feed(form: Format) -> Response:
    """Answer with the finished weeks as a feed, an item a week."""
    response = cached_response(
        ("weeks feed", form.name),
        _weeks_version,
        lambda: _render_feed(form),
        content_type=form.content_type,
        cache_control=MINUTE,
    )
    return open_to_all(response)


for _form in FORMATS:
    weeks.add_url_rule(f"/weeks.{_form.name}", endpoint=f"feed_{_form.name}", view_func=partial(_feed, _form))


@weeks.get("/weeks/<name>", strict_slashes=False)
def one_week(name: str) -> Response:
    """Answer with the page of a week."""
    week = _week(name)
    is_finished = week.end <= context().clock.now()
    version = partial(timeline_version, with_ages=not is_finished)
    return cached_response(
        ("week", week, is_finished),
        version,
        lambda: _render(week, is_finished=is_finished).encode(),
        content_type=HTML,
    )


def _week(name: str) -> Week:
    try:
        return Week.parse(name)
    except ValueError:
        raise NotFound(
            _("This address names no week. A week is written as a year and a number of ISO 8601: 2026-W47.")
        ) from None


def _weeks_version(here: Context) -> CacheVersion:
    """Return what a document of all weeks depends on: the timeline, and the current week."""
    timeline, week = timeline_version(here), Week.of(here.clock.now())
    return CacheVersion((timeline.of, week), max(timeline.changed, week.start))


def _render_archive() -> str:
    here = context()
    now = Week.of(here.clock.now())
    return render("weeks.html", weeks=store.week_counts(here.database), now=now)


def _render_feed(form: Format) -> bytes:
    here = context()
    address, now = here.addresses().absolute, here.clock.now()
    path = here.addresses().page
    finished = [week for week, _ in store.week_counts(here.database) if week.end <= now]
    items = [_item(week) for week in finished[:MOST_ISSUES]]
    own = address(path(f"/weeks.{form.name}"))
    channel = channel_at(own, TimelineQuery(), Page(items), here.settings())
    title = f"{_('Weeks')} · {channel.title}"
    return form.render(replace(channel, title=title, page=address(path("/weeks"))), items)


def _item(week: Week) -> Item:
    here = context()
    settings, addresses = here.settings(), here.addresses()
    summary = summarize(store.week_posts(here.database, week))
    limit = settings.timeline.excerpt
    link = addresses.absolute(addresses.page(f"/weeks/{week}"))
    return Item(
        id=0,
        public_id=uuid5(NAMESPACE_URL, link).urn,
        placed=week.end,
        source=SourceRef("", settings.site.title, addresses.absolute(addresses.page("/weeks.json"))),
        title=title_of(summary, settings.site.title),
        text=body(summary, "text", limit=limit, is_finished=True),
        minutes=1,
        link=link,
        changed=week.end,
        html=body(summary, "html", limit=limit, is_finished=True),
    )


def _render(week: Week, *, is_finished: bool) -> str:
    summary = summarize(store.week_posts(context().database, week))
    if not summary.posts:
        raise NotFound(
            _(
                "The timeline has no posts of the week {week}. The list of weeks names those that it has.",
                week=week,
            )
        )
    if is_finished:
        make_permanent()
    return render(
        "week.html",
        summary=summary,
        week=week,
        top=[_shown(item) for item in summary.top],
        is_finished=is_finished,
    )


def _shown(item: Item) -> Shown:
    settings = context().settings()
    return shown(item, limit=settings.timeline.excerpt)
