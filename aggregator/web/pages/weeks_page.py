"""`/weeks` and `/weeks/2026-W47`: what came in a week, and what of it was pointed to most.

A finished week says days and no ages: it changes only if one of its posts does.
"""

from functools import partial

from flask import Blueprint, Response, render_template
from werkzeug.exceptions import NotFound

from aggregator import store
from aggregator.model import Item, Week
from aggregator.rank.weeks import summarize
from aggregator.web.display.post_view import Shown, shown
from aggregator.web.display.templating import make_permanent
from aggregator.web.serving.cached_response import cached_response, timeline_version
from aggregator.web.serving.context import context

weeks = Blueprint("weeks", __name__)

HTML = "text/html; charset=utf-8"


@weeks.get("/weeks", strict_slashes=False)
def archive() -> Response:
    """Answer with the list of weeks."""
    now = Week.of(context().clock.now())
    return cached_response(
        ("weeks", now), timeline_version, lambda: _render_archive(now).encode(), content_type=HTML
    )


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
            "This address names no week. A week is written as a year and a number of ISO 8601: 2026-W47."
        ) from None


def _render_archive(now: Week) -> str:
    return render_template("weeks.html", weeks=store.week_counts(context().database), now=now)


def _render(week: Week, *, is_finished: bool) -> str:
    summary = summarize(store.week_posts(context().database, week))
    if not summary.posts:
        raise NotFound(
            f"The timeline has no posts of the week {week}. The list of weeks names those that it has."
        )
    if is_finished:
        make_permanent()
    return render_template(
        "week.html",
        summary=summary,
        week=week,
        top=[_shown(item) for item in summary.top],
        is_finished=is_finished,
    )


def _shown(item: Item) -> Shown:
    settings = context().settings()
    return shown(item, limit=settings.timeline.excerpt, page_language=settings.site.language)
