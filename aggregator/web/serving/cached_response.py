"""What HTTP asks of every answer: validators, 304, how long it stays fresh, content codings, `Vary`.

A public page is the same for everybody, so it is rendered once for each change of what it shows and kept; a
hit asks the store only whether anything changed. ETags are weak: the forms of a document in several
codings share one, and they are not the same bytes (RFC 9110, section 8.8.3.3).
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

ALWAYS_ASK = "no-cache"  # may be kept, and is asked for at each use: a reader never sees an old page
# Feeds: a program gains nothing by asking more often, and an old one serves it better than an error (RFC 5861).
MINUTE = "public, max-age=60, stale-if-error=86400"
FOR_EVER = "public, max-age=31536000, immutable"  # what has its hash in its address
NEVER = "no-store"  # what is only true now

HTML = "text/html; charset=utf-8"

DEPENDENCE = (
    "aggregator.dependence"  # in a request's environ: what its answer depends on, to whoever may keep it
)

LONGEST_ACCEPT = 200  # characters; no browser's and no program's header is half as long
SHORT = 200  # bytes; less than this only grows by a coding


def init_app(app: Flask) -> None:
    """Give every answer of `app` that has not seen to it itself its validators and codings."""
    app.after_request(finalize)


def timeline_version(here: Context, *, with_ages: bool = False) -> CacheVersion:
    """Return what a document of the timeline depends on: what the store shows, and the settings.

    One that says ages in words ("3 hours ago") depends on the minute too: it is made anew once a minute, and
    its validators change only when one of those words did.
    """
    revision = here.timeline.current(here.database)
    of = (here.settings(), revision)  # not its number alone, which a store that was restored counts again
    if not with_ages:
        return CacheVersion(of, revision.changed)
    minute = here.clock.now().replace(second=0, microsecond=0)
    return CacheVersion((*of, minute), max(revision.changed, minute))


def polls_version(here: Context) -> CacheVersion:
    """Return what a document about the polls depends on: the settings, and two seconds of time.

    Polls and faults of the sources file move no revision. A fault has to show within five seconds: two until the
    file is read, two of this, one to spare. However many ask meanwhile, the document is made once.
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
    """Answer with the kept document `key`, or with what `render` makes if `version` moved on.

    `key` tells documents apart, so that it begins with the name of the page and holds the view.
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
    if current.changed <= now:  # else the next answer has another date
        request.environ[DEPENDENCE] = Dependence(partial(version, here), before.of)
    _encode_body(response, current)
    here.renderings.weigh(key)
    return response


def finalize(response: Response) -> Response:
    """Give an answer that was made for this request alone what `cached_response` gives the others."""
    response.headers.setdefault("Cache-Control", ALWAYS_ASK)
    if "ETag" in response.headers or response.direct_passthrough:
        return response
    return _encode_body(response, rendering(response.get_data(), context().clock.now()))


def _encode_body(response: Response, document: Rendering) -> Response:
    """Put the document into the answer, coded as its reader likes best, or a 304 if it has it."""
    response.set_etag(document.etag, weak=True)
    response.vary.add("Accept-Encoding")
    security.allow_audio(response, document.body)
    coding = coding_of(request.headers.get("Accept-Encoding", "")) if len(document.body) > SHORT else IDENTITY
    if coding != IDENTITY:
        response.content_encoding = coding
    response.set_data(document.in_coding(coding))
    # RFC 9110, section 13.2.1: only what would have been a success is conditional.
    if response.status_code == HTTPStatus.OK:
        response.make_conditional(request)
    return response


def coding_of(header: str) -> str:
    """Return the content coding that an `Accept-Encoding` likes best (RFC 9110, section 12.5.3).

    None for a header of a length that nobody honest sends: headers are strangers' keys of the cache.
    """
    return _coding_of(header) if len(header) <= LONGEST_ACCEPT else IDENTITY


@lru_cache(maxsize=256)
def _coding_of(header: str) -> str:
    return parse_accept_header(header, Accept).best_match([*CODINGS, IDENTITY], default=IDENTITY)
