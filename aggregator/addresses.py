"""The addresses of our own pages and feeds, all below the path of `[site] url`; they are only made here.

A view is a query string, but one tag, one source or one month has a path as well: the path is used, since it
is the same on a static site.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlencode, urlsplit

from typing_extensions import override

from aggregator.model import Cursor, TimelineQuery

# Seven bytes of microseconds reach from the year 829 to 3111, all of which a datetime and both databases hold.
_TIME_BYTES = 7
_MOST_ID = 2**63 - 1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses of one site: paths for links, whole addresses for feeds and hubs."""

    site: str  # `[site] url`, without a slash at its end

    @property
    def is_static(self) -> bool:
        """Whether the site is static: without queries, and without anything that only time changes."""
        return False

    @property
    def prefix(self) -> str:
        """The path of the site's own address: empty, or like `/planet`."""
        return urlsplit(self.site).path.rstrip("/")

    def absolute(self, path: str) -> str:
        """Return one of these paths as an absolute URL."""
        return self.site + path.removeprefix(self.prefix)

    def timeline(self, view: TimelineQuery) -> str:
        """Return the path of a view's page."""
        folder, rest = _folder_and_rest(view)
        return self.page(folder or "/", query_of(rest))

    def feed(self, name: str, view: TimelineQuery) -> str:
        """Return the path of a view's feed in the format of this name. A month has none."""
        folder, rest = _folder_and_rest(replace(view, month=None))
        return self.page(f"{folder}/feed.{name}", query_of(rest))

    def page(self, path: str, query: str = "") -> str:
        """Return the path of a page of the site: `/sources`, `/about`."""
        return f"{self.prefix}{path}?{query}" if query else f"{self.prefix}{path}"

    def has(self, view: TimelineQuery) -> bool:  # noqa: ARG002 - of plain files it is not always so
        """Whether this view has a page."""
        return True

    def has_feed(self, view: TimelineQuery) -> bool:  # noqa: ARG002 - of plain files it is not always so
        """Whether this view has feeds."""
        return True

    def source(self, slug: str) -> str:
        """Return the path of the page about a source."""
        return self.page(f"/sources/{slug}")

    def subscribe(self, view: TimelineQuery) -> str:
        """Return the path of the page that explains how to subscribe to a view."""
        return self.page("/subscribe", query_of(replace(view, month=None, before=None)))

    def websub(self, token: str) -> str:
        """Return the path of a subscription's callback, to which hubs push."""
        return self.page(f"/websub/{token}")


@dataclass(frozen=True, slots=True)
class FileAddresses(Addresses):
    """The addresses of a static site: a folder with `index.html` for each page.

    Views without a page lead to the nearest one with a page.
    """

    pages: Mapping[TimelineQuery, str]  # the folder of each view that has a page, `/` at both ends
    feeds: Collection[TimelineQuery]  # the views that have feeds

    @property
    @override
    def is_static(self) -> bool:
        return True

    @override
    def timeline(self, view: TimelineQuery) -> str:
        top = replace(view, before=None)
        return self.prefix + next((self.pages[one] for one in (view, top) if one in self.pages), "/")

    @override
    def feed(self, name: str, view: TimelineQuery) -> str:
        whole = TimelineQuery()
        top = replace(view, before=None)
        return Addresses.feed(self, name, top if top in self.feeds else whole)

    @override
    def page(self, path: str, query: str = "") -> str:
        is_file = "." in path.rpartition("/")[2]
        return self.prefix + (path if is_file or path.endswith("/") else f"{path}/")

    @override
    def has(self, view: TimelineQuery) -> bool:
        return view in self.pages

    @override
    def has_feed(self, view: TimelineQuery) -> bool:
        return view in self.feeds

    @override
    def source(self, slug: str) -> str:
        return self.timeline(TimelineQuery(sources=(slug,)))


def query_of(view: TimelineQuery) -> str:
    """Return the query string of a view, without the question mark; empty for the whole timeline."""
    pairs = [("source", slug) for slug in view.sources] + [("tag", tag) for tag in view.tags]
    pairs += [("without", slug) for slug in view.without] + [("lang", tag) for tag in view.languages]
    pairs += [("author", name) for name in view.authors]
    if view.words:
        pairs.append(("q", view.words))
    if view.by_mentions:
        pairs.append(("sort", "top"))
    if view.before:
        pairs.append(("before", encode(view.before)))
    return urlencode(pairs)


def _folder_and_rest(view: TimelineQuery) -> tuple[str, TimelineQuery]:
    """Return the path of a view, empty for those that have none, and the rest for its query string."""
    if view.month:
        return f"/archive/{view.month}", replace(view, month=None)
    others = view.without or view.languages or view.authors
    if view.words or others or len(view.sources) + len(view.tags) != 1:
        return "", view
    if view.sources:
        return f"/sources/{view.sources[0]}/posts", replace(view, sources=())
    (tag,) = view.tags
    # Servers and browsers remove dot segments, and decode `%2F` before routing.
    if "/" in tag or tag in {".", ".."}:
        return "", view
    return f"/tags/{quote(tag, safe='')}", replace(view, tags=())


def encode(cursor: Cursor) -> str:
    """Encode a cursor for an address: opaque, URL-safe, about fourteen characters."""
    placed = (cursor.placed - _EPOCH) // _MICROSECOND
    number = cursor.id.to_bytes((cursor.id.bit_length() + 7) // 8)
    raw = placed.to_bytes(_TIME_BYTES, signed=True) + number
    return urlsafe_b64encode(raw).decode("ascii").rstrip("=")


def decode(text: str) -> Cursor:
    """Decode a cursor from `encode`. Raises ValueError for anything else."""
    try:
        raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        placed = _EPOCH + int.from_bytes(raw[:_TIME_BYTES], signed=True) * _MICROSECOND
        cursor = Cursor(placed, int.from_bytes(raw[_TIME_BYTES:]))
    except OverflowError as error:
        raise ValueError(text) from error
    # The decoder skips unknown characters: only what encodes to the same text was ours.
    if not 0 < cursor.id <= _MOST_ID or encode(cursor) != text:
        raise ValueError(text)
    return cursor
