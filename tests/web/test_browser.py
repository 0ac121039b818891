"""The pages in a real browser: with a script and without, by key, in every width, and as axe-core sees them."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from aggregator import store
from aggregator.demo.documents import chime
from aggregator.model import Enclosure
from tests.support.browser import Live, Open, filled_site, violations
from tests.support.filled import NOW
from tests.support.publisher import Publisher
from tests.support.site import an_entry
from tests.support.states import STATES, publish_more
from tests.web.display.test_relative_time import AGES

PAGES = {
    "timeline": "/",
    "view": "/?tag=aws&q=functions",
    "empty": "/?q=zeppelin",
    "top": "/?sort=top",
    "weeks": "/weeks",
    "week": "/weeks/2026-W11",
    "sources": "/sources",
    "source": "/sources/openfaas",
    "about": "/about",
    "subscribe": "/subscribe?tag=aws",
    "archive": "/archive",
    "400": "/?before=broken",
    "404": "/nowhere",
}
each_page = pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())


def titles(page: Page) -> list[str]:
    return page.locator("h3").all_inner_texts()


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.innerText"))


def publish_new(live: Live, count: int) -> None:
    live.site.clock.set(NOW + timedelta(hours=2))
    now = live.site.clock.now()
    live.site.publish(
        *(an_entry(7000 + n, title=f"News {n}", published=now) for n in range(count)), slug="weekly"
    )


# --- every page -------------------------------------------------------------------------------------------


@each_page
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(shared_live: Live, open_page: Open, axe: str, path: str, scheme: str) -> None:
    visit = open_page(shared_live.address + path, color_scheme=scheme, bypass_csp=True)

    assert violations(visit.page, axe) == []


@pytest.fixture(scope="module")
def busy_live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A site whose pages have every state; for tests that change nothing."""
    with filled_site(tmp_path_factory.mktemp("busy") / "site.db") as live:
        publish_more(live.site)
        yield live


@pytest.mark.parametrize("state", [state for state in STATES if not state.startswith("paper")])
@pytest.mark.parametrize("width", [390, 1440])
def test_axe_finds_nothing_in_any_state(
    busy_live: Live, open_page: Open, axe: str, state: str, width: int
) -> None:
    path, act = STATES[state]
    size = {"width": width, "height": 900}
    page = open_page(busy_live.address + path, viewport=size, bypass_csp=True).page

    act(page)

    assert violations(page, axe) == []


@each_page
def test_a_page_stays_within_320_pixels(shared_live: Live, open_page: Open, path: str) -> None:
    # As wide as a window of 640 pixels at 200 %, too.
    page = open_page(shared_live.address + path, viewport={"width": 320, "height": 640}).page

    assert page.evaluate("document.documentElement.scrollWidth") == 320


@pytest.mark.parametrize("width", [900, 1100])
def test_the_names_of_sources_are_not_broken_beside_charts(
    shared_live: Live, open_page: Open, width: int
) -> None:
    page = open_page(f"{shared_live.address}/sources", viewport={"width": width, "height": 900}).page

    name = page.get_by_role("link", name="AWS Compute Blog", exact=True).bounding_box()
    assert name
    assert name["height"] < 60  # two lines at most
    assert page.evaluate("document.documentElement.scrollWidth") == width


@each_page
def test_a_page_asks_nobody_else_and_breaks_no_rule_of_its_own(
    shared_live: Live, open_page: Open, path: str
) -> None:
    visit = open_page(shared_live.address + path)
    visit.page.wait_for_load_state("networkidle")

    assert {urlsplit(address).netloc for address in visit.requests} == {urlsplit(shared_live.address).netloc}
    # What a browser says of the page's own status is no complaint about its content.
    assert [words for words in visit.complaints if "the server responded with a status of" not in words] == []


def test_the_first_view_is_one_document_one_stylesheet_and_one_script(
    shared_live: Live, open_page: Open
) -> None:
    visit = open_page(f"{shared_live.address}/")

    kinds = [Path(urlsplit(address).path).suffix for address in visit.requests]
    assert [kinds.count(kind) for kind in ("", ".css", ".js")] == [1, 1, 1]


def test_the_keyboard_reaches_the_content_at_once_and_its_focus_can_be_seen(
    shared_live: Live, open_page: Open
) -> None:
    page = open_page(f"{shared_live.address}/").page

    page.keyboard.press("Tab")
    assert focused(page) == "Skip to the content"
    expect(page.locator(".skip")).to_be_in_viewport()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_reduced_motion_is_respected(shared_live: Live, open_page: Open) -> None:
    page = open_page(f"{shared_live.address}/", reduced_motion="reduce").page

    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"


