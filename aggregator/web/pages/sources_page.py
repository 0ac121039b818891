"""`/sources` and `/sources/SLUG`: the status of the sources, for admins, readers and publishers."""

from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any, Self
from urllib.parse import urlencode

from flask import Blueprint, Response, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound

from aggregator import explain, store
from aggregator.model import SourceStatus, State
from aggregator.translations import N_
from aggregator.translations import gettext as _
from aggregator.web.display.charts import poll_history, strip, weekly_posts, weeks
from aggregator.web.display.query import view_of
from aggregator.web.serving.cached_response import HTML, cached_response, polls_version
from aggregator.web.serving.context import context
from aggregator.web.serving.themed import render

directory = Blueprint("directory", __name__)

PAGE_SIZE = 200
MOST_PAGES = 10_000
MOST_LEADERS = 50
MOST_FAULTS = 20  # above the list; the filter by state shows all of them
# The columns by which the list can be sorted, with their headings and their names in the form.
ORDERS = {
    "name": (N_("Source"), N_("source")),
    "state": (N_("State"), N_("state")),
    "posts": (N_("Posts a week"), N_("posts a week")),
    "latest": (N_("Last post"), N_("last post")),
    "next": (N_("Next poll"), N_("next poll")),
}

# What an admin can do, unless the sentence of the fault says it.
REMEDIES = {
    State.ON_HOLD.value: N_(
        "Look at the feed. If it is the right one, run `aggregator sources release {slug}`;"
        " else correct its url in the sources file."
    ),
    State.GONE.value: N_("Find its new address, or take it out of the sources file."),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """The filter and order of the list."""

    words: str = ""
    state: str = ""
    order: str = "name"
    page: int = 1

    @classmethod
    def of(cls, arguments: MultiDict[str, str]) -> Self:
        """Parse a query string; invalid parameters are ignored."""
        state, order = arguments.get("state", ""), arguments.get("sort", "")
        return cls(
            words=view_of(MultiDict({"q": arguments.get("q", "")})).words,
            state=state if state in store.STATES else "",
            order=order if order in ORDERS else "name",
            page=min(max(arguments.get("page", 1, int), 1), MOST_PAGES),
        )

    def path(self, **changes: Any) -> str:
        """Return the address of this list with some parameters changed; a new order or filter begins at page 1."""
        values = {"q": self.words, "state": self.state, "sort": self.order} | changes
        defaults = {"sort": "name", "page": 1}
        query = urlencode(
            {key: value for key, value in values.items() if value and value != defaults.get(key)}
        )
        return context().addresses().page("/sources", query)


@directory.get("/sources")
def listing() -> Response:
    """Answer with the list of sources."""
    choice = Choice.of(request.args)
    return cached_response(
        ("sources", choice), polls_version, lambda: _render_list(choice).encode(), content_type=HTML
    )


@directory.get("/sources/<slug>")
def single(slug: str) -> Response:
    """Answer with the page about one source. Raises SourceNotFound for one that the file does not have."""
    if not (slug.isascii() and slug.isprintable()):
        raise NotFound(_("No source has a name like this. The list of sources has all that there are."))
    return cached_response(
        ("source", slug), polls_version, lambda: _render_source(slug).encode(), content_type=HTML
    )


def _render_list(choice: Choice) -> str:
    here = context()
    look = here.settings().look
    folder = f"{PurePath(look.folder).parent}/"  # that of the sources file concerns nobody but its admin
    first = (choice.page - 1) * PAGE_SIZE
    found = store.catalog(
        here.database,
        here.clock.now(),
        words=choice.words,
        state=choice.state,
        order=choice.order,
        first=first,
        size=PAGE_SIZE,
        most_faults=MOST_FAULTS,
    )
    return render(
        "sources.html",
        choice=choice,
        orders=ORDERS,
        catalog=found,
        has_more=found.found > first + PAGE_SIZE,
        leaders=store.leaders(here.database, here.clock.now(), MOST_LEADERS),
        file=store.file_state(here.database),
        theme_faults=[fault.replace(folder, "") for fault in here.theme_faults.of(look)],
        **DRAWING,
    )


def _render_source(slug: str) -> str:
    here = context()
    status = store.status(here.database, slug, here.clock.now())
    return render("source.html", status=status, ties=store.ties(here.database, slug), **DRAWING)


def state_of(status: SourceStatus) -> str:
    """Return the state of a source."""
    return str(status.poll_state.state.value) if status.enabled else store.OFF


def trouble(status: SourceStatus) -> str:
    """Return what is wrong with a source as a sentence; empty if nothing is."""
    state = status.poll_state
    if state.hold:
        return explain.hold(state.hold, status.name.slug)
    return explain.fault(state.fault) if state.fault else ""


def remedy(status: SourceStatus) -> str:
    """Return what an admin can do about a source; empty if the fault says it or nothing needs to be done."""
    words = REMEDIES.get(state_of(status))
    return _(words, slug=status.name.slug) if words else ""


def warnings(status: SourceStatus) -> list[str]:
    """Return the warnings about a feed and its server."""
    state = status.poll_state
    return [*map(explain.warning, state.warnings), *map(explain.doubt, state.validator_doubts)]


def why_next(status: SourceStatus) -> str:
    """Return the reasons for the time of a source's next poll, without the fault, which is shown above."""
    shown = status.poll_state.fault
    why = (replace(one, fault=None) if one.fault == shown else one for one in status.poll_state.why)
    return explain.next_poll(why, status.name.slug)


DRAWING = {
    "state_of": state_of, "trouble": trouble, "remedy": remedy,
    "strip": strip, "weeks": weeks,
    "poll_history": poll_history, "weekly_posts": weekly_posts,
    "why_left_out": explain.left_out, "warnings": warnings, "why_next": why_next,
    "said_of": explain.poll,
}  # fmt: skip
