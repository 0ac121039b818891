"""The pages as documents: what they say, how they are marked up, and what comes with them. No browser."""

import re
from datetime import UTC, datetime, timedelta
from itertools import chain

import brotli
import pytest
from lxml import html

from aggregator import store
from aggregator.model import Enclosure, HoldEvidence, HoldSign, State
from aggregator.web.serving.security import HEADERS
from tests.support.filled import SETTINGS
from tests.support.site import Site, an_entry

PAGES = ("/", "/sources", "/sources/aws", "/about", "/nowhere", "/?before=broken")


def document(site: Site, path: str, status: int = 200) -> html.HtmlElement:
    answer = site.client.get(path)
    assert answer.status_code == status
    return html.fromstring(answer.get_data(as_text=True))


def texts(page: html.HtmlElement, selector: str) -> list[str]:
    return [" ".join(element.text_content().split()) for element in page.cssselect(selector)]


def with_site(site: Site, **fields: object) -> None:
    site.settings = site.settings.model_copy(update={"site": site.settings.site.model_copy(update=fields)})


def small_pages(site: Site, size: int) -> None:
    timeline = site.settings.timeline.model_copy(update={"page_size": size})
    site.settings = site.settings.model_copy(update={"timeline": timeline})


def test_an_item_is_marked_up_as_microformats(site: Site) -> None:
    now = site.clock.now()
    entry = an_entry(
        1,
        title="Cold starts",
        authors=("Ada",),
        tags=("Java",),
        minutes=4,
        published=now - timedelta(days=19),
    )
    site.publish(entry)

    page = document(site, "/")

    assert len(page.cssselect(".h-feed .h-entry")) == 1
    assert texts(page, ".h-entry .p-name") == ["Cold starts"]
    assert page.cssselect(".h-entry a.u-url")[0].get("href") == entry.link
    assert texts(page, ".h-entry .p-summary") == [entry.text]
    assert texts(page, ".h-entry .p-author") == ["Ada"]
    assert texts(page, ".h-entry .p-category") == ["Java", "lambda"]
    assert page.cssselect("time.dt-published")[0].get("datetime") == "2026-02-11T12:00:00Z"
    assert "19 days ago • 4 min read" in texts(page, ".facts")[0]


def test_the_exact_time_is_told_on_hover(site: Site) -> None:
    site.publish(an_entry(1, published=site.clock.now()))

    assert document(site, "/").cssselect("time")[0].get("title") == "Monday, 2 March 2026, 12:00 UTC"


def test_a_source_that_was_silent_for_two_months_is_marked(site: Site) -> None:
    now = site.clock.now()
    site.publish(*(an_entry(days, published=now - timedelta(days=days)) for days in (1, 92, 100)))

    assert texts(document(site, "/"), ".byline") == [
        "AAWS Compute 1 day ago • 1 min read first in 3 months",
        "AAWS Compute 3 months ago • 1 min read",
        "AAWS Compute 3 months ago • 1 min read",
    ]


def test_an_author_whom_the_source_is_named_after_is_told_once(site: Site) -> None:
    site.publish(an_entry(1, authors=("AWS", "Ada")))

    assert texts(document(site, "/"), ".p-author") == ["Ada"]


def test_a_chatty_source_is_folded_on_the_page_and_nowhere_else(site: Site) -> None:
    newest = site.clock.now() - timedelta(hours=1)
    site.publish(*(an_entry(number, published=newest - timedelta(minutes=number)) for number in range(7)))

    page = document(site, "/")

    assert texts(page, ".fold summary") == ["4 more from AWS Compute"]
    assert len(page.cssselect(".fold .h-entry")) == 4
    assert len(page.cssselect(".h-entry")) == 7
    assert page.cssselect(".all-of a")[0].get("href") == "/sources/aws/posts"
    assert not document(site, "/sources/aws/posts").cssselect(".fold")
    assert not document(site, "/?q=words").cssselect(".fold")
    assert len(site.client.get("/feed.json").get_json()["items"]) == 7


def test_sources_that_posted_lately_stand_beside_the_timeline_with_when(site: Site) -> None:
    site.publish_many(2)
    site.clock.advance(minutes=1)
    site.publish(an_entry(9), slug="news")

    page = document(site, "/")

    assert [link.text_content()[1:] for link in page.cssselect(".sources-list a")] == ["News", "AWS Compute"]
    assert [len(link.get("data-placed").split()) for link in page.cssselect(".sources-list a")] == [1, 2]
    assert texts(page, ".more a")[0] == "All 2 sources"


