"""What readers get while the store is away."""

from datetime import timedelta

import pytest

from aggregator.outputs import FORMATS
from tests.support.site import Site, an_entry, away


def text_of(site: Site, path: str) -> str:
    return site.client.get(path).get_data(as_text=True)


@pytest.mark.parametrize("coding", ["", "br", "gzip", "zstd"])
def test_a_page_that_is_kept_is_served_on_and_says_of_when_it_is(site: Site, coding: str) -> None:
    site.publish(an_entry(1))
    site.client.get("/", headers={"Accept-Encoding": coding})
    site.clock.advance(hours=3)
    with away(site):
        answer = site.client.get("/")

    assert answer.status_code == 200
    page = answer.get_data(as_text=True)
    assert "Post number 1 of the example" in page
    assert page.count("This page is from") == 1
    assert '<time datetime="2026-03-02T12:00:00Z">2 March 2026, 12:00 UTC</time>' in page
    assert answer.headers["Cache-Status"] == "aggregator; hit; ttl=-10800"


@pytest.mark.parametrize("path", [f"/feed.{form.name}" for form in FORMATS])
def test_a_feed_is_the_kept_one_byte_for_byte_with_its_validators(site: Site, path: str) -> None:
    site.publish(an_entry(1))
    before = site.client.get(path)
    site.clock.advance(minutes=5)
    with away(site):
        after = site.client.get(path)
        etag, modified = before.headers["ETag"], before.headers["Last-Modified"]
        for condition in ({"If-None-Match": etag}, {"If-Modified-Since": modified}):
            assert site.client.get(path, headers=condition).status_code == 304

    assert after.data == before.data
    same = {"ETag", "Last-Modified", "Content-Type", "Cache-Control", "Link", "Access-Control-Allow-Origin"}
    assert {name: after.headers.getlist(name) for name in same} == {
        name: before.headers.getlist(name) for name in same
    }
    assert after.headers["Cache-Status"] == "aggregator; hit; ttl=-300"
    assert "Warning" not in after.headers


def test_what_is_not_kept_is_a_503_that_says_so(site: Site) -> None:
    site.client.get("/")
    with away(site):
        answer = site.client.get("/?tag=lambda")

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "60"
    assert "cannot be read at the moment" in answer.get_data(as_text=True)


def test_an_answer_holds_until_the_last_moment_in_which_it_was_known_to_hold(site: Site) -> None:
    site.client.get("/feed.json")
    site.clock.advance(hours=1)
    site.client.get("/feed.json")
    site.clock.advance(minutes=1)
    with away(site):
        assert site.client.get("/feed.json").headers["Cache-Status"] == "aggregator; hit; ttl=-60"


def test_once_the_store_is_back_pages_are_as_before(site: Site) -> None:
    site.publish(an_entry(1))
    before = {path: text_of(site, path) for path in ("/", "/feed.atom", "/sources/aws")}
    with away(site):
        for path in before:
            for coding in ("br", ""):
                assert site.client.get(path, headers={"Accept-Encoding": coding}).status_code == 200
    assert {path: text_of(site, path) for path in before} == before

    site.publish(an_entry(2, published=site.clock.now() + timedelta(seconds=1)))
    assert "Post number 2 of the example" in text_of(site, "/")
    assert "Cache-Status" not in site.client.get("/").headers


def test_health_is_honest_meanwhile(site: Site) -> None:
    with away(site):
        assert site.client.get("/healthz").status_code == 503
        assert site.client.get("/livez").status_code == 200
    assert site.client.get("/healthz").status_code == 200
