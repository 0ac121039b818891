"""Filters and globals of the templates: addresses, ages, dates, numbers, facts about the site."""

from datetime import datetime
from pathlib import PurePath
from typing import Any

from flask import Flask, g

from aggregator.dates import day_in_words, days_in_words, exact_moment, moment_in_words, short_month
from aggregator.model import Month, TimelineQuery
from aggregator.outputs import FORMATS
from aggregator.outputs.channel import instant
from aggregator.quantities import size_in_words, span_in_words
from aggregator.translations import current, digits
from aggregator.web.display.avatars import avatar_of
from aggregator.web.display.highlight import highlighted
from aggregator.web.display.relative_time import age
from aggregator.web.display.state_words import state_in_words
from aggregator.web.serving.assets import asset, face_of
from aggregator.web.serving.context import context
from aggregator.web.serving.security import POLICY_IN_PAGES
from aggregator.web.serving.themed import speak


def init_app(app: Flask) -> None:
    """Register the filters and globals of the templates of `app`."""
    speak(app.jinja_env)
    app.jinja_env.filters.update(
        ago=ago,
        exact=exact_moment,
        moment=moment_in_words,
        short_month=short_month,
        instant=instant,
        epoch=epoch,
        highlighted=highlighted,
        avatar_of=avatar_of,
        span=span_in_words,
        size=size_in_words,
        days=days_in_words,
        file_name=file_name,
        digits=digits,
        state_in_words=state_in_words,
    )
    app.jinja_env.globals.update(
        asset=asset,
        face_of=face_of,
        formats=FORMATS,
        policy_in_pages=POLICY_IN_PAGES,
        whole=TimelineQuery(),
        of_source=of_source,
        of_tag=of_tag,
        of_month=of_month,
    )
    app.context_processor(_template_globals)


def of_source(slug: str) -> TimelineQuery:
    """Return the view of one source."""
    return TimelineQuery(sources=(slug,))


def of_tag(tag: str) -> TimelineQuery:
    """Return the view of one tag."""
    return TimelineQuery(tags=(tag.casefold(),))


def of_month(month: Month) -> TimelineQuery:
    """Return the view of one month."""
    return TimelineQuery(month=month)


def ago(then: datetime) -> str:
    """Return how long ago a moment is now: "19 days ago"; on a page that never changes its day, which stays true."""
    here = context()
    if here.addresses().is_static or "is_permanent" in g:
        return day_in_words(then.date())
    return age(then, here.clock.now())


def make_permanent() -> None:
    """Let the page of this request show days instead of ages, so that time alone does not change it."""
    g.is_permanent = True


def epoch(moment: datetime) -> int:
    """Return a moment as seconds since 1970, for the script."""
    return int(moment.timestamp())


def file_name(path: str) -> str:
    """Return the name of a file without its folders, which only concern the admin."""
    return PurePath(path).name


def _template_globals() -> dict[str, Any]:
    here = context()
    settings = here.settings()
    return {
        "site": settings.site,
        "look": settings.look,
        "polling": settings.polling,
        "now": here.clock.now(),
        "addresses": here.addresses(),
        "language": current(),
    }