def test_publishers_categories_are_another_list_than_the_admins_tags(site: Site) -> None:
    site.publish(an_entry(1, tags=("Java", "Lambda")))

    page = document(site, "/")

    assert texts(page, ".tags-list > .chips a") == ["lambda", "news", "weekly"]
    assert texts(page, ".tags-list details a") == ["java"]


def test_a_post_of_two_feeds_is_one_item_that_names_the_other(site: Site) -> None:
    words = "The very same words of a post that two feeds carry, long enough to tell that it is one. " * 3
    entry = an_entry(
        1, title="A post that stands in two feeds at once", text=words, link="https://blog.test/both"
    )
    site.publish(entry)
    site.publish(entry, slug="news")

    page = document(site, "/")

    assert len(page.cssselect(".h-entry")) == 1
    assert len(page.cssselect(".also a")) == 1


def test_posts_stand_under_headings_of_day_and_month(site: Site) -> None:
    now = site.clock.now()
    site.publish(*(an_entry(days, published=now - timedelta(days=days)) for days in (0, 1, 2, 40)))

    assert texts(document(site, "/"), ".period h2") == ["Today", "Yesterday", "February 2026", "January 2026"]


def test_a_view_says_in_words_what_it_is(site: Site) -> None:
    site.publish_many(1)

    page = document(site, "/?tag=lambda&source=aws&q=words")

    assert texts(page, "h1") == ["Posts tagged lambda from AWS Compute about “words”"]
    assert texts(page, "title") == [
        "Posts tagged lambda from AWS Compute about “words” · Serverless Timeline"
    ]


def test_chips_and_sources_add_to_a_view_and_take_away_from_it(site: Site) -> None:
    site.publish_many(1)
    site.publish(an_entry(9), slug="news")

    page = document(site, "/?tag=lambda&q=words")

    chips = {chip.text: chip for chip in page.cssselect(".chip")}
    assert chips["news"].get("href") == "/?tag=lambda&tag=news&q=words"
    assert chips["lambda"].get("href") == "/?q=words"
    assert chips["lambda"].get("aria-current") == "true"
    links = {link.text_content()[1:]: link.get("href") for link in page.cssselect(".sources-list a")}
    assert links["AWS Compute"] == "/?source=aws&tag=lambda&q=words"
    assert page.cssselect("form [name=tag]")[0].get("value") == "lambda"


def test_what_was_searched_is_marked(site: Site) -> None:
    site.publish_many(1)

    assert set(texts(document(site, "/?q=WORDS"), ".p-summary mark")) == {"words"}


@pytest.mark.parametrize(
    ("path", "heading"),
    [("/", "No posts yet"), ("/?q=zeppelin", "Nothing here yet"), ("/?tag=none", "Nothing here yet")],
)
def test_an_empty_view_says_what_to_do(site: Site, path: str, heading: str) -> None:
    page = document(site, path)

    assert texts(page, ".empty h2") == [heading]
    assert page.cssselect(".empty a")


def test_all_pages_are_walked_by_plain_links_and_back(site: Site) -> None:
    small_pages(site, 3)
    site.publish_many(8)
    forth, back = [], []
    page = document(site, "/")
    while True:
        forth.append(texts(page, "h3"))
        link = page.cssselect("a[rel=next]")
        if not link:
            break
        page = document(site, link[0].get("href"))
    while link := page.cssselect("a[rel=prev]"):
        page = document(site, link[0].get("href"))
        back.append(texts(page, "h3"))

    assert [len(titles) for titles in forth] == [3, 3, 2]
    assert list(chain(*forth)) == [f"Post number {number} of the example" for number in range(1, 9)]
    assert back[-1] == forth[0]


def test_a_page_names_the_feeds_of_its_view(site: Site) -> None:
    links = document(site, "/?tag=lambda").cssselect("link[rel=alternate]")

    assert [link.get("href") for link in links] == [
        f"/tags/lambda/feed.{name}" for name in ("json", "rss", "atom")
    ]
    assert links[0].get("title") == "Posts tagged lambda · Serverless Timeline (JSON Feed)"


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ("/?tag=Lambda", "/tags/lambda"),
        ("/?source=aws", "/sources/aws/posts"),
        ("/tags/lambda/?utm_source=x", "/tags/lambda"),
        ("/?tag=b&tag=a", "/?tag=a&tag=b"),
        ("/tags/a?tag=b", "/?tag=a&tag=b"),
        ("/", "/"),
    ],
)
def test_a_view_has_one_canonical_address(site: Site, query: str, path: str) -> None:
    (link,) = document(site, query).cssselect("link[rel=canonical]")

    assert link.get("href") == f"http://127.0.0.1:8000{path}"


