"""`[site] url` with a path: everything of the site is below it."""

import json
import re

import pytest
from lxml import html

from tests.support.site import Site, an_entry

PATHS = (
    "/planet/",
    "/planet/sources",
    "/planet/sources/aws",
    "/planet/about",
    "/planet/tags/lambda",
    "/planet/nowhere",
)


@pytest.fixture
def planet(site: Site) -> Site:
    """A site at https://timeline.test/planet with posts."""
    page = site.settings.site.model_copy(update={"url": "https://timeline.test/planet"})
    site.settings = site.settings.model_copy(update={"site": page})
    site.publish(*(an_entry(number, tags=("edge",)) for number in range(40)))
    return site


def links_of(site: Site, path: str) -> set[str]:
    """Return what a page of this site links to at its own host."""
    page = html.fromstring(site.client.get(path).text)
    values = (value for element in page.iter() for value in map(element.get, ("href", "src", "action")))
    return {value for value in values if value and value.startswith("/")}


@pytest.mark.parametrize("path", PATHS)
def test_every_link_of_a_page_leads_below_the_path(planet: Site, path: str) -> None:
    own = links_of(planet, path)

    assert len(own) > 5
    assert [link for link in own if not link.startswith("/planet/")] == []


def test_what_a_page_links_to_is_there(planet: Site) -> None:
    for link in links_of(planet, "/planet/"):
        assert planet.client.get(link).status_code == 200, link


def test_a_kept_page_is_served_below_the_path_too(planet: Site) -> None:
    first, second = (planet.client.get("/planet/") for _ in range(2))

    assert first.data == second.data
    assert planet.client.get("/planet/", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


def test_the_feeds_name_themselves_below_the_path(planet: Site) -> None:
    feed = json.loads(planet.client.get("/planet/feed.json?tag=edge").data)

    assert feed["feed_url"] == "https://timeline.test/planet/tags/edge/feed.json"
    assert feed["home_page_url"] == "https://timeline.test/planet/tags/edge"


def test_the_root_of_the_host_leads_to_the_site(planet: Site) -> None:
    answer = planet.client.get("/")

    assert (answer.status_code, answer.headers["Location"]) == (302, "/planet/")


@pytest.mark.parametrize("path", ["/sources", "/feed.json", "/planetary/", "/plane"])
def test_outside_the_path_is_nothing_but_a_sentence(planet: Site, path: str) -> None:
    answer = planet.client.get(path)

    assert answer.status_code == 404
    assert "This site is at /planet/ and below it." in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_a_changed_path_counts_at_once(planet: Site) -> None:
    assert planet.client.get("/planet/").status_code == 200
    page = planet.settings.site.model_copy(update={"url": "https://timeline.test"})
    planet.settings = planet.settings.model_copy(update={"site": page})

    assert not re.search(r"planet", planet.client.get("/").text)
    assert planet.client.get("/planet/").status_code == 404
