"""`/archive`: the months that have posts, so that any of them is two clicks away."""

from itertools import groupby

from flask import Blueprint, Response

from aggregator import store
from aggregator.model import Month
from aggregator.web.serving.cached_response import HTML, cached_response, timeline_version
from aggregator.web.serving.context import context
from aggregator.web.serving.themed import render

archive = Blueprint("archive", __name__)


@archive.get("/archive", strict_slashes=False)
def page() -> Response:
    """Answer with the years and their months."""
    return cached_response(("archive",), timeline_version, lambda: _render().encode(), content_type=HTML)


def _render() -> str:
    months = store.months(context().database)
    years = [
        (year, _calendar(year, list(group))) for year, group in groupby(months, lambda month: month.year)
    ]
    return render("archive.html", years=years)


def _calendar(year: int, filled: list[Month]) -> list[tuple[Month, bool]]:
    """Return the twelve months of a year, each with whether it has posts."""
    return [(month, month in filled) for month in (Month(year, number) for number in range(1, 13))]