def test_a_path_shows_the_view_of_its_query(site: Site) -> None:
    site.publish_many(3)
    site.publish(an_entry(9), slug="news")

    assert texts(document(site, "/sources/news/posts"), "h3") == ["Post number 9 of the example"]
    assert texts(document(site, "/tags/lambda"), "h3") == texts(document(site, "/?tag=lambda"), "h3")
    assert site.client.get("/tags/lambda/feed.json").data == site.client.get("/feed.json?tag=lambda").data


def test_a_month_shows_its_posts_a_page_at_a_time(any_site: Site) -> None:
    small_pages(any_site, 3)
    november = datetime(2025, 11, 1, tzinfo=UTC)
    moments = (
        *(november + timedelta(days=day) for day in range(0, 25, 5)),
        november - timedelta(seconds=1),
        november + timedelta(days=30),
    )
    any_site.publish(*(an_entry(number, published=moment) for number, moment in enumerate(moments)))

    page = document(any_site, "/archive/2025-11")
    (link,) = page.cssselect("a[rel=next]")
    last = document(any_site, link.get("href"))

    titles = [title[12:13] for title in texts(page, "h3") + texts(last, "h3")]
    assert titles == ["4", "3", "2", "1", "0"]
    assert [link.get("href") for link in last.cssselect("a[rel=next]")] == ["/archive/2025-10"]
    assert texts(page, "h1") == ["Posts of November 2025"]
    assert texts(document(any_site, "/archive/2025-11?q=words"), "h3") == texts(page, "h3")


@pytest.mark.parametrize("month", ["2025-13", "2025-1", "0000-01", "9999-12", "november"])
def test_an_address_that_names_no_month_is_a_404_that_says_how(site: Site, month: str) -> None:
    assert "written as a year and a number" in document(site, f"/archive/{month}", 404).text_content()


def test_a_post_has_its_own_language_and_direction(site: Site) -> None:
    site.publish(
        an_entry(1, title="مرحبا بالعالم", text="نص قصير عن العالم", language="ar"),
        an_entry(2, language="en"),
    )

    page = document(site, "/")

    titled = [(title.get("lang"), title.get("dir")) for title in page.cssselect("h3")]
    assert sorted(titled, key=str) == [("ar", "rtl"), (None, None)]
    assert page.get("lang") == "en"


def test_a_post_without_a_title_is_a_note_whose_age_is_its_link(site: Site) -> None:
    entry = an_entry(1, title="", text="Its first words.", published=site.clock.now() - timedelta(days=19))
    site.publish(entry)

    page = document(site, "/")

    assert not page.cssselect(".h-entry h3, .h-entry .p-name")
    assert texts(page, ".h-entry .p-summary") == ["Its first words."]
    assert texts(page, ".h-entry .from bdi") == ["AWS Compute"]
    (link,) = page.cssselect(".h-entry a.u-url")
    assert (link.get("href"), link.text_content()) == (entry.link, "19 days ago")
    assert texts(page, ".facts") == ["19 days ago • 1 min read"]
    assert page.text_content().count("Its first words.") == 1


def test_a_note_without_a_link_can_still_be_read(site: Site) -> None:
    site.publish(an_entry(1, title="", link=None, text="Its first words."))

    page = document(site, "/")

    assert texts(page, ".h-entry .p-summary") == ["Its first words."]
    assert not page.cssselect(".h-entry .u-url")
    assert page.cssselect(".facts [tabindex] time")


def test_a_post_without_title_and_words_says_where_its_link_leads(site: Site) -> None:
    entry = an_entry(1, title="", text="")
    site.publish(entry)

    page = document(site, "/")

    assert not page.cssselect(".h-entry h3, .h-entry .p-name, .h-entry .p-summary")
    (link,) = page.cssselect(".h-entry .where a")
    assert (link.get("href"), link.text_content()) == (entry.link, "example.test")


@pytest.mark.parametrize("path", PAGES)
def test_nothing_that_a_feed_or_an_address_says_becomes_markup(site: Site, path: str) -> None:
    evil = '<script>alert(1)</script>"><img src=x>'
    site.publish(an_entry(1, title=evil, text=evil, authors=(evil,), tags=(evil,)))
    separator = "&" if "?" in path else "?"

    for address in (path, f"{path}{separator}q={evil}&tag={evil}&state={evil}&sort={evil}&page={evil}"):
        text = site.client.get(address).get_data(as_text=True)
        assert "<script>" not in text
        assert "<img" not in text


