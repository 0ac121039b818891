"""`/weeks` and its pages. The site's clock stands on Monday, 2 March 2026: the first day of 2026-W10."""

from datetime import UTC, datetime, timedelta

import pytest
from lxml import html
from sqlalchemy import Engine, event

from aggregator.model import Entry, Outlink
from tests.support.site import Site, an_entry

LAST_WEEK = datetime(2026, 2, 26, 9, tzinfo=UTC)  # 2026-W09


def page(site: Site, path: str) -> html.HtmlElement:
    answer = site.client.get(path)
    assert answer.status_code == 200
    return html.document_fromstring(answer.text)


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def sections(site: Site, path: str) -> dict[str, list[str]]:
    """Return what stands under each heading."""
    return {
        words(section.find("h2")): [
            words(row) for row in section.xpath(".//li[not(ancestor::article)]|.//h3")
        ]
        for section in page(site, path).xpath("//section")
    }


def a_post(number: int, *to: str, **fields: object) -> Entry:
    links = tuple(Outlink(url, f"all about the page {url}") for url in to)
    return an_entry(number, **{"published": LAST_WEEK, "links": links} | fields)


def test_a_week_has_each_post_once_under_the_first_tag_of_its_source(any_site: Site) -> None:
    any_site.publish(a_post(1), a_post(2, published=LAST_WEEK + timedelta(hours=1)))
    any_site.publish(a_post(3), slug="news")

    lead = words(page(any_site, "/weeks/2026-W09").find(".//p[@class='lead']"))
    assert lead == "23 February to 1 March 2026: 3 posts from 2 sources. The busiest was AWS Compute with 2."
    assert sections(any_site, "/weeks/2026-W09") == {
        "lambda": ["Post number 2 of the example AWS Compute", "Post number 1 of the example AWS Compute"],
        "news": ["Post number 3 of the example News"],
    }


def test_posts_of_sources_without_a_tag_stand_at_the_end(site: Site) -> None:
    aws, *others = site.settings.sources
    site.settings = site.settings.model_copy(
        update={"sources": (aws.model_copy(update={"tags": ()}), *others)}
    )
    site.sync()
    site.publish(a_post(1))
    site.publish(a_post(2), slug="news")

    assert list(sections(site, "/weeks/2026-W09")) == ["news", "Everything else"]


def test_what_others_pointed_to_stands_first_with_its_excerpt(any_site: Site) -> None:
    any_site.publish(a_post(1, link="https://aws.test/one"), a_post(2, link="https://aws.test/two"))
    any_site.publish(a_post(3, "https://aws.test/two", link="https://news.test/three"), slug="news")

    article = page(any_site, "/weeks/2026-W09").find(".//article")
    assert sections(any_site, "/weeks/2026-W09")["Pointed to most"] == ["Post number 2 of the example"]
    assert "The words of post 2." in words(article)


def test_the_list_has_the_weeks_with_posts_and_their_numbers_the_newest_first(any_site: Site) -> None:
    now = any_site.clock.now()
    any_site.publish(
        a_post(1), a_post(2), a_post(3, published=LAST_WEEK - timedelta(weeks=3)), a_post(4, published=now)
    )

    rows = page(any_site, "/weeks").xpath("//ul[@class='week-list']/li")
    assert [words(row) for row in rows] == [
        "2026-W10 2 to 8 March 2026 · 1 post, not finished",
        "2026-W09 23 February to 1 March 2026 · 2 posts",
        "2026-W06 2 to 8 February 2026 · 1 post",
    ]


def test_the_current_week_says_that_it_is_not_finished(site: Site) -> None:
    site.publish(a_post(1), a_post(2, published=site.clock.now()))

    assert "This week is not finished." in site.client.get("/weeks/2026-W10").text
    assert "not finished" not in site.client.get("/weeks/2026-W09").text
    site.clock.set(datetime(2026, 3, 9, tzinfo=UTC))
    assert "not finished" not in site.client.get("/weeks/2026-W10").text


