"""A real browser on a real site: Chromium as it is found on the machine, and the application on loopback.

`live` serves a filled store, `open_page` opens an address of a site in a fresh profile, with the site's own time.
"""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from aggregator.store import Database
from tests.support.clock import ManualClock
from tests.support.filled import NOW, fill
from tests.support.site import Site

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
)
NO_BROWSER = "no Chromium on this machine: install it, for instance with `apt-get install chromium`"


AXE = Path(os.environ.get("AXE_CORE", "node_modules/axe-core/axe.min.js"))
NO_AXE = f"no axe-core at {AXE}: run `npm install --no-save axe-core`, or set AXE_CORE to its axe.min.js"


@contextmanager
def chromium() -> Iterator[Browser | None]:
    """Yield the machine's browser, or None if there is none."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        yield None
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Live:
    """A site that answers on loopback."""

    site: Site
    address: str
    answers: list[tuple[str, int]]  # paths and statuses, in their order


@contextmanager
def serving(site: Site) -> Iterator[Live]:
    """Serve a site until the block ends."""
    answers: list[tuple[str, int]] = []

    class Handler(WSGIRequestHandler):
        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:  # noqa: ARG002 - as the base class calls it
            answers.append((self.path, int(code)))

    server = make_server("127.0.0.1", 0, site.app, threaded=True, request_handler=Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield Live(site, f"http://127.0.0.1:{server.server_port}", answers)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def filled_site(path: Path) -> Iterator[Live]:
    """Serve a site with posts of many sources, kept in `path`."""
    with (
        closing(Database.open(f"sqlite:///{path}")) as database,
        serving(fill(database, ManualClock())) as live,
    ):
        yield live


@dataclass
class Visit:
    """A page in a profile of its own, with what it asked for and complained about."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


Open = Callable[..., Visit]


def new_visit(browser: Browser, stack: ExitStack, **options: Any) -> Visit:
    """Open a new profile, whose clock shows the site's time."""
    profile = browser.new_context(**{"locale": "en-GB", "timezone_id": "UTC"} | options)
    stack.callback(profile.close)
    page = profile.new_page()
    if options.get("java_script_enabled", True):
        page.clock.install(time=NOW)
    visit = Visit(page)
    page.on("request", lambda request: visit.requests.append(request.url))
    page.on(
        "console", lambda message: visit.complaints.append(message.text) if message.type == "error" else None
    )
    page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    return visit


@contextmanager
def visits(browser: Browser) -> Iterator[Open]:
    """Yield a function that opens an address in a new profile; options are those of Playwright's `new_context`."""
    with ExitStack() as stack:

        def open_it(address: str, **options: Any) -> Visit:
            visit = new_visit(browser, stack, **options)
            visit.page.goto(address)
            return visit

        yield open_it


def violations(page: Page, axe: str) -> list[Any]:
    """Return what axe-core (its script) finds on a page that was opened with `bypass_csp`."""
    page.evaluate(axe)
    found: list[Any] = page.evaluate(
        "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})"
        ".then(result => result.violations.map(one => [one.id, one.nodes.map(node => node.html)]))"
    )
    return found
