"""A built site below a path of a plain nginx: every link leads somewhere, and the pages are for everybody."""

import json
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain
from pathlib import Path
from urllib.parse import urldefrag, urljoin

import httpx
import pytest
from lxml import etree, html

from aggregator.sources.settings import Settings, Source
from aggregator.static_site import build
from aggregator.store import Database
from tests.outputs.validator import complaints_about_atom, complaints_about_rss
from tests.support.browser import Open, violations
from tests.support.clock import ManualClock
from tests.support.commands import eventually, free_port
from tests.support.filled import SETTINGS, fill
from tests.support.programs import program
from tests.support.site import Site, an_entry

SOURCES = 55
PAGES = (
    "", "sources/", "sources/aws/posts/", "tags/aws/", "archive/", "archive/2026-03/", "weeks/", "about/", "subscribe/",
    "404.html",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Hosted:
    """Where the site is, its folder, and what a live site would answer."""

    url: str
    folder: Path
    live: Mapping[str, bytes]  # each feed as the live site has it


@pytest.fixture(scope="module")
def hosted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hosted]:
    """A filled site that nginx serves below /planet, without a rule of its own."""
    nginx = program("nginx", "apt-get install nginx-light")
    home = tmp_path_factory.mktemp("nginx")
    folder, port = home / "public" / "planet", free_port()
    settings = _settings(f"http://127.0.0.1:{port}/planet")
    with closing(Database.open(f"sqlite:///{home}/site.db")) as database:
        site = fill(database, ManualClock(), settings=settings)
        _publish(site)
        build(database, settings, folder, site.clock)
        feeds = [path.relative_to(folder) for path in folder.rglob("feed.*")]
        live = {str(path): site.client.get(f"/planet/{path}").data for path in feeds}
    with _serving(nginx, home, port):
        eventually("nginx answers", lambda: httpx.get(f"{settings.site.url}/").is_success)
        yield Hosted(settings.site.url, folder, live)


def _settings(url: str) -> Settings:
    said = {"url": url, "compatible": "planet", "security": "mailto:safe@planet.test", "blogroll": True}
    timeline = SETTINGS.timeline.model_copy(update={"page_size": 10})
    site = SETTINGS.site.model_copy(update=said)
    sources = (*SETTINGS.sources, *(_blog(number) for number in range(SOURCES - len(SETTINGS.sources))))
    return SETTINGS.model_copy(update={"site": site, "timeline": timeline, "sources": sources})


def _blog(number: int) -> Source:
    name = f"blog{number}"
    return SETTINGS.sources[0].model_copy(
        update={
            "url": f"https://{name}.test/feed",
            "slug": name,
            "title": f"Blog {number}",
            "tags": ("blogs",),
        }
    )


def _publish(site: Site) -> None:
    for number, source in enumerate(site.settings.sources[len(SETTINGS.sources) :]):
        posted = site.clock.now() - timedelta(days=number, hours=1)
        site.publish(
            *(
                an_entry(20_000 + 10 * number + n, published=posted - timedelta(days=40 * n))
                for n in range(3)
            ),
            slug=source.slug,
        )


@contextmanager
def _serving(nginx: str, home: Path, port: int) -> Iterator[None]:
    paths = "".join(
        f"{kind}_temp_path {home};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (home / "nginx.conf").write_text(
        f"daemon off; master_process off; pid {home}/pid; error_log {home}/errors; events {{}}\n"
        f"http {{ access_log off; {paths} include /etc/nginx/mime.types;\n"
        f"server {{ listen 127.0.0.1:{port}; root {home}/public; error_page 404 /planet/404.html; }} }}\n"
    )
    with (home / "log").open("wb") as log:
        process = subprocess.Popen([nginx, "-p", home, "-c", home / "nginx.conf"], stdout=log, stderr=log)
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def named(answer: httpx.Response) -> Iterator[str]:
    """Yield the whole addresses that a document names; relative ones are relative to where it is."""
    kind = answer.headers["Content-Type"].partition(";")[0]
    if kind == "text/html":
        elements = html.document_fromstring(answer.text).iter()
        values = chain.from_iterable(
            (one.get("href"), one.get("src"), one.get("content")) for one in elements
        )
        found = (value for value in values if value and value.startswith(("/", "http")))
    elif kind.endswith("xml") or answer.url.path.endswith((".rss", ".atom", ".opml")):
        root = etree.fromstring(answer.content)
        found = (
            value
            for one in root.iter()
            for value in (one.get("href"), one.text)
            if value and value.startswith("http")
        )
    elif answer.url.path.endswith(".json"):
        feed = answer.json()
        found = (feed[key] for key in ("home_page_url", "feed_url", "next_url") if key in feed)
    else:
        return
    for value in found:
        yield urldefrag(urljoin(str(answer.url), value)).url


