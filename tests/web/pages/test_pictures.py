import pytest
from lxml import html

from tests.support.site import Site


def head(site: Site, path: str) -> dict[str, str]:
    page = html.fromstring(site.client.get(path).get_data(as_text=True))
    return {
        str(meta.get("property") or meta.get("name")): str(meta.get("content"))
        for meta in page.cssselect("meta[property], meta[name]")
    }


def with_url(site: Site, url: str) -> None:
    named = site.settings.site.model_copy(update={"url": url, "title": "Café & Cloud"})
    site.settings = site.settings.model_copy(update={"site": named})


def test_a_shared_link_shows_what_it_leads_to(site: Site) -> None:
    with_url(site, "https://planet.test/feeds")
    shared = head(site, "/feeds/tags/lambda")

    assert shared["og:title"] == shared["twitter:title"] == "Posts tagged lambda · Café & Cloud"
    assert shared["og:url"] == "https://planet.test/feeds/tags/lambda"
    assert shared["og:image"] == shared["twitter:image"] == "https://planet.test/feeds/card.png"
    assert shared["og:description"] == site.settings.site.description
    assert head(site, "/feeds/sources")["og:url"] == "https://planet.test/feeds/sources"


def test_an_error_is_nothing_to_share(site: Site) -> None:
    assert not any(name.startswith("og:") for name in head(site, "/nowhere"))


@pytest.mark.parametrize("path", ["/card.png", "/icon-180.png", "/icon-192.png", "/icon-512.png"])
def test_pictures_are_png_and_may_be_kept_for_a_day(site: Site, path: str) -> None:
    answer = site.client.get(path)

    assert answer.content_type == "image/png"
    assert answer.data.startswith(b"\x89PNG")
    assert answer.headers["Cache-Control"] == "public, max-age=86400"


def test_a_size_that_nobody_names_is_not_drawn(site: Site) -> None:
    assert site.client.get("/icon-9999.png").status_code == 404


def test_the_manifest_names_the_site_and_its_icons(site: Site) -> None:
    with_url(site, "https://planet.test/feeds")

    manifest = site.client.get("/feeds/site.webmanifest").get_json(force=True)

    assert manifest["name"] == "Café & Cloud"
    assert manifest["start_url"] == "/feeds/"
    for icon in manifest["icons"]:
        assert site.client.get(icon["src"]).status_code == 200
