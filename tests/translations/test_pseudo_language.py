"""No page, no feed and no explanation says a word that is in no catalogue."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from lxml import html

from aggregator import explain
from aggregator.model import (
    DocumentWarning,
    DoubtKind,
    Entry,
    Fault,
    FaultCode,
    FilteredBy,
    FilterRule,
    HoldEvidence,
    HoldSign,
    Outlink,
    PollDetails,
    Reason,
    ReasonCode,
    Result,
    State,
    ValidatorDoubt,
    WarningCode,
)
from aggregator.sources.settings import Polling, Settings, Source, Timeline
from aggregator.sources.settings import Site as SiteSettings
from aggregator.store import Database
from aggregator.translations import language_for, speaking
from tests.support.browser import Open, serving
from tests.support.clock import ManualClock
from tests.support.databases import migrated_sqlite
from tests.support.site import Site, an_entry, away
from tests.translations.pseudo import LOCALE, installed, untranslated

SOURCES = tuple(
    Source(
        url=f"https://{slug}.test/feed",
        slug=slug,
        title=title,
        tags=("ετικέτα",),
        polling=Polling(per_host_gap=timedelta()),
    )
    for slug, title in (
        ("a", "Άλφα"),
        ("b", "Βήτα"),
        ("c", "Γάμμα"),
        ("d", "Δέλτα"),
        ("e", "Έψιλον"),
        ("f", "Ζήτα"),
    )
)
SETTINGS = Settings(
    site=SiteSettings(title="Ο πλανήτης", description="Τι γράφουν.", language=LOCALE, blogroll=True),
    timeline=Timeline(page_size=20),
    sources=(
        *SOURCES,
        Source(url="https://g.test/feed", slug="g", title="Θήτα", polling=Polling(per_host_gap=timedelta())),
        Source(url="https://off.test/feed", slug="off", title="Ήτα", enabled=False),
    ),
)
FIND = "https://elsewhere.test/paper"
PAGES = (
    "/", "/?sort=top", "/?sort=top&tag=τίποτα", "/?q=Λόγια", "/?q=τίποτα", "/?tag=ετικέτα&source=a&source=b&author=Άννα&without=c&lang=el",
    "/archive/2026-03", "/archive", "/sources", "/sources?state=failing", "/sources?q=τίποτα", "/sources/a", "/sources/b", "/sources/c",
    "/sources/off", "/about", "/subscribe", "/subscribe?tag=ετικέτα&source=a", "/subscribe?sort=top", "/weeks", "/weeks/2026-W12",
    "/weeks/2026-W11", "/nowhere", "/?before=broken", "/sources/none", "/sources/%01", "/weeks/none", "/weeks/2025-W01", "/archive/none",
    "/?lang=1", "/assets/none.js", f"/?q={'α' * 301}", f"/?tag={'α' * 201}", "/?" + "&".join(f"tag={number}" for number in range(51)),
)  # fmt: skip
# What a reader sees or hears of an element beside its text.
ATTRIBUTES = ("title", "aria-label", "alt", "placeholder", "data-label")


@pytest.fixture
def pseudo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Words in the pseudo-language, as far as catalogues have them."""
    with installed(tmp_path / "translations", monkeypatch):
        yield


@pytest.fixture
def planet(pseudo: None, tmp_path: Path, clock: ManualClock) -> Iterator[Site]:  # noqa: ARG001 - comes first
    """A site in the pseudo-language that has something of everything that a page can show."""
    with closing(Database.open(migrated_sqlite(tmp_path / "planet.db"))) as database:
        now = datetime(2026, 3, 19, 12, tzinfo=UTC)
        clock.set(now - timedelta(days=401))
        site = Site(database, clock, SETTINGS)
        for days in (400, 100, 40, 9, 2, 0):
            clock.set(now - timedelta(days=days))
            site.publish(
                *(_entry(1000 + days * 10 + turn, clock.now(), hours=turn) for turn in range(9)), slug="a"
            )
        site.publish(replace(_entry(9001, clock.now()), title="", text="Ένα σημείωμα."), slug="b")
        for number, slug in enumerate(("c", "d", "e", "f")):
            copy = replace(_entry(1000, clock.now()), guid=None, link="https://a.test/1000")
            links = tuple(Outlink(url, "τι λένε οι άλλοι") for url in ("https://a.test/1001", FIND))
            mentioning = replace(
                _entry(9010 + number, clock.now()), links=links, link=f"https://{slug}.test/{number}"
            )
            site.publish(mentioning, *([copy] if slug == "c" else []), slug=slug)
        site.publish(_entry(9050, clock.now()), slug="g")
        clock.advance(hours=2)
        site.fail("b")
        site.fail("c", State.ON_HOLD, (HoldEvidence(HoldSign.TITLE, now="Ωμέγα", before="Γάμμα"),))
        yield site


