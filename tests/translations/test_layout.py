"""The pages are laid out for each language: mirrored for one that runs from right to left, and with room for long words."""

import re
from collections.abc import Iterator
from contextlib import closing

import pytest

from aggregator.store import Database
from tests.catalogues import ROOT
from tests.support.browser import Live, Open, serving
from tests.support.clock import ManualClock
from tests.support.filled import SETTINGS, fill

WIDTHS = (360, 1280)
PAGES = (
    "/",
    "/?q=Rendering",
    "/sources",
    "/sources/openfaas",
    "/weeks",
    "/weeks/2026-W12",
    "/archive",
    "/about",
    "/subscribe",
)
# Their logical counterparts are mirrored by themselves: `margin-inline-start`, `text-align: start`.
PHYSICAL = re.compile(
    r"(margin|padding|border)-(left|right)|(?<![\w-])(left|right)\s*:|(text-align|float)\s*:\s*(left|right)"
)


@pytest.fixture(scope="module", params=["ar", "de", "ja"])
def abroad(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A filled site in a language."""
    here = SETTINGS.site.model_copy(update={"language": request.param})
    settings = SETTINGS.model_copy(update={"site": here})
    folder = tmp_path_factory.mktemp(request.param)
    with (
        closing(Database.open(f"sqlite:///{folder / 'site.db'}")) as database,
        serving(fill(database, ManualClock(), settings=settings)) as live,
    ):
        yield live


def test_the_stylesheet_has_no_sides_that_stay_in_another_direction() -> None:
    lines = (ROOT / "aggregator/web/static/site.css").read_text().splitlines()

    assert [line for line in lines if PHYSICAL.search(line)] == []


@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_scrolls_sideways_in_any_language(abroad: Live, open_page: Open, width: int) -> None:
    visit = open_page(abroad.address, viewport={"width": width, "height": 900})
    wide = {}
    for path in PAGES:
        visit.page.goto(abroad.address + path)
        wide[path] = visit.page.evaluate("document.documentElement.scrollWidth")

    assert {path: pixels for path, pixels in wide.items() if pixels > width} == {}
    assert visit.complaints == []


def test_a_page_from_right_to_left_is_mirrored(abroad: Live, open_page: Open) -> None:
    visit = open_page(abroad.address, viewport={"width": 1280, "height": 900})
    is_mirrored = visit.page.evaluate("document.documentElement.dir") == "rtl"
    left = {
        name: visit.page.locator(name).first.bounding_box()
        for name in ("main", ".finder", ".wordmark", ".masthead nav")
    }
    assert all(left.values())
    x = {name: box["x"] for name, box in left.items() if box}

    assert is_mirrored == (visit.page.evaluate("document.documentElement.lang") == "ar")
    assert (x["main"] > x[".finder"]) is is_mirrored
    assert (x[".wordmark"] > x[".masthead nav"]) is is_mirrored


def test_a_post_keeps_its_own_direction(abroad: Live, open_page: Open) -> None:
    visit = open_page(abroad.address)
    directions = visit.page.evaluate(
        "Object.fromEntries([...document.querySelectorAll('h3')].map((h) => [h.innerText, getComputedStyle(h).direction]))"
    )

    assert {way for title, way in directions.items() if "الحوسبة" in title} == {"rtl"}
    assert {way for title, way in directions.items() if "Faster cold starts" in title} == {"ltr"}


def test_the_script_says_what_the_server_said(abroad: Live, open_page: Open) -> None:
    words = "[...document.querySelectorAll('time, .period > h2')].map((element) => element.textContent)"
    plain = open_page(abroad.address, java_script_enabled=False)
    served = plain.page.locator("time, .period > h2").all_text_contents()
    said = open_page(abroad.address).page.evaluate(words)

    assert len(served) > 30
    assert said == served
