"""Pictures of every page and state, in every width, light and dark: `python -m tests.screenshots FOLDER`.

`timeline.png` among them is the picture in the README, `theme.png` that of the example in docs/theme.md.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page

from aggregator import store
from aggregator.sources.settings import Settings
from aggregator.store import Database
from aggregator.theme import read
from tests.support.browser import NO_BROWSER, Live, chromium, new_visit, serving
from tests.support.clock import ManualClock
from tests.support.filled import NOW, SETTINGS, fill
from tests.support.site import Site
from tests.support.states import STATES, publish_more
from tests.support.theme import example, write_theme

WIDTHS = (320, 390, 820, 1440, 1920)
PAGES = {
    "timeline": "/",
    "search": "/?tag=aws&q=cold+starts",
    "nothing": "/?q=zeppelin",
    "odd": "/?q=words",
    "rtl": "/?source=aws",
    "cjk": "/?source=cloudflare",
    "long": "/?source=momento",
    "top": "/?sort=top",
    "weeks": "/weeks",
    "week": "/weeks/2026-W11",
    "sources": "/sources",
    "no-source": "/sources?q=zeppelin",
    "source": "/sources/knative",
    "failing": "/sources/openfaas",
    "about": "/about",
    "subscribe": "/subscribe?tag=aws",
    "archive": "/archive",
    "error": "/?before=broken",
    "missing": "/nowhere",
}


def take(folder: Path) -> None:
    """Take all pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        if browser is None:
            sys.exit(NO_BROWSER)
        with site("filled") as live:
            for name, path in PAGES.items():
                _all_forms(browser, live.address + path, folder, name)
            _picture(
                browser, f"{live.address}/", folder / "timeline.png", width=1200, scheme="light", height=800
            )
            publish_more(live.site)
            for name, (path, act) in STATES.items():
                _all_forms(browser, live.address + path, folder, name, act)
        with site("filled") as live, tempfile.TemporaryDirectory() as theme:
            look, _ = read(write_theme(Path(theme), example()), {})
            live.site.settings = live.site.settings.model_copy(update={"look": look})
            _picture(
                browser, f"{live.address}/", folder / "theme.png", width=1200, scheme="light", height=800
            )
        for state in ("empty", "bare", "one"):
            with site(state) as live:
                _all_forms(browser, f"{live.address}/", folder, state)


@contextmanager
def site(state: str) -> Iterator[Live]:
    """Serve a site that is filled, without posts (`empty`), without sources (`bare`) or with one post."""
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(Database.open(f"sqlite:///{folder}/site.db")) as database,
    ):
        clock = ManualClock(NOW)
        if state == "filled":
            made = fill(database, clock)
        else:
            store.migrate(database)
            made = Site(database, clock, Settings() if state == "bare" else SETTINGS)
        if state == "one":
            made.publish_many(1)
        with serving(made) as live:
            yield live


def _all_forms(
    browser: Browser, address: str, folder: Path, name: str, act: Callable[[Page], object] | None = None
) -> None:
    for width in WIDTHS:
        for scheme in ("light", "dark"):
            path = folder / f"{name}-{width}-{scheme}.png"
            _picture(browser, address, path, width=width, scheme=scheme, act=act)


def _picture(
    browser: Browser,
    address: str,
    path: Path,
    *,
    width: int,
    scheme: str,
    height: int = 1100,
    act: Callable[[Page], object] | None = None,
) -> None:
    with ExitStack() as stack:
        visit = new_visit(
            browser,
            stack,
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            device_scale_factor=1,
        )
        visit.page.goto(address)
        if act:
            act(visit.page)
        visit.page.screenshot(path=path)


if __name__ == "__main__":
    take(Path(sys.argv[1]))
