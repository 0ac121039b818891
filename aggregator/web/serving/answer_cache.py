"""A cache of whole answers of the application, each with what it depends on. Knows no request and no application."""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from threading import Lock

from werkzeug.http import http_date, remove_entity_headers

from aggregator.web.serving.page_cache import CacheVersion

MOST_BYTES = 32 * 1024 * 1024  # of bodies, most of which are shared with the cached documents
SLOT_BYTES = 4096  # the cost of an answer besides its body: headers, key, entry

Headers = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Dependence:
    """What an answer depends on: it is valid as long as `version` returns `of`."""

    version: Callable[[], CacheVersion]
    of: object

    def holds(self) -> bool:
        """Whether nothing has changed. Exceptions of `version` propagate."""
        return self.version().of == self.of


class Answer:
    """An answer for one address in one content coding: sent as a whole, or as a 304."""

    def __init__(
        self, status: str, headers: Headers, body: bytes, dependence: Dependence | None, held_at: datetime
    ) -> None:
        self.status = status
        self.body = body
        self.dependence = dependence
        self.held_at = held_at  # when it was last known to be current
        self._headers = headers
        self._headers_of_304 = list(headers)
        remove_entity_headers(self._headers_of_304)
        self._etag = self.header("ETag")

    def header(self, name: str) -> str | None:
        """Return a header's first value, by its name as sent."""
        return next((value for key, value in self._headers if key == name), None)

    def links(self) -> list[str]:
        """Return the values of its `Link` headers."""
        return [value for key, value in self._headers if key == "Link"]

    def headers(self) -> Headers:
        """Return the headers of the whole answer, dated now."""
        return _dated(self._headers)

    def headers_of_304(self) -> Headers:
        """Return the headers of a 304, dated now (RFC 9110, section 15.4.5)."""
        return _dated(self._headers_of_304)

    def is_tagged(self, tag: str) -> bool:
        """Whether this answers a condition with `tag` with 304: the weak comparison (RFC 9110, section 8.8.3.2)."""
        is_conditional = self.status.startswith("200 ") and self._etag is not None
        return is_conditional and _opaque(tag) == _opaque(self._etag or "")


class AnswerCache:
    """The cached answers of one process, evicted by least recent use. Thread-safe."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._answers: OrderedDict[Hashable, Answer] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def get(self, question: Hashable) -> Answer | None:
        """Return the cached answer of a key if there is one, whether or not it is still valid."""
        with self._lock:
            answer = self._answers.get(question)
            if answer is not None:
                self._answers.move_to_end(question)
            return answer

    def put(self, question: Hashable, answer: Answer) -> None:
        """Cache an answer, replacing an older one."""
        with self._lock:
            if before := self._answers.pop(question, None):
                self._bytes -= _weight(before)
            self._answers[question] = answer
            self._bytes += _weight(answer)
            while self._bytes > self._most_bytes:
                self._bytes -= _weight(self._answers.popitem(last=False)[1])


def _weight(answer: Answer) -> int:
    return SLOT_BYTES + len(answer.body)


def _opaque(tag: str) -> str:
    return tag.removeprefix("W/")


def _dated(headers: Headers) -> Headers:
    return [(name, _date(int(time.time())) if name == "Date" else value) for name, value in headers]


@lru_cache(maxsize=2)
def _date(second: int) -> str:
    return http_date(second)
