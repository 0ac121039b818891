"""The HTTP side of every answer: validators, 304, freshness, content codings, `Vary`.

A public page is the same for everybody, so it is rendered once for each change of its content and cached; a
hit only checks whether the store changed. ETags are weak: the forms of a document in several codings share
one, and they are not the same bytes (RFC 9110, section 8.8.3.3).
"""

from collections.abc import Callable, Hashable
from functools import lru_cache, partial
from http import HTTPStatus

from flask import Flask, Response, request
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

from aggregator.tally import Count
from aggregator.web.serving import security
from aggregator.web.serving.answer_cache import Dependence
from aggregator.web.serving.context import Context, context
from aggregator.web.serving.page_cache import CODINGS, IDENTITY, CacheVersion, Rendering, rendering

ALWAYS_ASK = "no-cache"  # may be stored, and is revalidated at each use: a reader never sees an old page
# Feeds: a program gains nothing by polling more often, and an old feed is better than an error (RFC 5861).
MINUTE = "public, max-age=60, stale-if-error=86400"
FOR_EVER = "public, max-age=31536000, immutable"  # documents with their hash in the address
NEVER = "no-store"  # documents that are only valid now

HTML = "text/html; charset=utf-8"

DEPENDENCE = "aggregator.dependence"  # in a request's environ: what its answer depends on, for a cache

LONGEST_ACCEPT = 200  # characters; no client's header is half as long
SHORT = 200  # bytes; smaller bodies only grow by a coding


def init_app(app: Flask) -> None:
    """Add validators and codings to every answer of `app` that does not have them."""
    app.after_request(finalize)


def timeline_version(here: Context, *, with_ages: bool = False) -> CacheVersion:
    """Return what a document of the timeline depends on: the timeline's version, and the settings.

    One with ages ("3 hours ago") also depends on the minute: it is rendered once a minute, and its validators
    change only if one of the ages did.
    """
    revision = here.timeline.current(here.database)
    of = (here.settings(), revision)  # not its number alone, which a restored store would repeat
    if not with_ages:
        return CacheVersion(of, revision.changed)
    minute = here.clock.now().replace(second=0, microsecond=0)
    return CacheVersion((*of, minute), max(revision.changed, minute))


def polls_version(here: Context) -> CacheVersion:
    """Return what a document about the polls depends on: the settings, and two seconds of time.

    Polls and faults of the sources file do not change the timeline's version. A fault has to show within five
    seconds: two until the file is read, two of this, one to spare. The document is rendered once for all
    requests meanwhile.
    """
    now = here.clock.now()
    moment = now.replace(second=now.second // 2 * 2, microsecond=0)
    return CacheVersion((here.settings(), moment), moment)


def cached_response(
    key: Hashable,
    version: Callable[[Context], CacheVersion],
    render: Callable[[], bytes],
    *,
    content_type: str,
    cache_control: str = ALWAYS_ASK,
) -> Response:
    """Answer with the cached document `key`, or with a new one from `render` if `version` changed.

    `key` identifies the document: it begins with the name of the page and has the view.
    """
    here = context()
    now = here.clock.now()
    before = version(here)
    rendered: list[bytes] = []

    def make() -> bytes:
        rendered.append(render())
        return rendered[0]

    current = here.renderings.get(key, partial(version, here), make, now=now)
    here.tally.add(Count.RENDERED if rendered else Count.KEPT)
    response = Response(content_type=content_type)
    response.headers["Cache-Control"] = cache_control
    response.last_modified = min(current.changed, now)  # never later than the answer (RFC 9110, 8.8.2.1)
    if current.changed <= now:  # otherwise the next answer has another date
        request.environ[DEPENDENCE] = Dependence(partial(version, here), before.of)
    _encode_body(response, current)
    here.renderings.weigh(key)
    return response


def finalize(response: Response) -> Response:
    """Add to an uncached answer what `cached_response` adds to the others."""
    response.headers.setdefault("Cache-Control", ALWAYS_ASK)
    if "ETag" in response.headers or response.direct_passthrough:
        return response
    return _encode_body(response, rendering(response.get_data(), context().clock.now()))


def _encode_body(response: Response, document: Rendering) -> Response:
    """Set the document as the answer's body, in the preferred coding, or make it a 304."""
    response.set_etag(document.etag, weak=True)
    response.vary.add("Accept-Encoding")
    security.allow_audio(response, document.body)
    coding = coding_of(request.headers.get("Accept-Encoding", "")) if len(document.body) > SHORT else IDENTITY
    if coding != IDENTITY:
        response.content_encoding = coding
    response.set_data(document.in_coding(coding))
    # RFC 9110, section 13.2.1: only successful answers are conditional.
    if response.status_code == HTTPStatus.OK:
        response.make_conditional(request)
    return response


def coding_of(header: str) -> str:
    """Return the content coding that an `Accept-Encoding` likes best (RFC 9110, section 12.5.3).

    None for an excessively long header: clients' headers are keys of the cache.
    """
    return _coding_of(header) if len(header) <= LONGEST_ACCEPT else IDENTITY


@lru_cache(maxsize=256)
def _coding_of(header: str) -> str:
    return parse_accept_header(header, Accept).best_match([*CODINGS, IDENTITY], default=IDENTITY)
