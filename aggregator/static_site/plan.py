"""Plans the documents of a static site, and the address of each on the web side.

A view is divided into pages from its oldest post on, so that a full page never changes when posts are added:
only the first page does, which has between one and two times as many posts. The timeline itself continues
with its months.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from aggregator import store
from aggregator.addresses import Addresses, FileAddresses
from aggregator.model import Cursor, Month, TimelineQuery
from aggregator.outputs import FORMATS
from aggregator.sources import Settings
from aggregator.store import Database
from aggregator.translations import language_for
from aggregator.web.pages.pictures import ICON_SIZES
from aggregator.web.pages.planet import ADDRESSES as PLANET
from aggregator.web.pages.well_known import RECOMMENDATIONS, SECURITY
from aggregator.web.serving.assets import paths

WHOLE = TimelineQuery()
LIVE = Addresses("")  # at which the web side answers, below the site's own path
LEAST_POSTS = 5  # of a publisher's category that has a page; the admin's own tags always have one
MOST_TAGS = 200


@dataclass(frozen=True, slots=True)
class Document:
    """A file of the site, and its content."""

    path: str  # at which the web side answers with it, below the site's own path
    file: str  # relative to the site's folder
    posts: int | None = None  # on this page; None if it is as many as the settings say
    status: int = 200


@dataclass(frozen=True, slots=True)
class Plan:
    """The documents of a site, and the addresses by which they name each other."""

    documents: Sequence[Document]
    addresses: FileAddresses


def plan(database: Database, settings: Settings) -> Plan:
    """Return what the site consists of now."""
    size = settings.timeline.page_size
    pages: dict[TimelineQuery, str] = {WHOLE: "/"}
    documents = [Document("/", "index.html")]
    whole = store.all_places(database, WHOLE)
    for view, places in _views(database, settings, whole):
        documents += _pages(view, places, size, pages)
    _older_of_whole(whole, size, pages)
    feeds = [view for view in pages if view.before is None and view.month is None]
    documents += [_feed(name, view) for view in feeds for name in (form.name for form in FORMATS)]
    weeks = [str(week) for week, _ in store.week_counts(database)]
    documents += [Document(f"/weeks/{week}", f"weeks/{week}/index.html") for week in weeks]
    documents += [Document(f"/weeks.{form.name}", f"weeks.{form.name}") for form in FORMATS]
    assets = paths(language_for(settings.site.language), settings.look).values()
    documents += [*_ASIDE, *map(_same, [*_chosen(settings), *assets])]
    return Plan(documents, FileAddresses(settings.site.url, pages, frozenset(feeds)))


_ASIDE = (
    Document("/sources", "sources/index.html"),
    Document("/weeks", "weeks/index.html"),
    Document("/about", "about/index.html"),
    Document("/archive", "archive/index.html"),
    Document("/subscribe", "subscribe/index.html"),
    Document("/card.png", "card.png"),
    Document("/site.webmanifest", "site.webmanifest"),
    *(Document(f"/icon-{size}.png", f"icon-{size}.png") for size in ICON_SIZES),
    Document("/robots.txt", "robots.txt"),
    Document("/sources.opml", "sources.opml"),
    Document("/404.html", "404.html", status=404),
)


def _same(path: str) -> Document:
    """Return a document whose file is at its address."""
    return Document(path, path.lstrip("/"))


def _chosen(settings: Settings) -> Iterator[str]:
    """Yield the addresses that the web side answers because the sources file says so."""
    if settings.site.compatible == "planet":
        yield from PLANET
    if settings.site.security:
        yield SECURITY
    if settings.site.blogroll:
        yield RECOMMENDATIONS


def _views(
    database: Database, settings: Settings, whole: Sequence[Cursor]
) -> Iterator[tuple[TimelineQuery, Sequence[Cursor]]]:
    """Yield the views that have pages of their own, with the places of their posts, newest first."""
    for source in store.source_names(database):
        view = TimelineQuery(sources=(source.slug,))
        yield view, store.all_places(database, view)
    for tag in _tags(database, settings):
        view = TimelineQuery(tags=(tag,))
        yield view, store.all_places(database, view)
    for month, places in groupby(whole, key=lambda place: Month.of(place.placed)):
        yield TimelineQuery(month=month), list(places)


def _tags(database: Database, settings: Settings) -> Iterable[str]:
    """Return the admin's tags, and those of publishers that are used enough; none that has no path."""
    own = [tag for source in settings.sources if source.enabled for tag in source.tags]
    used = [tag for tag, posts in store.top_tags(database, MOST_TAGS) if posts >= LEAST_POSTS]
    return (tag for tag in dict.fromkeys((*own, *used)) if _folder(TimelineQuery(tags=(tag,))) != "/")


def _pages(
    view: TimelineQuery, places: Sequence[Cursor], size: int, pages: dict[TimelineQuery, str]
) -> Iterator[Document]:
    """Yield the pages of a view and enter their folders: the first one, and those that are full, counted from the oldest."""
    folder = _folder(view)
    full = max(0, len(places) // size - 1)
    pages[view] = folder
    yield Document(
        LIVE.timeline(view), f"{folder}index.html".lstrip("/"), posts=max(size, len(places) - full * size)
    )
    for number in range(1, full + 1):
        older = replace(view, before=places[-number * size - 1])
        pages[older] = f"{folder}{number}/"
        yield Document(LIVE.timeline(older), f"{folder}{number}/index.html".lstrip("/"))


def _older_of_whole(places: Sequence[Cursor], size: int, pages: dict[TimelineQuery, str]) -> None:
    """Let the timeline go on with the month of the first post that its page has no room for."""
    if len(places) > size:
        month = TimelineQuery(month=Month.of(places[size].placed))
        pages[TimelineQuery(before=places[size - 1])] = pages[month]


def _folder(view: TimelineQuery) -> str:
    path = LIVE.timeline(view)
    return path if path.endswith("/") else f"{path}/"


def _feed(name: str, view: TimelineQuery) -> Document:
    return _same(LIVE.feed(name, view))
