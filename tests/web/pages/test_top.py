"""`sort=top` in the page and in every feed, and who mentions a post."""

import json

import pytest
from lxml import etree, html

from aggregator.model import Entry, Outlink
from aggregator.sources.settings import Source
from tests.support.site import Site, an_entry

ATOM = "{http://www.w3.org/2005/Atom}"


def a_post(slug: str, number: int, *to: str) -> Entry:
    """Return a post on its source's own site that links to these addresses."""
    links = tuple(Outlink(url, "what the others say of it") for url in to)
    return an_entry(number, link=f"https://{slug}.test/{number}", links=links)


@pytest.fixture
def press(any_site: Site) -> Site:
    """A site where post 1 of aws is mentioned by news, post 2 by news and three more, and a page of nobody's by four."""
    more = tuple(
        Source(url=f"https://{slug}.test/feed", slug=slug, title=slug.upper()) for slug in ("x", "y", "z")
    )
    any_site.settings = any_site.settings.model_copy(update={"sources": (*any_site.settings.sources, *more)})
    any_site.sync()
    any_site.publish(a_post("aws", 1), a_post("aws", 2), a_post("aws", 3))
    found = "https://elsewhere.test/a-paper"
    any_site.publish(a_post("news", 10, "https://aws.test/1", "https://aws.test/2", found), slug="news")
    for number, source in enumerate(more, 20):
        any_site.publish(a_post(source.slug, number, "https://aws.test/2", found), slug=source.slug)
    return any_site


def titles(site: Site, path: str) -> list[str]:
    return [item.get("title", "") for item in json.loads(site.client.get(path).data)["items"]]


def words(element: html.HtmlElement) -> str:
    return " ".join("".join(map(str, element.itertext())).split())


def text(page: html.HtmlElement, selector: str) -> str:
    return "".join(map(str, page.cssselect(selector)[0].itertext())).strip()


def test_the_top_lists_what_others_point_to_the_highest_score_first(press: Site) -> None:
    found = titles(press, "/feed.json?sort=top")

    assert found[-1] == "Post number 1 of the example"
    assert sorted(found[:2]) == ["Post number 2 of the example", "what the others say of it"]
    assert len(found) == 3


def test_every_view_takes_it(press: Site) -> None:
    assert titles(press, "/sources/aws/posts/feed.json?sort=top") == [
        "Post number 2 of the example",
        "Post number 1 of the example",
    ]
    assert titles(press, "/sources/news/posts/feed.json?sort=top") == []
    assert titles(press, "/feed.json?sort=top&tag=lambda") == titles(press, "/tags/lambda/feed.json?sort=top")


def test_what_is_older_than_seven_days_is_no_longer_on_top(press: Site) -> None:
    page = "/feed.json?sort=top"
    assert titles(press, page)
    press.clock.advance(hours=24 * 7 + 1)

    assert titles(press, page) == []


def test_a_kept_top_is_answered_with_304_within_the_hour(press: Site) -> None:
    tag = press.client.get("/feed.json?sort=top").headers["ETag"]
    press.clock.advance(minutes=2)

    assert press.client.get("/feed.json?sort=top", headers={"If-None-Match": tag}).status_code == 304


def test_a_post_says_who_mentions_it_with_links(press: Site) -> None:
    page = html.fromstring(press.client.get("/").text)
    said = {
        text(post, "h3"): [
            ("".join(map(str, link.itertext())), link.get("href")) for link in post.cssselect(".mentions a")
        ]
        for post in page.cssselect(".h-entry")
    }

    assert said["Post number 1 of the example"] == [("News", "https://news.test/10")]
    assert len(said["Post number 2 of the example"]) == 4
    assert said["Post number 3 of the example"] == []


def test_the_page_says_why_a_post_stands_where_it_does(press: Site) -> None:
    page = html.fromstring(press.client.get("/?sort=top").text)

    assert text(page, "h1") == "Most mentioned posts of the last seven days"
    assert "the more publishers point to it" in text(page, ".rule")
    assert page.cssselect("link[rel=canonical]")[0].get("href") == "http://127.0.0.1:8000/?sort=top"
    assert "a find" in " ".join(map(str, page.itertext()))
    assert not page.cssselect("a[rel=next]")


def test_each_order_leads_to_the_other(press: Site) -> None:
    for path, other in (("/tags/lambda", "/tags/lambda?sort=top"), ("/tags/lambda?sort=top", "/tags/lambda")):
        page = html.fromstring(press.client.get(path).text)
        assert [link.get("href") for link in page.cssselect(".order a")] == [other]


def test_json_feed_names_mentions_and_finds(press: Site) -> None:
    items = json.loads(press.client.get("/feed.json?sort=top").data)["items"]
    (find,) = (item for item in items if item["_aggregator"].get("find"))
    (first,) = (item for item in items if item.get("title") == "Post number 1 of the example")

    assert find["url"] == "https://elsewhere.test/a-paper"
    assert len(find["_aggregator"]["mentions"]) == 4
    assert first["_aggregator"]["mentions"][0]["url"] == "https://news.test/10"
    assert first["_aggregator"]["mentions"][0]["source"]["slug"] == "news"


def test_atom_links_to_what_mentions_a_post(press: Site) -> None:
    feed = etree.fromstring(press.client.get("/sources/aws/posts/feed.atom").data)
    related = [str(link.get("href")) for link in feed.iter(f"{ATOM}link") if link.get("rel") == "related"]

    assert sorted(related) == sorted(
        ["https://news.test/10"] * 2
        + [f"https://{slug}.test/{number}" for slug, number in zip("xyz", (20, 21, 22), strict=True)]
    )


def test_a_cursor_means_nothing_on_top(press: Site) -> None:
    assert press.client.get("/?sort=top&before=broken").status_code == 200


def test_the_list_of_sources_ranks_those_that_are_mentioned(press: Site) -> None:
    page = html.fromstring(press.client.get("/sources").text)

    for order in page.cssselect(".ranking"):
        assert words(order) == "AWS Compute 4 mentions of 1 post"
    assert len(page.cssselect(".ranking")) == 2


def test_a_source_s_page_says_who_mentions_it_and_whom_it_mentions(press: Site) -> None:
    def said(slug: str, heading: str) -> list[str]:
        page = html.fromstring(press.client.get(f"/sources/{slug}").text)
        return [words(row) for row in page.cssselect(f"section[aria-labelledby={heading}] > ul > li")]

    assert [row.partition(" mention")[0] for row in said("aws", "mentioned-by")] == [
        "News 2", "X 1", "Y 1", "Z 1",
    ]  # fmt: skip
    assert said("aws", "mentions") == []
    assert [row.partition(" mention")[0] for row in said("news", "mentions")] == ["AWS Compute 2"]
    page = html.fromstring(press.client.get("/sources/news").text)
    assert page.cssselect("section[aria-labelledby=mentions] a[href='https://aws.test/1']")