@pytest.mark.parametrize("index", [True, False])
@pytest.mark.parametrize("path", PAGES)
def test_search_engines_are_asked_to_stay_away_unless_the_file_lets_them_in(
    site: Site, path: str, *, index: bool
) -> None:
    with_site(site, index=index)
    site.publish_many(1)

    robots = html.fromstring(site.client.get(path).get_data(as_text=True)).cssselect("meta[name=robots]")
    assert [meta.get("content") for meta in robots] == ([] if index else ["noindex"])


@pytest.mark.parametrize("path", [*PAGES, "/feed.json", "/healthz"])
def test_every_answer_has_the_headers_that_protect_readers(site: Site, path: str) -> None:
    answer = site.client.get(path)

    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


def test_a_page_may_load_audio_only_if_it_shows_some(site: Site) -> None:
    episode = an_entry(1, enclosures=(Enclosure("https://pod.test/1.mp3", "audio/mpeg", 24_000_000, 2520),))
    paper = an_entry(2, text="Write <audio src=x>.", enclosures=(Enclosure("https://pod.test/2.pdf"),))
    site.publish(episode, slug="aws")
    site.publish(paper, slug="news")

    heard, read = site.client.get("/?source=aws"), site.client.get("/?source=news")
    page = document(site, "/?source=aws")

    assert texts(page, ".file > span") == ["Audio · 42 min · 24 MB"]
    assert [audio.get("preload") for audio in page.cssselect("audio")] == ["none"]
    assert "media-src http: https:" in heard.headers["Content-Security-Policy"]
    again = site.client.get("/?source=aws", headers={"If-None-Match": heard.headers["ETag"]})
    assert (again.status_code, again.headers["Content-Security-Policy"]) == (
        304,
        heard.headers["Content-Security-Policy"],
    )
    for answer in (read, site.client.get("/sources"), site.client.get("/feed.json")):
        assert "media-src" not in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/?before=broken", 400, "its “before” was cut or changed"),
        (f"/?q={'x' * 10_000}", 400, "300 characters at most"),
        ("/?source=nobody", 404, "No source here is called “nobody”"),
        ("/sources/nobody", 404, "No source here is called “nobody”"),
        ("/nowhere", 404, "are still here"),
        ("/assets/site.000.css", 404, "another version"),
    ],
)
def test_an_error_is_a_page_with_a_sentence_that_helps(
    site: Site, path: str, status: int, words: str
) -> None:
    page = document(site, path, status)

    assert words in texts(page, "main")[0]
    assert texts(page, ".masthead a")[0] == "Serverless Timeline"


def test_a_store_that_does_not_answer_is_a_503_that_asks_to_come_back(site: Site) -> None:
    with site.database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE revision RENAME TO lost")

    answer = site.client.get("/")

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "60"
    assert "Try again in a minute" in answer.get_data(as_text=True)


def test_a_fault_of_our_own_is_a_500_that_tells_no_secret(site: Site) -> None:
    @site.app.get("/broken")
    def broken() -> str:
        raise ZeroDivisionError("secret")

    answer = site.client.get("/broken")

    assert answer.status_code == 500
    assert "secret" not in answer.get_data(as_text=True)
    assert "written down" in answer.get_data(as_text=True)


def test_assets_have_addresses_of_their_content_and_may_be_kept_for_ever(site: Site) -> None:
    page = document(site, "/")
    addresses = [
        element.get("href") or element.get("src")
        for element in page.cssselect("link[rel=stylesheet], script")
    ]

    assert len(addresses) == 2
    for address in addresses:
        assert re.fullmatch(r"/assets/site\.[0-9a-f]{12}\.(css|js)", address)
        assert "immutable" in site.client.get(address).headers["Cache-Control"]


def test_the_whole_first_view_is_under_60_kilobytes(site: Site) -> None:
    site.publish(*(an_entry(n, text=f"Words and more words of number {n}. " * 20) for n in range(30)))
    paths = [
        "/",
        *(
            e.get("href") or e.get("src")
            for e in document(site, "/").cssselect("link[rel=stylesheet], script")
        ),
    ]

    sizes = [len(site.client.get(path, headers={"Accept-Encoding": "br"}).data) for path in paths]

    assert sum(sizes) < 60_000
    assert brotli.decompress(site.client.get("/", headers={"Accept-Encoding": "br"}).data)


