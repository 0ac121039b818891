import json
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import feedparser
import pytest
from lxml import etree

from aggregator.outputs import FORMATS, Format
from tests.outputs.readers import ATOM, READERS
from tests.support.site import Site, an_entry

each_format = pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)


def titles(site: Site, form: Format, query: str = "") -> list[str]:
    answer = site.client.get(f"/feed.{form.name}?{query}")
    assert answer.status_code == 200
    return [read.title for read in READERS[form.name](answer.data)]


def next_of(form: Format, body: bytes) -> str | None:
    """Return the path and query of the document that this one says comes next."""
    if form.name == "json":
        address = json.loads(body).get("next_url")
    else:
        link = etree.fromstring(body).find(f".//{ATOM}link[@rel='next']")
        address = None if link is None else link.get("href")
    if address is None:
        return None
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


def small_pages(site: Site, size: int = 5) -> None:
    timeline = site.settings.timeline.model_copy(update={"page_size": size})
    site.settings = site.settings.model_copy(update={"timeline": timeline})


def with_site(site: Site, **fields: Any) -> None:
    site.settings = site.settings.model_copy(update={"site": site.settings.site.model_copy(update=fields)})


@each_format
def test_a_feed_tells_the_newest_posts_first(site: Site, form: Format) -> None:
    site.publish_many(3)

    assert titles(site, form) == [f"Post number {number} of the example" for number in (1, 2, 3)]


@each_format
def test_a_feed_has_its_own_content_type(site: Site, form: Format) -> None:
    assert site.client.get(f"/feed.{form.name}").content_type == form.content_type


@each_format
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("source=news", ["From the news"]),
        ("tag=LAMBDA", ["Cold starts explained", "Queues explained"]),
        ("tag=lambda&q=queues", ["Queues explained"]),
        ("source=aws&tag=news", []),
    ],
)
def test_a_feed_is_of_the_view_that_its_query_says(
    any_site: Site, form: Format, query: str, expected: list[str]
) -> None:
    hour = timedelta(hours=1)
    now = any_site.clock.now()
    any_site.publish(
        an_entry(1, title="Cold starts explained", published=now - hour),
        an_entry(2, title="Queues explained", published=now - 2 * hour),
    )
    any_site.publish(an_entry(3, title="From the news"), slug="news")

    assert titles(any_site, form, query) == expected


@each_format
def test_the_whole_archive_is_walked_without_loss_or_repetition_while_new_posts_come(
    any_site: Site, form: Format
) -> None:
    small_pages(any_site)
    any_site.publish_many(23)
    walked: list[str] = []
    path: str | None = f"/feed.{form.name}"
    number = 100
    while path:
        answer = any_site.client.get(path)
        walked += [read.title for read in READERS[form.name](answer.data)]
        path = next_of(form, answer.data)
        any_site.clock.advance(minutes=5)
        now = any_site.clock.now()
        any_site.publish(*(an_entry(n, published=now) for n in range(number, number + 2)), slug="news")
        number += 2

    assert walked == [f"Post number {number} of the example" for number in range(1, 24)]


@each_format
def test_addresses_in_a_feed_are_those_of_the_settings(site: Site, form: Format) -> None:
    with_site(site, url="https://timeline.test/serverless")
    answer = site.client.get(f"/serverless/feed.{form.name}?tag=b&tag=a&utm_source=x")

    assert f"https://timeline.test/serverless/feed.{form.name}?tag=a&tag=b" in unescape(answer.text)
    assert (
        answer.headers["Link"]
        == f'<https://timeline.test/serverless/feed.{form.name}?tag=a&tag=b>; rel="self"'
    )


@each_format
def test_a_hub_is_declared_in_the_document_and_in_the_header(site: Site, form: Format) -> None:
    with_site(site, hub="https://hub.test/")
    answer = site.client.get(f"/feed.{form.name}")

    assert b"https://hub.test/" in answer.data
    assert '<https://hub.test/>; rel="hub"' in answer.headers.getlist("Link")


@each_format
def test_the_title_says_the_view(site: Site, form: Format) -> None:
    assert "Posts tagged lambda from AWS Compute · Serverless Timeline" in (
        site.client.get(f"/feed.{form.name}?source=aws&tag=lambda").text
    )


@each_format
def test_scripts_of_other_sites_may_read_a_feed(site: Site, form: Format) -> None:
    assert site.client.get(f"/feed.{form.name}").headers["Access-Control-Allow-Origin"] == "*"
    asked_first = site.client.options(f"/feed.{form.name}")  # as a browser does before it sends If-None-Match
    assert "If-None-Match" in asked_first.headers["Access-Control-Allow-Headers"]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("source=nobody", 404),
        ("source=%00", 200),
        ("source=%00x", 404),
        ("before=x", 400),
        ("q=" + "x" * 10_000, 400),
        ('q="(*:^ AND', 200),  # no search is bad syntax
        ("tag=%ff%fe", 200),
    ],
)
def test_a_query_that_nobody_can_answer_is_said_so(any_site: Site, query: str, status: int) -> None:
    assert any_site.client.get(f"/feed.atom?{query}").status_code == status


def test_an_id_is_the_same_in_every_format_and_view_and_after_an_edit(any_site: Site) -> None:
    any_site.publish(an_entry(1))
    first = {READERS[name](any_site.client.get(f"/feed.{name}").data)[0].id for name in ("json", "rss")}
    any_site.clock.advance(hours=1)
    any_site.publish(an_entry(1, title="Another title", text="Other words altogether, for this edit."))
    second = {
        READERS[name](any_site.client.get(f"/feed.{name}?source=aws").data)[0].id for name in ("json", "rss")
    }

    assert first == second
    assert len(first) == 1


def test_feedparser_follows_a_feed_by_its_validators(site: Site) -> None:
    site.publish_many(2)
    answer = site.client.get("/feed.atom")
    parsed = feedparser.parse(answer.data)

    assert len(parsed.entries) == 2
    assert parsed.feed.updated == parsed.entries[0].updated or parsed.feed.updated
