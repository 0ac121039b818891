from datetime import timedelta

import feedparser
import pytest
from lxml import etree

from tests.support.site import Site, an_entry

PATHS = ("/atom.xml", "/rss20.xml", "/rss10.xml", "/opml.xml", "/foafroll.xml")
FOAF = "{http://xmlns.com/foaf/0.1/}"

# What publishers write, and by what a planet's readers know the post.
KNOWN = {
    "https://aws.test/?p=7": an_entry(1, guid="https://aws.test/?p=7"),
    "tag:aws.test,2020:x": an_entry(2, guid="tag:aws.test,2020:x", atom_id="tag:aws.test,2020:x"),
    "4711 at https://aws.test": an_entry(3, guid="4711 at https://aws.test"),
    "https://example.test/posts/4": an_entry(4, guid=None),
}


@pytest.fixture
def planet(site: Site) -> Site:
    own = site.settings.site.model_copy(update={"compatible": "planet", "url": "https://planet.test"})
    site.settings = site.settings.model_copy(update={"site": own})
    site.publish(*KNOWN.values())
    return site


@pytest.mark.parametrize("path", PATHS)
def test_a_site_that_was_no_planet_has_none_of_its_addresses(site: Site, path: str) -> None:
    assert site.client.get(path).status_code == 404


@pytest.mark.parametrize("path", PATHS[:3])
def test_a_reader_that_knew_the_planet_sees_no_old_post_as_new(planet: Site, path: str) -> None:
    answer = planet.client.get(path)

    read = feedparser.parse(answer.data)
    assert not read.bozo, read.bozo_exception
    assert {entry.id for entry in read.entries} == KNOWN.keys()
    assert all(entry.link and entry.title for entry in read.entries)


def test_only_what_is_new_is_new_after_the_switch(planet: Site) -> None:
    planet.clock.advance(hours=1)
    planet.publish(
        an_entry(9, guid="fresh", published=planet.clock.now() - timedelta(minutes=5)), slug="news"
    )

    for path in PATHS[:3]:
        ids = {entry.id for entry in feedparser.parse(planet.client.get(path).data).entries}
        assert ids - KNOWN.keys() == {"fresh"}


@pytest.mark.parametrize("path", PATHS)
def test_each_is_kept_as_the_merged_feeds_are(planet: Site, path: str) -> None:
    first = planet.client.get(path)

    assert first.status_code == 200
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    again = planet.client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


def test_the_feeds_own_address_is_the_old_one(planet: Site) -> None:
    assert b'href="https://planet.test/atom.xml"' in planet.client.get("/atom.xml").data
    assert b"<id>https://planet.test/atom.xml</id>" in planet.client.get("/atom.xml").data


def test_the_lists_name_every_source(planet: Site) -> None:
    opml = etree.fromstring(planet.client.get("/opml.xml").data)
    foaf = etree.fromstring(planet.client.get("/foafroll.xml").data)

    assert [outline.get("xmlUrl") for outline in opml.iter("outline")] == [
        "https://aws.test/feed",
        "https://news.test/feed",
    ]
    assert [name.text for name in foaf.iterfind(f".//{FOAF}Agent/{FOAF}name")] == ["AWS Compute", "News"]