def test_on_paper_there_are_the_posts_and_their_addresses(shared_live: Live, open_page: Open) -> None:
    page = open_page(f"{shared_live.address}/").page
    page.emulate_media(media="print")

    expect(page.locator(".finder")).to_be_hidden()
    expect(page.locator(".h-entry").first).to_be_visible()
    after = page.evaluate("getComputedStyle(document.querySelector('h3 a.u-url'), '::after').content")
    assert "https://example.test/posts/" in after


def test_on_paper_folds_are_open_and_the_page_tells_its_address(live: Live, open_page: Open) -> None:
    publish_new(live, 6)
    page = open_page(f"{live.address}/").page
    folded = page.locator(".fold .h-entry").first
    expect(folded).to_be_hidden()

    page.emulate_media(media="print")

    expect(folded).to_be_visible()
    expect(page.get_by_text("http://127.0.0.1:8000/", exact=True)).to_be_visible()
    expect(page.locator(".find")).to_be_hidden()


def test_paper_is_white_for_readers_of_the_dark_page_too(shared_live: Live, open_page: Open) -> None:
    page = open_page(f"{shared_live.address}/sources", color_scheme="dark").page
    page.emulate_media(media="print", color_scheme="dark")

    paper = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    raised = page.evaluate("getComputedStyle(document.querySelector('.notice')).backgroundColor")
    assert (paper, raised) == ("rgb(255, 255, 255)", "rgb(244, 244, 244)")


@pytest.mark.parametrize("width", [820, 1440, 1920])
def test_the_lines_have_a_measure_that_reads_well(shared_live: Live, open_page: Open, width: int) -> None:
    page = open_page(f"{shared_live.address}/", viewport={"width": width, "height": 900}).page

    characters = page.evaluate(
        """() => {
            const text = document.querySelector('#main .p-summary');
            const width = text.getBoundingClientRect().width;
            const pen = document.createElement('canvas').getContext('2d');
            pen.font = getComputedStyle(text).font;
            return width / pen.measureText(text.textContent).width * text.textContent.length;
        }"""
    )
    assert (
        60 <= characters <= 80
    )  # 75 in the fonts that readers have; the substitute of a bare machine is narrow


# --- audio ------------------------------------------------------------------------------------------------


@pytest.fixture
def podcast(live: Live, publisher: Publisher) -> Live:
    """A site whose newest post has something to listen to."""
    publisher.serves("/1.wav", chime(), content_type="audio/wav")
    file = Enclosure(publisher.url("/1.wav"), "audio/wav", len(chime()), 2520)
    live.site.publish(
        an_entry(8000, title="An episode", published=live.site.clock.now(), enclosures=(file,)), slug="weekly"
    )
    return live


def test_an_episode_is_loaded_and_played_on_a_click_and_not_before(
    podcast: Live, publisher: Publisher, open_page: Open
) -> None:
    visit = open_page(f"{podcast.address}/")
    visit.page.wait_for_load_state("networkidle")
    assert publisher.requests == []

    visit.page.get_by_text("Listen: An episode").click()

    expect(visit.page.locator("audio")).to_have_js_property("paused", value=False)
    expect(visit.page.locator("audio")).to_have_js_property("readyState", 4)  # all of it is there
    assert visit.complaints == []
    visit.page.get_by_text("Listen: An episode").click()
    expect(visit.page.locator("audio")).to_have_js_property("paused", value=True)


def test_without_script_an_episode_can_be_played_too(podcast: Live, open_page: Open) -> None:
    page = open_page(f"{podcast.address}/", java_script_enabled=False).page

    page.get_by_text("Listen: An episode").click()

    expect(page.locator("audio")).to_be_visible()
    expect(page.get_by_role("link", name="Audio", exact=True)).to_have_attribute("href", re.compile("1.wav$"))


def test_what_is_read_on_later_has_a_link_if_the_page_itself_may_not_play(
    live: Live, open_page: Open
) -> None:
    file = Enclosure("https://pod.test/1.mp3", "audio/mpeg")
    live.site.publish(an_entry(8000, title="An episode", published=NOW, enclosures=(file,)), slug="daly")
    publish_new(live, 40)
    page = open_page(f"{live.address}/").page

    for _ in range(20):
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        if page.locator(".file").count():
            break
        page.wait_for_timeout(100)

    expect(page.locator(".file a")).to_have_attribute("href", "https://pod.test/1.mp3")
    expect(page.locator("audio")).to_have_count(0)


PHONE = {"viewport": {"width": 390, "height": 844}}