def test_an_age_is_told_anew_after_a_minute(site: Site) -> None:
    site.publish(an_entry(1, published=site.clock.now()))
    site.client.get("/")
    site.clock.advance(minutes=5)

    assert texts(document(site, "/"), ".h-entry time") == ["5 minutes ago"]


# --- the sources ------------------------------------------------------------------------------------------


def test_the_list_of_sources_has_a_row_a_source_with_its_state_in_words(site: Site) -> None:
    site.publish_many(1)

    page = document(site, "/sources")

    assert texts(page, "tbody th bdi") == ["AWS Compute", "News", "Switched off"]
    assert texts(page, "tbody .state") == ["ok", "new", "switched off"]
    assert page.cssselect("svg.weeks")[0].get("aria-label") == "1 post in 26 weeks, 1 in the busiest"


def test_faults_stand_on_top_with_what_to_do(site: Site) -> None:
    site.fail("news")
    site.fail("aws", State.ON_HOLD, hold=(HoldEvidence(HoldSign.SERVER, now="casino.example"),))

    faults = texts(document(site, "/sources"), ".faults li")

    assert any("failing News TLS certificate expired" in fault for fault in faults)
    assert any(
        "it is now served by casino.example" in fault and "aggregator sources release aws" in fault
        for fault in faults
    )


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("sort=state", ["News", "AWS Compute", "Switched off"]),
        ("sort=posts", ["AWS Compute", "News", "Switched off"]),
        ("sort=next&q=new", ["News"]),
        ("state=failing", ["News"]),
        ("q=lambda", ["AWS Compute"]),
        ("q=nothing-like-it", []),
        ("sort=nonsense&state=nonsense&page=-7", ["AWS Compute", "News", "Switched off"]),
    ],
)
def test_the_list_is_sorted_and_filtered_by_its_address(site: Site, query: str, names: list[str]) -> None:
    site.publish_many(2)
    site.fail("news")

    assert [
        title.text_content() for title in document(site, f"/sources?{query}").cssselect("tbody th bdi")
    ] == names


def test_the_state_of_the_sources_file_is_told(site: Site) -> None:
    store.set_file_state(
        site.database, "config/sources.toml", ("config/sources.toml:3: unknown key `intervall`",)
    )

    assert "unknown key `intervall`" in texts(document(site, "/sources"), ".notice.bad")[0]


def test_thousands_of_sources_come_in_pages(site: Site) -> None:
    source = SETTINGS.sources[0]
    many = tuple(
        source.model_copy(update={"slug": f"s{n}", "url": f"https://s{n}.test/", "title": f"Source {n:04}"})
        for n in range(450)
    )
    site.settings = site.settings.model_copy(update={"sources": many})
    store.sync_sources(site.database, site.settings, site.clock.now())
    site.clock.advance(minutes=1)
    names, path = [], "/sources"
    while path:
        page = document(site, path)
        names += texts(page, "tbody th bdi")
        path = next((link.get("href") for link in page.cssselect("a[rel=next]")), "")

    assert names == [f"Source {n:04}" for n in range(450)]


def test_a_source_tells_its_publisher_why_a_post_is_not_shown(site: Site) -> None:
    aws, *others = site.settings.sources
    site.settings = site.settings.model_copy(
        update={"sources": (aws.model_copy(update={"exclude": ("(?i)sponsored",)}), *others)}
    )
    store.sync_sources(site.database, site.settings, site.clock.now())
    site.publish(an_entry(1, title="Sponsored words"), an_entry(2))
    site.clock.advance(minutes=2)
    site.fail("aws")

    page = document(site, "/sources/aws")

    assert "Sponsored words" in texts(page, ".left-out li")[0]
    assert "exclude" in texts(page, ".left-out li")[0]
    assert texts(page, ".warnings li") == ["has items without an id"]
    assert "TLS certificate expired" in texts(page, ".polls tbody tr")[0]
    assert len(page.cssselect(".polls tbody tr")) == 2


def test_publishers_learn_who_asks_how_to_slow_it_and_whom_to_ask(site: Site) -> None:
    polling = site.settings.polling.model_copy(update={"contact": "admin@timeline.test"})
    site.settings = site.settings.model_copy(update={"polling": polling})

    page = document(site, "/about")
    words = texts(page, "main")[0]

    for said in (
        "(+http://127.0.0.1:8000; admin@timeline.test)",
        "Retry-After",
        "Cache-Control",
        "<ttl>",
        "1 hour passes",
    ):
        assert said in words
    assert page.cssselect("a[href='mailto:admin@timeline.test']")
