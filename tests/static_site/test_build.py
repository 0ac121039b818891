"""The site as plain files: complete, with links that lead somewhere, and written only if it changed."""

import json
from datetime import timedelta
from itertools import chain
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from lxml import html

from aggregator.model import Week
from aggregator.static_site import Summary, build
from tests.support.site import Site, an_entry

SIZE = 5


@pytest.fixture
def planet(site: Site) -> Site:
    """A site below a path with 23 posts of one source and 7 of another, five on a page."""
    page = site.settings.site.model_copy(update={"url": "https://pages.test/planet"})
    timeline = site.settings.timeline.model_copy(update={"page_size": SIZE})
    site.settings = site.settings.model_copy(update={"site": page, "timeline": timeline})
    now = site.clock.now()
    site.publish(*(an_entry(n, published=now - timedelta(days=n), tags=("edge",)) for n in range(1, 24)))
    site.publish(*(an_entry(n, published=now - timedelta(days=n)) for n in range(50, 57)), slug="news")
    return site


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "public"


def built(site: Site, folder: Path) -> Summary:
    return build(site.database, site.settings, folder, site.clock)


def files(folder: Path) -> dict[str, bytes]:
    """Return the files of a site, without the list of them."""
    found = (path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(".agg"))
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def links(page: bytes) -> set[str]:
    """Return the addresses at its own host that a page names."""
    elements = html.fromstring(page.decode()).iter()
    values = {value for element in elements for value in map(element.get, ("href", "src", "action")) if value}
    own = {value.removeprefix("https://pages.test") for value in values}
    return {urlsplit(value).path for value in own if value.startswith("/")}


def file_at(address: str) -> str:
    """Return the file that a plain server answers with at an address below /planet."""
    path = unquote(address.removeprefix("/planet/"))
    return f"{path}index.html" if not path or path.endswith("/") else path


def titles(page: bytes) -> list[str]:
    document = html.document_fromstring(page.decode())
    return ["".join(map(str, title.itertext())).strip() for title in document.cssselect("h3")]


def test_every_link_leads_to_a_file_below_the_path(planet: Site, folder: Path) -> None:
    built(planet, folder)
    site = files(folder)

    pages = {name: body for name, body in site.items() if name.endswith(".html")}
    assert len(pages) > 15
    for name, body in pages.items():
        for address in links(body):
            if address == "/planet":
                continue  # the site itself, as it is named in text
            assert address.startswith("/planet/"), (name, address)
            assert file_at(address) in site, (name, address)


def test_all_posts_are_reached_from_the_first_page_by_older_posts(planet: Site, folder: Path) -> None:
    built(planet, folder)
    site = files(folder)
    for first, count in (
        ("index.html", 30),
        ("sources/aws/posts/index.html", 23),
        ("tags/edge/index.html", 23),
    ):
        seen: set[str] = set()
        name: str | None = first
        while name:
            page = html.fromstring(site[name].decode())
            seen |= set(titles(site[name]))
            older = page.cssselect("a[rel=next]")
            name = file_at(older[0].get("href") or "") if older else None
        assert len(seen) == count, first


def test_pages_of_a_view_hold_each_post_once(planet: Site, folder: Path) -> None:
    built(planet, folder)
    site = files(folder)
    base = "sources/aws/posts/"

    heads = [titles(site[f"{base}{name}index.html"]) for name in ("", "3/", "2/", "1/")]

    assert [len(head) for head in heads] == [8, 5, 5, 5]
    assert list(chain(*heads)) == [f"Post number {n} of the example" for n in range(1, 24)]
    assert f"{base}4/index.html" not in site


def test_the_feeds_have_the_items_of_the_live_site(planet: Site, folder: Path) -> None:
    built(planet, folder)
    for path in ("/feed.json", "/tags/edge/feed.json", "/sources/news/posts/feed.json"):
        live = planet.client.get(f"/planet{path}").json
        written = json.loads((folder / path[1:]).read_bytes())

        assert live is not None
        assert written["items"] == live["items"]
        assert written["feed_url"] == live["feed_url"] == f"https://pages.test/planet{path}"
        assert "next_url" not in written
    for name in ("feed.rss", "feed.atom"):
        assert (folder / name).read_bytes().count(b"<guid") == planet.client.get(
            f"/planet/{name}"
        ).data.count(b"<guid")