def test_time_and_posts_of_other_weeks_change_nothing_in_a_finished_week(any_site: Site) -> None:
    any_site.publish(a_post(1, link="https://aws.test/one"))
    any_site.publish(a_post(2, "https://aws.test/one", link="https://news.test/two"), slug="news")
    first = any_site.client.get("/weeks/2026-W09")
    any_site.clock.advance(days=40)
    any_site.publish(a_post(3, published=any_site.clock.now(), link="https://aws.test/three"))

    again = any_site.client.get("/weeks/2026-W09")
    for name in ("ETag", "Last-Modified"):
        assert again.headers[name] == first.headers[name]
    for header in ("If-None-Match", "If-Modified-Since"):
        value = first.headers["ETag" if header == "If-None-Match" else "Last-Modified"]
        assert any_site.client.get("/weeks/2026-W09", headers={header: value}).status_code == 304


def test_a_source_that_was_first_read_in_a_week_is_new_in_it(any_site: Site) -> None:
    any_site.publish(a_post(1))
    any_site.clock.advance(days=1)
    assert "New here" not in any_site.client.get("/weeks/2026-W09").text
    any_site.clock.advance(weeks=1)
    now = any_site.clock.now()
    any_site.publish(a_post(2, published=now - timedelta(hours=1)))
    any_site.publish(a_post(3, published=now - timedelta(hours=2)), slug="news")

    assert (
        words(page(any_site, "/weeks/2026-W11").xpath("//p[starts-with(., 'New here')]")[0])
        == "New here: News"
    )


@pytest.mark.parametrize(
    "name", ["2026-W54", "2026-W00", "2025-W53", "2026-47", "now", "0001-W01", "9999-W52"]
)
def test_what_names_no_week_is_answered_with_a_sentence(site: Site, name: str) -> None:
    answer = site.client.get(f"/weeks/{name}")

    assert answer.status_code == 404
    assert "A week is written as a year and a number of ISO 8601: 2026-W47." in answer.text


@pytest.mark.parametrize("form", ["json", "rss", "atom"])
def test_a_finished_week_is_an_item_of_the_feeds_as_soon_as_it_ends(any_site: Site, form: str) -> None:
    any_site.publish(a_post(1), a_post(2, published=any_site.clock.now()))
    address = "/weeks/2026-W%s"
    before = any_site.client.get(f"/weeks.{form}").text
    assert (address % "09" in before, address % "10" in before) == (True, False)
    assert "not finished" in any_site.client.get("/weeks").text

    any_site.clock.set(datetime(2026, 3, 9, tzinfo=UTC))
    answer = any_site.client.get(f"/weeks.{form}")
    assert address % "10" in answer.text
    assert "not finished" not in any_site.client.get("/weeks").text
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_an_item_of_the_feeds_is_html_of_plain_words(site: Site) -> None:
    site.publish(a_post(1, title="<b>Bold & plain"))
    (item,) = site.client.get("/weeks.json").get_json(force=True)["items"]

    assert item["title"] == "Serverless Timeline, 23 February to 1 March 2026"
    assert "&lt;b&gt;Bold &amp; plain</a>" in item["content_html"]
    assert item["content_text"].startswith("1 post from 1 source.")
    assert item["url"] == "http://127.0.0.1:8000/weeks/2026-W09"


def test_a_week_without_posts_is_not_there(site: Site) -> None:
    answer = site.client.get("/weeks/2026-W09")

    assert answer.status_code == 404
    assert "no posts of the week 2026-W09" in answer.text


def test_an_empty_timeline_has_no_weeks(site: Site) -> None:
    assert "No posts yet." in site.client.get("/weeks").text


def test_a_large_week_takes_no_more_statements_than_a_small_one(any_site: Site) -> None:
    def statements() -> int:
        made: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
            made.append(statement)

        event.listen(Engine, "before_cursor_execute", note)
        page(any_site, "/weeks/2026-W09")
        event.remove(Engine, "before_cursor_execute", note)
        return sum("entry" in statement or "listing" in statement for statement in made)

    any_site.publish(a_post(1))
    few = statements()
    any_site.publish(*(a_post(number) for number in range(2, 400)))
    assert statements() == few
