"""Answers while the store is away: the last cached one, with its age (RFC 5861, stale-if-error)."""

import re
from datetime import datetime
from functools import partial

from flask import Response, request
from werkzeug.http import parse_date

from aggregator.web.serving.answer_cache import Answer
from aggregator.web.serving.cached_response import ALWAYS_ASK, DEPENDENCE, cached_response
from aggregator.web.serving.context import Context, context
from aggregator.web.serving.fast_path import question_of
from aggregator.web.serving.page_cache import CODINGS, IDENTITY, CacheVersion, decoded
from aggregator.web.serving.themed import render

_HTML = "text/html"
_MAIN = re.compile(rb"<main[^>]*>")  # in every page; the notice is inserted after it


def kept_answer() -> Response | None:
    """Return the last answer to this request, in any content coding; None if there is none.

    A page has a notice with its time; for programs there is `Cache-Status` (RFC 9211), with the remaining
    freshness, which is negative. The cached answers stay unchanged.
    """
    here = context()
    kept = _find(here)
    if kept is None:
        return None
    is_page = (kept.header("Content-Type") or "").startswith(_HTML)
    response = cached_response(
        ("outage", question_of(request.environ, IDENTITY)),
        partial(_version, kept, is_page=is_page),
        partial(_page if is_page else _document, kept),
        content_type=kept.header("Content-Type") or "",
        cache_control=kept.header("Cache-Control") or ALWAYS_ASK,
    )
    request.environ.pop(DEPENDENCE, None)  # it is only valid during the outage
    response.headers["Cache-Status"] = f"aggregator; hit; ttl={-_age(kept, here.clock.now())}"
    for link in kept.links():
        response.headers.add("Link", link)
    return response


def _find(here: Context) -> Answer | None:
    questions = (question_of(request.environ, coding) for coding in (*CODINGS, IDENTITY))
    found = [answer for question in questions if (answer := here.answers.get(question))]
    return max(found, key=lambda answer: answer.held_at, default=None)


def _version(kept: Answer, _: Context, *, is_page: bool) -> CacheVersion:
    """Return what the answer depends on; its date is the cached one's, unless a notice makes it another document."""
    changed = None if is_page else parse_date(kept.header("Last-Modified"))
    return CacheVersion((kept, kept.held_at), changed or kept.held_at)


def _document(kept: Answer) -> bytes:
    return decoded(kept.body, kept.header("Content-Encoding") or IDENTITY)


def _page(kept: Answer) -> bytes:
    notice = render("outage.html", as_of=kept.held_at).encode()
    return _MAIN.sub(lambda main: main[0] + notice, _document(kept), count=1)


def _age(kept: Answer, now: datetime) -> int:
    return max(0, round((now - kept.held_at).total_seconds()))
