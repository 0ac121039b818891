"""`/sources` and `/sources/SLUG`: how the sources are doing, for whoever runs the site, reads it or is polled by it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, Self
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound

from aggregator import store
from aggregator.model import SourceStatus, State
from aggregator.web.caching import kept, timeline_version
from aggregator.web.charts import strip, weeks
from aggregator.web.context import context
from aggregator.web.front import HTML
from aggregator.web.query import view_of

directory = Blueprint("directory", __name__)

PAGE_SIZE = 200
MOST_PAGES = 10_000
MOST_FAULTS = 20  # on top of the list; the filter by state shows all of them
OFF = "switched off"

_NEVER = datetime(1, 1, 1, tzinfo=UTC)

# Gravest first.
_SEVERITY: tuple[str, ...] = (
    State.FAILING.value, State.ON_HOLD.value, State.GONE.value, State.NEW.value, State.OK.value, OFF,
)  # fmt: skip

Key = Callable[[SourceStatus], Any]

# A source that posts or fails most recently is what one looks for: those orders begin with the latest.
ORDERS: dict[str, tuple[str, Key]] = {
    "name": ("Source", lambda status: status.name.title.casefold()),
    "state": ("State", lambda status: _SEVERITY.index(state_of(status))),
    "posts": ("Posts a week", lambda status: -sum(status.weekly)),
    "latest": ("Last post", lambda status: -((status.last_post or _NEVER) - _NEVER).total_seconds()),
    "next": ("Next poll", lambda status: (not _is_polled(status), status.poll_state.next_poll)),
}


# What an admin can do, where the sentence of the fault does not say it.
REMEDIES = {
    State.ON_HOLD.value: "Look at the feed. If it is the right one, run `aggregator sources release {slug}`;"
    " else correct its url in the sources file.",
    State.GONE.value: "The publisher says that this feed is gone for good. Find its new address,"
    " or take it out of the sources file.",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """Which rows of the list are asked for, and in which order."""

    words: str = ""
    state: str = ""
    order: str = "name"
    page: int = 1

    @classmethod
    def of(cls, arguments: MultiDict[str, str]) -> Self:
        """Read a query string; what it says in vain is left alone."""
        state, order = arguments.get("state", ""), arguments.get("sort", "")
        return cls(
            words=view_of(MultiDict({"q": arguments.get("q", "")})).words,
            state=state if state in _SEVERITY else "",
            order=order if order in ORDERS else "name",
            page=min(max(arguments.get("page", 1, int), 1), MOST_PAGES),
        )

    def path(self, **changes: Any) -> str:
        """Return the address of this choice with some of it changed; a new order or filter begins at page 1."""
        values = {"q": self.words, "state": self.state, "sort": self.order} | changes
        defaults = {"sort": "name", "page": 1}
        query = urlencode(
            {key: value for key, value in values.items() if value and value != defaults.get(key)}
        )
        return f"/sources?{query}" if query else "/sources"

    def takes(self, status: SourceStatus) -> bool:
        """Whether a row is one of those that are asked for."""
        said = " ".join((status.name.title, status.name.slug, status.name.url, *status.tags)).casefold()
        return (not self.state or state_of(status) == self.state) and all(
            word in said for word in self.words.casefold().split()
        )


@directory.get("/sources")
def listing() -> Response:
    """Answer with the list of sources."""
    choice = Choice.of(request.args)
    version = partial(timeline_version, with_ages=True)
    return kept(("sources", choice), version, lambda: _render_list(choice).encode(), content_type=HTML)


@directory.get("/sources/<slug>")
def single(slug: str) -> Response:
    """Answer with all about one source. Raises NotFound for one that the file does not have."""
    version = partial(timeline_version, with_ages=True)
    return kept(("source", slug), version, lambda: _render_source(slug).encode(), content_type=HTML)


def _render_list(choice: Choice) -> str:
    here = context()
    everything = store.statuses(here.database, here.clock.now())
    chosen = sorted(filter(choice.takes, everything), key=ORDERS[choice.order][1])
    first = (choice.page - 1) * PAGE_SIZE
    return render_template(
        "sources.html",
        choice=choice,
        orders=ORDERS,
        rows=chosen[first : first + PAGE_SIZE],
        found=len(chosen),
        total=len(everything),
        states=_counts(everything),
        faults=_faults(everything),
        has_more=len(chosen) > first + PAGE_SIZE,
        file=store.file_state(here.database),
        **DRAWING,
    )


def _render_source(slug: str) -> str:
    here = context()
    try:
        status = store.status(here.database, slug, here.clock.now())
    except store.UnknownSource:
        raise NotFound(
            f"No source here is called “{slug}”. The list of sources has all that there are."
        ) from None
    return render_template("source.html", status=status, **DRAWING)


def _counts(statuses: Sequence[SourceStatus]) -> list[tuple[str, int]]:
    """Return the states that occur, gravest first, each with how many sources are in it."""
    states = [state_of(status) for status in statuses]
    return [(state, states.count(state)) for state in _SEVERITY if state in states]


def _faults(statuses: Sequence[SourceStatus]) -> list[SourceStatus]:
    """Return the sources that need somebody's eye, gravest first."""
    troubled = [status for status in statuses if needs_care(status)]
    return sorted(troubled, key=lambda status: (-status.poll_state.failures, status.name.title))[:MOST_FAULTS]


def state_of(status: SourceStatus) -> str:
    """Return the state of a source in a word or two."""
    return str(status.poll_state.state.value) if status.enabled else OFF


def needs_care(status: SourceStatus) -> bool:
    """Whether something is wrong with a source."""
    return status.enabled and status.poll_state.state in (State.FAILING, State.GONE, State.ON_HOLD)


def trouble(status: SourceStatus) -> str:
    """Return what is wrong with a source in plain words; empty where nothing is."""
    after = status.poll_state
    return after.hold or (after.fault.sentence if after.fault else "")


def remedy(status: SourceStatus) -> str:
    """Return what an admin can do about a source; empty where the fault says it or time will tell."""
    return REMEDIES.get(state_of(status), "").format(slug=status.name.slug)


def _is_polled(status: SourceStatus) -> bool:
    return status.enabled and status.poll_state.state is not State.GONE


DRAWING = {
    "state_of": state_of, "trouble": trouble, "remedy": remedy, "is_polled": _is_polled, "strip": strip, "weeks": weeks,
}  # fmt: skip