def test_a_phone_shows_posts_before_controls(shared_live: Live, open_page: Open) -> None:
    page = open_page(f"{shared_live.address}/", **PHONE).page

    assert page.evaluate("document.querySelector('h3').getBoundingClientRect().top") < 200
    expect(page.locator(".finder")).to_be_hidden()


@pytest.mark.parametrize("script", [True, False])
def test_a_phone_opens_search_tags_and_sources_in_a_sheet(
    shared_live: Live, open_page: Open, axe: str, *, script: bool
) -> None:
    page = open_page(f"{shared_live.address}/", **PHONE, java_script_enabled=script, bypass_csp=True).page

    page.get_by_role("button", name="Find").first.click()

    expect(page.get_by_label("Search")).to_be_visible()
    expect(page.get_by_role("navigation", name="Tags")).to_be_visible()
    expect(page.get_by_role("navigation", name="Posted lately")).to_be_visible()
    if script:
        page.evaluate(axe)
        assert page.evaluate("axe.run().then(result => result.violations.map(one => one.id))") == []
    page.keyboard.press("Escape")
    expect(page.locator(".finder")).to_be_hidden()


def test_a_fold_opens_in_place_without_a_script(live: Live, open_page: Open) -> None:
    publish_new(live, 9)
    page = open_page(f"{live.address}/", java_script_enabled=False).page
    fold = page.locator(".fold")
    expect(fold).to_have_count(1)
    expect(fold.locator("h3").first).to_be_hidden()

    fold.get_by_text("6 more from Off-by-none").click()

    expect(fold.locator("h3")).to_have_count(6)
    expect(fold.locator("h3").last).to_be_visible()


