"""What pages of a filled site look like once somebody has done something with them: for pictures, and for axe."""

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Page

from aggregator.model import Enclosure
from tests.support.filled import NOW
from tests.support.site import Site, an_entry


def publish_more(site: Site) -> None:
    """Publish enough of one source for a fold, an episode among it."""
    file = Enclosure("https://pod.test/1.mp3", "audio/mpeg", 24_000_000, 2520)
    now = site.clock.now()
    episode = an_entry(8000, title="An episode to listen to", published=now, enclosures=(file,), minutes=2)
    news = (an_entry(8000 + n, title=f"News {n}", published=now - timedelta(minutes=n)) for n in range(1, 8))
    site.publish(episode, *news, slug="weekly")


def _open_finder(page: Page) -> None:
    """Open the sheet where there is one, and in it what is folded."""
    if (button := page.locator(".find")).is_visible():
        button.click()
    page.locator(".tags-list summary").click()


def _come_back(page: Page) -> None:
    """Look as somebody does who was here two days ago, while posts come."""
    seen = int((NOW - timedelta(days=2)).timestamp() * 1000)
    page.evaluate(f'localStorage.setItem(\'timeline.visit\', \'{{"line": null, "seen": {seen}, "at": 0}}\')')
    page.reload()
    page.evaluate("document.querySelector('.news').innerHTML = '<a href=\"/\">3 new posts</a>'")


# Paths, and what is done there.
STATES: dict[str, tuple[str, Callable[[Page], object]]] = {
    "finder": ("/", _open_finder),
    "fold": ("/", lambda page: page.locator(".fold > summary").first.click()),
    "player": ("/?source=weekly", lambda page: page.locator(".player > summary").first.click()),
    "keys": ("/", lambda page: page.keyboard.press("?")),
    "back": ("/", _come_back),
    "chart": ("/sources/knative", lambda page: page.locator(".chart.weeks g").last.hover()),
    "paper": ("/", lambda page: page.emulate_media(media="print")),
    "paper-week": ("/weeks/2026-W11", lambda page: page.emulate_media(media="print")),
    "paper-source": ("/sources/openfaas", lambda page: page.emulate_media(media="print")),
}
