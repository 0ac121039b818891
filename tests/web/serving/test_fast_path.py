"""The fast path answers as the application does: each answer is compared with that of the application alone."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import request_started
from werkzeug.test import Client, TestResponse

from aggregator.outputs import FORMATS
from aggregator.web.serving.answer_cache import SLOT_BYTES, Answer, AnswerCache
from tests.support.site import Site, an_entry

ADDRESSES = [
    "/", "/?tag=lambda", "/?q=words&tag=lambda", "/?tag=lambda&q=words", "/?unknown=1", "/?q=", "/?before=x",
    "/?source=nobody", "/?source=aws", *[f"/feed.{form.name}" for form in FORMATS], "/sources", "/sources?sort=posts",
    "/sources/aws", "/sources/nobody", "/sources.opml", "/about", "/healthz", "/nothing-here", "/assets/none.css",
    "//", "/?q=" + "x" * 3000,
]  # fmt: skip
CODINGS = ["", "gzip", "br", "zstd", "gzip;q=0.1, br;q=0.9", "identity", "x" * 201]
CONDITIONS = ["", '"another"', 'W/"another"', "*", "{etag}", "{strong}", '{etag}, W/"b"', "broken", '""']  # fmt: skip

UNUSUAL: list[tuple[str, dict[str, str]]] = [
    ("HEAD", {}),
    ("POST", {}),
    ("OPTIONS", {}),
    ("GET", {"Range": "bytes=0-9"}),
    ("GET", {"If-Match": '"another"'}),
    ("GET", {"If-Modified-Since": "Fri, 02 Mar 2040 12:00:00 GMT"}),
    ("GET", {"Host": "elsewhere.example", "Origin": "https://elsewhere.example"}),
]

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)

each_address = pytest.mark.parametrize("address", ADDRESSES)


def compare(site: Site, address: str, headers: dict[str, str], method: str = "GET") -> TestResponse:
    """Ask the application alone and twice through the fast path; all must be one answer."""
    alone = Client(_alone(site)).open(address, method=method, headers=headers)
    for _ in range(2):
        answer = site.client.open(address, method=method, headers=headers)
        assert answer.status == alone.status
        assert _without_date(answer) == _without_date(alone)
        assert ("Date" in answer.headers) == ("Date" in alone.headers)
        assert answer.data == alone.data
    return alone


def _alone(site: Site) -> Any:
    return site.app.wsgi_app._through  # type: ignore[attr-defined]  # what is compared with


def _without_date(answer: TestResponse) -> list[tuple[str, str]]:
    return [(name, value) for name, value in answer.headers if name != "Date"]


@each_address
def test_an_answer_is_the_application_s_in_every_coding(site: Site, address: str) -> None:
    site.publish_many(3)

    for coding in CODINGS:
        compare(site, address, {"Accept-Encoding": coding} if coding else {})


@each_address
def test_a_condition_is_answered_as_the_application_does(site: Site, address: str) -> None:
    site.publish_many(3)
    etag = site.client.get(address).headers.get("ETag", 'W/"none"')

    for condition in CONDITIONS:
        headers = {"If-None-Match": condition.format(etag=etag, strong=etag.removeprefix("W/"))}
        compare(site, address, headers)
        compare(site, address, headers | {"If-Modified-Since": "Mon, 02 Mar 2026 12:00:00 GMT"})


@each_address
def test_the_unusual_is_answered_as_the_application_does(site: Site, address: str) -> None:
    site.publish_many(3)
    site.client.get(address)

    for method, headers in UNUSUAL:
        compare(site, address, headers, method)


def test_who_has_the_page_costs_the_application_nothing(site: Site) -> None:
    site.publish_many(3)
    etag = site.client.get("/").headers["ETag"]
    asked: list[object] = []

    with request_started.connected_to(asked.append, site.app):
        assert site.client.get("/").status_code == 200
        assert site.client.get("/", headers={"If-None-Match": etag}).status_code == 304
        assert not asked
        assert site.client.get("/about").status_code == 200
        assert asked


def test_a_change_shows_at_once(any_site: Site) -> None:
    for number in range(1, 4):
        any_site.publish(an_entry(number))

        for path in ("/", "/feed.atom"):
            page = any_site.client.get(path).get_data(as_text=True)
            assert f"Post number {number} " in page


def test_ages_change_with_the_minute(site: Site) -> None:
    site.publish(an_entry(1, published=site.clock.now() - timedelta(minutes=5)))
    before = site.client.get("/")
    site.clock.advance(minutes=1)
    after = site.client.get("/")

    assert "5 minutes ago" in before.get_data(as_text=True)
    assert "6 minutes ago" in after.get_data(as_text=True)


def test_the_bodies_are_those_of_the_kept_documents(site: Site) -> None:
    site.publish_many(3)
    first, second = (b"".join(list(_asked(site, {"HTTP_ACCEPT_ENCODING": "gzip"}))) for _ in range(2))

    assert first is second


def _asked(site: Site, more: dict[str, str]) -> Iterable[bytes]:
    environ = Client(site.app).get("/").request.environ | more
    return site.app.wsgi_app(environ, lambda *_: lambda _: None)


def test_kept_answers_are_bounded_in_bytes() -> None:
    kept = AnswerCache(most_bytes=3 * (SLOT_BYTES + 100))
    for number in range(4):
        kept.put(number, Answer("200 OK", [], b"x" * 100, None, NOW))
        kept.get(0)

    assert [kept.get(number) is not None for number in range(4)] == [True, False, True, True]
