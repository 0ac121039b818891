"""Whole answers as the application made them, each with what it depends on. Knows no request and no application."""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from threading import Lock

from werkzeug.http import http_date, remove_entity_headers

from aggregator.web.serving.page_cache import CacheVersion

MOST_BYTES = 32 * 1024 * 1024  # of bodies, most of which the kept documents share
SLOT_BYTES = 4096  # what an answer costs beside its body: headers, key, place

Headers = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Dependence:
    """What an answer depends on: it holds as long as `version` says `of`."""

    version: Callable[[], CacheVersion]
    of: object

    def holds(self) -> bool:
        """Whether nothing has changed. Raises what `version` raises."""
        return self.version().of == self.of


class Answer:
    """What is sent for one address in one content coding: the whole of it, or 304 to who has it."""

    def __init__(
        self, status: str, headers: Headers, body: bytes, dependence: Dependence | None, held_at: datetime
    ) -> None:
        self.status = status
        self.body = body
        self.dependence = dependence
        self.held_at = held_at  # when it was last known to be what the application says
        self._headers = headers
        self._headers_of_304 = list(headers)
        remove_entity_headers(self._headers_of_304)
        self._etag = self.header("ETag")

    def header(self, name: str) -> str | None:
        """Return a header's first value, by its name as it was sent."""
        return next((value for key, value in self._headers if key == name), None)

    def links(self) -> list[str]:
        """Return the values of its `Link` headers."""
        return [value for key, value in self._headers if key == "Link"]

    def headers(self) -> Headers:
        """Return the headers of the whole answer, dated now."""
        return _dated(self._headers)

    def headers_of_304(self) -> Headers:
        """Return the headers for a reader that has the body, dated now (RFC 9110, section 15.4.5)."""
        return _dated(self._headers_of_304)

    def is_tagged(self, tag: str) -> bool:
        """Whether this answers a condition with `tag` with 304: the weak comparison (RFC 9110, section 8.8.3.2)."""
        is_conditional = self.status.startswith("200 ") and self._etag is not None
        return is_conditional and _opaque(tag) == _opaque(self._etag or "")


class AnswerCache:
    """The kept answers of one process; the least recently asked for goes first. Safe between threads."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._answers: OrderedDict[Hashable, Answer] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def get(self, question: Hashable) -> Answer | None:
        """Return the answer to a question if one is kept, whether or not it still holds."""
        with self._lock:
            answer = self._answers.get(question)
            if answer is not None:
                self._answers.move_to_end(question)
            return answer

    def put(self, question: Hashable, answer: Answer) -> None:
        """Keep an answer in the place of an older one."""
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