def _entry(number: int, now: datetime, *, hours: int = 1) -> Entry:
    return an_entry(
        number, link=f"https://a.test/{number}", title=f"Τίτλος {number}", text=f"Λόγια του {number}.", authors=("Άννα",),
        tags=("λέξη",), published=now - timedelta(hours=hours), language="el",
    )  # fmt: skip


def _said(page: html.HtmlElement) -> list[str]:
    """Return what a page says: its text as a whole, and each attribute that is shown or read out."""
    for silent in page.cssselect("script, style, code, kbd, .address, .tile"):
        silent.drop_tree()
    described = [
        element.get("content", "")
        for element in page.cssselect('meta[name="description"], meta[property^="og:title"]')
    ]
    attributes = [
        element.get(name, "")
        for element in page.iter()
        for name in ATTRIBUTES
        if isinstance(element.tag, str)
    ]
    return [" ".join(page.itertext()), *described, *filter(None, attributes)]


def test_every_word_of_a_page_is_in_the_catalogues(planet: Site) -> None:
    outside = {}
    for path in PAGES:
        page = html.fromstring(planet.client.get(path).get_data(as_text=True))
        assert page.get("lang") == LOCALE
        outside[path] = "".join(map(untranslated, _said(page)))

    assert {path: words for path, words in outside.items() if words} == {}


def test_every_word_of_a_feed_is_in_the_catalogues(planet: Site) -> None:
    for path in ("/feed.json?tag=ετικέτα", "/feed.json?sort=top", "/weeks.json"):
        feed = json.loads(planet.client.get(path).data)
        texts = (item.get(key, "") for item in feed["items"] for key in ("title", "content_text", "summary"))

        assert feed["items"]
        assert "".join(map(untranslated, [feed["title"], *texts])) == ""


def _explanations() -> Iterator[str]:
    day = timedelta(days=2)
    details: dict[str, str | float] = {
        "host": "1", "reason": "2", "seconds": 2.5, "date": "2026-03-01", "received": 2000, "announced": 4000, "coding": "3",
        "most": 10_000_000, "times": 5, "characters": 8000, "address": "4", "element": "5", "text": "6", "mebibytes": 500,
    }  # fmt: skip
    for status in (304, 206, 404, 418, 530, 999):
        for kind in ("gzip", "zip", "pdf", "image"):
            known = details | {"status": status, "format": kind}
            yield from (explain.fault(Fault(code, known)) for code in FaultCode)
    for rate in (30.0, 1.0, 0.3, 0.05, 0.001):
        reasons = (Reason(code, span=day, rate=rate, count=2, text="1") for code in ReasonCode)
        yield explain.next_poll(reasons, "7")
    yield from (explain.warning(DocumentWarning(code, "1")) for code in WarningCode)
    modified = datetime(2041, 1, 1, tzinfo=UTC)
    yield from (explain.doubt(ValidatorDoubt(kind, modified=modified, silence=day)) for kind in DoubtKind)
    yield from (explain.hold((HoldEvidence(sign, now="1", before="2"),), "7") for sign in HoldSign)
    yield from (explain.filtered(FilteredBy(rule, ("1", "2"))) for rule in FilterRule)
    yield from (explain.poll(result, PollDetails(entries=3, moved_to="1"), "7") for result in Result)
    yield from (explain.poll(result, PollDetails(), "7") for result in Result)


def test_every_word_of_an_outage_is_in_the_catalogues(planet: Site) -> None:
    planet.client.get("/")
    planet.clock.advance(hours=1)
    with away(planet):
        pages = [
            html.fromstring(planet.client.get(path).get_data(as_text=True)) for path in ("/", "/archive")
        ]

    kept, missing = (" ".join(_said(page)) for page in pages)
    assert "⟦The site cannot read its posts at the moment." in kept
    assert "⟦The timeline is out of reach just now⟧" in missing
    assert untranslated(kept + missing) == ""


def test_every_word_of_the_script_is_in_the_catalogues(planet: Site, open_page: Open) -> None:
    with serving(planet) as live:
        page = open_page(live.address).page
        page.evaluate(
            "localStorage['timeline.visit'] = JSON.stringify({line: null, seen: 1773835200000, at: 0})"
        )
        page.reload()
        planet.publish(_entry(9999, planet.clock.now()), slug="d")
        page.evaluate("dispatchEvent(new Event('online'))")
        page.get_by_role("status").get_by_role("link").wait_for()
        timeline = html.fromstring(page.content())
        page.goto(f"{live.address}/subscribe")
        subscribe = html.fromstring(page.content())

    said = [*_said(timeline), *_said(subscribe)]
    for one in ("⟦New since your last visit, above⟧", "⟦Keys⟧", "⟦1 new post⟧", "⟦Copy⟧"):
        assert one in " ".join(said)
    assert "".join(map(untranslated, said)) == ""


@pytest.mark.usefixtures("pseudo")
def test_every_word_of_an_explanation_is_in_the_catalogues() -> None:
    with speaking(language_for(LOCALE)):
        said = list(_explanations())

    assert "".join(map(untranslated, said)) == ""