def test_the_address_of_a_feed_is_copied(shared_live: Live, open_page: Open) -> None:
    page = open_page(
        f"{shared_live.address}/subscribe?tag=aws", permissions=["clipboard-read", "clipboard-write"]
    ).page

    page.get_by_role("button", name="Copy the address of RSS").click()

    expect(page.get_by_text("Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "http://127.0.0.1:8000/tags/aws/feed.rss"


# --- without a script -------------------------------------------------------------------------------------


def test_without_a_script_one_reads_searches_and_goes_on_by_links(shared_live: Live, open_page: Open) -> None:
    page = open_page(f"{shared_live.address}/", java_script_enabled=False).page
    first = titles(page)

    page.get_by_role("link", name="Older posts").click()
    assert not set(first) & set(titles(page))
    page.get_by_role("link", name="Newer posts").click()
    assert titles(page) == first
    page.get_by_label("Search").fill("snapshots")
    page.get_by_role("button", name="Find").click()
    assert page.locator("h1").inner_text() == "Posts about “snapshots”"
    assert set(page.locator("h3 mark").all_inner_texts()) == {"snapshots"}


def test_without_a_script_sources_are_filtered(shared_live: Live, open_page: Open) -> None:
    page = open_page(f"{shared_live.address}/sources", java_script_enabled=False).page

    page.get_by_label("State").select_option("failing")
    page.get_by_role("button", name="Show").click()

    assert page.locator("tbody th bdi").all_inner_texts() == ["OpenFaaS"]


# --- with a script ----------------------------------------------------------------------------------------


def test_the_script_tells_ages_as_the_server_does(shared_live: Live, open_page: Open) -> None:
    page = open_page(f"{shared_live.address}/").page
    page.clock.set_fixed_time(NOW)

    told = page.evaluate(
        """async moments => {
            document.querySelector('main').replaceChildren(...moments.map(moment => {
                const time = document.createElement('time');
                time.dateTime = moment;
                return time;
            }));
            document.dispatchEvent(new Event('visibilitychange'));
            return [...document.querySelectorAll('time')].map(time => time.textContent);
        }""",
        [(NOW - span).isoformat() for span, _ in AGES],
    )
    assert told == [f"{words} ago" for _, words in AGES]


def test_ages_and_headings_stay_true_while_the_page_is_open(shared_live: Live, open_page: Open) -> None:
    page = open_page(f"{shared_live.address}/").page
    assert page.locator("h2").first.inner_text().lower() == "today"

    page.clock.run_for(24 * 60 * 60 * 1000)

    assert page.locator(".period h2").first.inner_text().lower() == "yesterday"
    assert page.locator("time").first.inner_text() == "1 day ago"


def test_the_next_page_arrives_when_the_end_comes_near_and_the_address_follows(
    shared_live: Live, open_page: Open
) -> None:
    page = open_page(f"{shared_live.address}/").page
    expect(page.locator(".h-entry")).to_have_count(30)

    page.locator(".pager").last.scroll_into_view_if_needed()
    expect(page.locator(".h-entry")).to_have_count(60)
    page.locator(".h-entry").nth(45).scroll_into_view_if_needed()
    page.clock.run_for(1000)

    expect(page).to_have_url(re.compile("before="))
    headings = page.locator(".period h2").all_inner_texts()
    assert len(headings) == len(set(headings))


def test_back_leads_to_the_post_that_one_left(shared_live: Live, open_page: Open) -> None:
    page = open_page(f"{shared_live.address}/").page
    page.locator(".pager").last.scroll_into_view_if_needed()
    expect(page.locator(".h-entry")).to_have_count(60)
    left = page.locator("h3").nth(45)
    left.scroll_into_view_if_needed()
    words = left.inner_text()
    page.clock.run_for(1000)
    expect(page).to_have_url(re.compile("before="))

    page.goto(f"{shared_live.address}/about")
    page.go_back()

    expect(page.locator("h3").get_by_text(words, exact=True)).to_be_in_viewport()


def test_new_posts_are_announced_without_moving_what_is_read(live: Live, open_page: Open) -> None:
    page = open_page(f"{live.address}/", reduced_motion="reduce").page
    page.wait_for_load_state("networkidle")
    page.locator("h3").nth(10).scroll_into_view_if_needed()
    place = page.locator("h3").nth(10).bounding_box()

    publish_new(live, 3)
    page.clock.run_for(3 * 60 * 1000)

    news = page.get_by_role("status").get_by_role("link")
    expect(news).to_have_text("3 new posts")
    assert page.locator("h3").nth(10).bounding_box() == place
    news.click()
    page.wait_for_url(f"{live.address}/")
    assert set(titles(page)[:3]) == {"News 0", "News 1", "News 2"}


def test_news_are_counted_in_a_filtered_view_of_that_view_alone(live: Live, open_page: Open) -> None:
    page = open_page(f"{live.address}/tags/aws").page
    page.wait_for_load_state("networkidle")

    publish_new(live, 3)
    live.site.publish(an_entry(7500, title="For AWS", published=live.site.clock.now()), slug="aws")
    page.clock.run_for(3 * 60 * 1000)

    expect(page.get_by_role("status").get_by_role("link")).to_have_text("1 new post")


def test_news_are_told_once_the_network_is_back(live: Live, open_page: Open) -> None:
    page = open_page(f"{live.address}/").page
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    publish_new(live, 2)
    page.clock.run_for(5 * 60 * 1000)
    expect(page.get_by_role("status").get_by_role("link")).to_have_count(0)

    page.context.set_offline(False)

    expect(page.get_by_role("status").get_by_role("link")).to_have_text("2 new posts")


def test_a_tab_in_the_background_asks_nothing_and_tells_at_once_when_it_is_looked_at(
    live: Live, open_page: Open
) -> None:
    visit = open_page(f"{live.address}/")
    visit.page.wait_for_load_state("networkidle")
    turn_away(visit.page, is_hidden=True)
    visit.requests.clear()
    publish_new(live, 2)
    visit.page.clock.run_for(60 * 60 * 1000)
    assert visit.requests == []

    turn_away(visit.page, is_hidden=False)

    expect(visit.page.get_by_role("status").get_by_role("link")).to_have_text("2 new posts")


def turn_away(page: Page, *, is_hidden: bool) -> None:
    """Let a page believe that another tab covers it, or no more."""
    page.evaluate(
        """isHidden => {
            Object.defineProperty(document, 'hidden', { value: isHidden, configurable: true });
            document.dispatchEvent(new Event('visibilitychange'));
        }""",
        is_hidden,
    )


def test_after_the_machine_slept_news_are_told_and_counted_once(live: Live, open_page: Open) -> None:
    page = open_page(f"{live.address}/?source=weekly").page
    page.wait_for_load_state("networkidle")
    publish_new(live, 3)

    page.clock.fast_forward("09:00:00")  # what was due meanwhile comes once

    expect(page.get_by_role("status").get_by_role("link")).to_have_text("3 new posts")
    page.clock.fast_forward("09:00:00")
    expect(page.get_by_role("status").get_by_role("link")).to_have_text("3 new posts")


def test_a_post_that_was_taken_down_is_no_news(live: Live, open_page: Open) -> None:
    page = open_page(f"{live.address}/").page
    page.wait_for_load_state("networkidle")
    timeline = live.site.settings.timeline.model_copy(update={"hide": ("Event sourcing",)})
    live.site.settings = live.site.settings.model_copy(update={"timeline": timeline})
    store.sync_sources(live.site.database, live.site.settings, live.site.clock.now())

    page.clock.run_for(3 * 60 * 1000)
    page.wait_for_load_state("networkidle")

    expect(page.get_by_role("status").get_by_role("link")).to_have_count(0)


def test_what_is_open_stays_where_it_is_when_posts_come(live: Live, open_page: Open) -> None:
    publish_new(live, 9)
    page = open_page(f"{live.address}/").page
    page.wait_for_load_state("networkidle")
    page.locator(".fold summary").click()
    place = page.locator(".fold h3").last.bounding_box()

    publish_new(live, 12)
    page.clock.run_for(3 * 60 * 1000)

    expect(page.get_by_role("status").get_by_role("link")).to_be_visible()
    expect(page.locator(".fold")).to_have_attribute("open", "")
    assert page.locator(".fold h3").last.bounding_box() == place


def test_the_check_for_new_posts_costs_a_conditional_request(live: Live, open_page: Open) -> None:
    visit = open_page(f"{live.address}/")
    visit.page.wait_for_load_state("networkidle")
    live.answers.clear()

    with visit.page.expect_response("**/feed.json"):
        visit.page.clock.run_for(2 * 60 * 1000 + 1000)

    assert live.answers == [("/feed.json", 304)]


def test_what_came_since_the_last_visit_is_set_off_by_a_line(live: Live, open_page: Open) -> None:
    page = open_page(f"{live.address}/").page
    expect(page.locator(".seen-line")).to_have_count(0)

    publish_new(live, 2)
    page.clock.set_fixed_time(NOW + timedelta(hours=2))
    page.reload()

    expect(page.locator(".seen-line")).to_have_count(1)
    above = page.evaluate(
        "[...document.querySelectorAll('.h-entry')].filter(post =>"
        " post.compareDocumentPosition(document.querySelector('.seen-line')) & 4).length"
    )
    assert above == 2
    assert page.context.cookies() == []


def test_sources_tell_how_much_of_them_came_since_the_last_visit(live: Live, open_page: Open) -> None:
    page = open_page(f"{live.address}/").page
    expect(page.locator(".unseen")).to_have_count(0)

    publish_new(live, 12)
    page.clock.set_fixed_time(NOW + timedelta(hours=2))
    page.reload()

    assert page.locator(".unseen").all_inner_texts() == ["9+ new"]
    expect(page.locator(".sources-list a").first).to_contain_text("Off-by-none")


def test_keys_pass_over_what_is_folded(live: Live, open_page: Open) -> None:
    publish_new(live, 9)
    page = open_page(f"{live.address}/").page

    for _ in range(4):
        page.keyboard.press("j")

    assert not focused(page).startswith("News")


def test_the_search_key_opens_the_sheet_of_a_phone(shared_live: Live, open_page: Open) -> None:
    page = open_page(f"{shared_live.address}/", **PHONE).page

    page.keyboard.press("/")

    assert page.evaluate("document.activeElement.id") == "q"


def test_keys_lead_from_post_to_post_and_open_them(shared_live: Live, open_page: Open) -> None:
    page = open_page(f"{shared_live.address}/").page
    expected = titles(page)

    page.keyboard.press("j")
    assert focused(page) == expected[0]
    page.keyboard.press("j")
    assert focused(page) == expected[1]
    page.keyboard.press("k")
    assert focused(page) == expected[0]
    address = page.locator("h3 a").first.get_attribute("href") or ""
    page.route("https://example.test/**", lambda route: route.fulfill(body="the post"))
    page.keyboard.press("o")
    page.wait_for_url(address)


def test_keys_reach_a_note_by_its_age(live: Live, open_page: Open) -> None:
    live.site.clock.set(NOW)
    live.site.publish(an_entry(7000, title="", published=NOW), slug="weekly")
    page = open_page(f"{live.address}/").page

    page.keyboard.press("j")

    assert focused(page) == "less than a minute ago"
    page.route("https://example.test/**", lambda route: route.fulfill(body="the post"))
    page.keyboard.press("o")
    page.wait_for_url("https://example.test/posts/7000")


def test_keys_search_and_help(shared_live: Live, open_page: Open) -> None:
    page = open_page(f"{shared_live.address}/").page

    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.type("j?o")
    assert page.locator("#q").input_value() == "j?o"
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_keys_can_be_switched_off(shared_live: Live, open_page: Open) -> None:
    page = open_page(f"{shared_live.address}/").page
    page.get_by_role("button", name="Keys").click()
    page.get_by_label("Use these keys").uncheck()
    page.get_by_role("button", name="Close").click()
    page.reload()

    page.keyboard.press("j")

    assert page.evaluate("document.activeElement.closest('.h-entry')") is None