def test_a_second_build_without_news_touches_no_file_however_late(planet: Site, folder: Path) -> None:
    first = built(planet, folder)
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    planet.clock.advance(hours=400)

    second = built(planet, folder)

    assert (second.written, second.unchanged, second.removed) == (0, first.written, 0)
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


def test_the_same_store_makes_the_same_bytes_at_any_time(planet: Site, folder: Path) -> None:
    built(planet, folder / "a")
    planet.clock.advance(hours=400)
    built(planet, folder / "b")

    assert files(folder / "a") == files(folder / "b")


def test_a_new_post_changes_the_pages_that_show_it_and_no_others(planet: Site, folder: Path) -> None:
    built(planet, folder)
    before = files(folder)
    planet.clock.advance(hours=1)
    planet.publish(an_entry(99, published=planet.clock.now()), slug="news")

    built(planet, folder)
    after = files(folder)

    month = f"{planet.clock.now():%Y-%m}"
    changed = {name for name in after if after[name] != before.get(name)}
    of_source = {
        f"sources/news/posts/{name}" for name in ("index.html", "feed.json", "feed.rss", "feed.atom")
    }
    of_tags = {
        f"tags/{tag}/{name}"
        for tag in ("news", "weekly")
        for name in ("index.html", "feed.json", "feed.rss", "feed.atom")
    }
    whole = {
        "index.html",
        "feed.json",
        "feed.rss",
        "feed.atom",
        "sources/index.html",
        f"archive/{month}/index.html",
        "weeks/index.html",
    }
    week = f"weeks/{Week.of(planet.clock.now())}/index.html"
    assert changed == of_source | of_tags | whole | {week}
    assert set(after) == {*before, week}


def test_what_an_earlier_build_wrote_and_is_gone_is_removed_and_nothing_else(
    planet: Site, folder: Path
) -> None:
    built(planet, folder)
    (folder / "CNAME").write_text("pages.test")
    (folder / "sources" / "mine.txt").write_text("mine")
    planet.settings = planet.settings.model_copy(update={"sources": planet.settings.sources[:1]})
    planet.sync()

    done = built(planet, folder)

    assert done.removed > 4
    assert not (folder / "sources" / "news").exists()
    assert (folder / "CNAME").exists()
    assert (folder / "sources" / "mine.txt").exists()


def test_a_file_that_was_lost_is_written_again(planet: Site, folder: Path) -> None:
    built(planet, folder)
    (folder / "feed.rss").unlink()

    assert built(planet, folder).written == 1
    assert (folder / "feed.rss").exists()


def test_times_are_told_as_days_that_stay_true(planet: Site, folder: Path) -> None:
    built(planet, folder)
    page = (folder / "index.html").read_text()

    assert " ago<" not in page
    assert "Today" not in page


def test_nothing_is_offered_that_a_plain_server_cannot_do(planet: Site, folder: Path) -> None:
    built(planet, folder)
    for name, body in files(folder).items():
        if name.endswith(".html"):
            page = html.fromstring(body.decode())
            assert not page.cssselect("form[action]"), name
            own = [href for a in page.cssselect("a") if "://" not in (href := a.get("href") or "")]
            assert not [href for href in own if "?" in href], name


def test_a_site_is_in_its_language_and_its_script_too(planet: Site, folder: Path) -> None:
    here = planet.settings.site.model_copy(update={"language": "ar"})
    planet.settings = planet.settings.model_copy(update={"site": here})
    built(planet, folder)
    written = files(folder)
    page = html.fromstring(written["index.html"].decode())
    script = written[page.cssselect("script")[0].get("src", "").removeprefix("/planet/")].decode()

    assert (page.get("lang"), page.get("dir")) == ("ar", "rtl")
    assert "الأرشيف حسب الشهر" in " ".join(map(str, page.itertext()))
    assert '"Yesterday": "أمس"' in script