def test_no_link_is_broken_below_a_path(hosted: Hosted) -> None:
    seen: dict[str, int] = {}
    with httpx.Client() as client:
        todo = [f"{hosted.url}/"]
        while todo:
            address = todo.pop()
            if address in seen or not address.startswith(f"{hosted.url}/"):
                assert address != f"http://{httpx.URL(hosted.url).netloc.decode()}/", "a link out of the path"
                continue
            answer = client.get(address)
            seen[address] = answer.status_code
            todo += named(answer) if answer.is_success else ()

    assert {address: status for address, status in seen.items() if status != 200} == {}
    files = {str(path.relative_to(hosted.folder)) for path in hosted.folder.rglob("*") if path.is_file()}
    found = {httpx.URL(address).path.removeprefix("/planet/") for address in seen}
    reached = {path if "." in path.rpartition("/")[2] else f"{path}index.html" for path in found}
    unlinked = {name for name in files - reached if not name.startswith((".", "icon-"))}
    # What programs ask for at addresses that they know.
    assert unlinked == {
        "404.html", "robots.txt", "atom.xml", "rss20.xml", "rss10.xml", "opml.xml", "foafroll.xml",
    }  # fmt: skip


def test_what_the_sources_file_asks_for_is_there(hosted: Hosted) -> None:
    security = httpx.get(f"{hosted.url}/.well-known/security.txt").text

    assert f"Canonical: {hosted.url}/.well-known/security.txt" in security
    assert "xmlUrl" in httpx.get(f"{hosted.url}/.well-known/recommendations.opml").text
    assert f'href="{hosted.url}/atom.xml"' in httpx.get(f"{hosted.url}/atom.xml").text
    assert "xmlUrl" in httpx.get(f"{hosted.url}/opml.xml").text


def test_the_feeds_have_the_items_of_the_live_site(hosted: Hosted) -> None:
    assert len(hosted.live) > 3 * SOURCES
    for name, live in hosted.live.items():
        built = (hosted.folder / name).read_bytes()
        assert items(name, built) == items(name, live), name


def items(name: str, feed: bytes) -> list[object]:
    """Return the items of a feed with all that they hold; in the order in which they stand."""
    if name.endswith(".json"):
        return list(json.loads(feed)["items"])
    elements = etree.fromstring(feed).iter("item", "{http://www.w3.org/2005/Atom}entry")
    return [etree.tostring(one) for one in elements]


def test_the_validator_has_nothing_to_say_of_the_feeds(hosted: Hosted) -> None:
    # Of the whole, it takes the title of a post for markup, which shows a tag however it is escaped.
    for folder in ("sources/knative/posts", "tags/blogs", "tags/aws"):
        assert complaints_about_rss((hosted.folder / folder / "feed.rss").read_bytes()) == []
        assert complaints_about_atom((hosted.folder / folder / "feed.atom").read_bytes()) == []


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_built_pages(
    hosted: Hosted, open_page: Open, axe: str, path: str, scheme: str
) -> None:
    visit = open_page(f"{hosted.url}/{path}", color_scheme=scheme, bypass_csp=True)

    assert violations(visit.page, axe) == []


def test_the_page_needs_nothing_that_its_policy_forbids(hosted: Hosted, open_page: Open) -> None:
    visit = open_page(f"{hosted.url}/")
    visit.page.wait_for_load_state("networkidle")

    assert visit.complaints == []
    assert (
        visit.page.evaluate("fetch('https://elsewhere.test/').then(() => 'read', () => 'refused')")
        == "refused"
    )
    assert any("Content Security Policy" in words for words in visit.complaints)
    assert {address.startswith(f"{hosted.url}/") for address in visit.requests} == {True}
