"""The layer before the application: answers a plain GET with the application's cached answer while it is valid.

Only the application makes pages and headers; if it declares what an answer depends on, the answer is cached.
Conditional requests are answered here, so that a cached answer also serves 304s. Unusual requests are passed
to the application unchanged.
"""

import re
from collections.abc import Hashable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from flask import Flask

from aggregator.store import StoreError
from aggregator.tally import Count
from aggregator.web.serving.answer_cache import Answer, Headers
from aggregator.web.serving.cached_response import DEPENDENCE, coding_of
from aggregator.web.serving.context import context_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

CONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE")
UNUSUAL = ("HTTP_RANGE", "HTTP_IF_RANGE", "HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE")
LONGEST_ADDRESS = 2048  # characters of a key worth caching

_ONE_TAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e]{1,100}"')


class FastPath:
    """The WSGI application around a Flask application."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._through: WSGIApplication = app.wsgi_app

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer a request."""
        if not _is_plain(environ):
            return self._through(environ, start_response)
        answer = self._answer(environ)
        tag = environ.get("HTTP_IF_NONE_MATCH")
        if tag is not None and answer.is_tagged(tag):
            start_response("304 NOT MODIFIED", answer.headers_of_304())
            return []
        start_response(answer.status, answer.headers())
        return [answer.body]

    def _answer(self, environ: "WSGIEnvironment") -> Answer:
        """Return the cached answer while it is valid, else a new one."""
        here = context_of(self._app)
        question = question_of(environ, coding_of(environ.get("HTTP_ACCEPT_ENCODING", "")))
        now = here.clock.now()
        kept = here.answers.get(question)
        if kept is not None and _holds(kept):
            kept.held_at = now
            here.tally.add(Count.KEPT)
            return kept
        answer = self._ask({name: value for name, value in environ.items() if name not in CONDITIONS}, now)
        if answer.dependence is not None:
            here.answers.put(question, answer)
        return answer

    def _ask(self, environ: "WSGIEnvironment", now: datetime) -> Answer:
        """Return the application's answer."""
        begun: list[tuple[str, Headers]] = []

        def start_response(status: str, headers: Headers, _: Any = None) -> Any:
            begun.append((status, headers))

        parts = self._through(environ, start_response)
        try:
            body = b"".join(parts)  # the same object if it is one part: no copy of a cached document
        finally:
            getattr(parts, "close", lambda: None)()
        status, headers = begun[-1]
        return Answer(status, headers, body, environ.get(DEPENDENCE), now)


def _is_plain(environ: "WSGIEnvironment") -> bool:
    """Whether the answer only depends on the address, the content coding and at most one entity tag."""
    if environ["REQUEST_METHOD"] != "GET":
        return False
    if len(environ["PATH_INFO"]) + len(environ.get("QUERY_STRING", "")) > LONGEST_ADDRESS:
        return False
    if any(name in environ for name in UNUSUAL):
        return False
    tag = environ.get("HTTP_IF_NONE_MATCH")
    if tag is None:
        return "HTTP_IF_MODIFIED_SINCE" not in environ
    return _ONE_TAG.fullmatch(tag) is not None


def question_of(environ: "WSGIEnvironment", coding: str) -> Hashable:
    """Return the key of an answer in a content coding."""
    path = environ.get("SCRIPT_NAME", "") + environ["PATH_INFO"]
    return path, environ.get("QUERY_STRING", ""), coding


def _holds(answer: Answer) -> bool:
    """Whether an answer may be sent again. If the store is away, the application decides (`outage_answers`)."""
    try:
        return answer.dependence is not None and answer.dependence.holds()
    except StoreError:
        return False
