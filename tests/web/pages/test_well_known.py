import pytest
from lxml import html

from tests.support.site import Site

FILES = ("/.well-known/security.txt", "/.well-known/recommendations.opml")


def say(site: Site, **fields: object) -> None:
    site.settings = site.settings.model_copy(update={"site": site.settings.site.model_copy(update=fields)})


@pytest.mark.parametrize("path", FILES)
def test_nothing_is_there_unless_the_file_asks_for_it(site: Site, path: str) -> None:
    assert site.client.get(path).status_code == 404
    assert "Content-Usage" not in site.client.get("/").headers
    assert "blogroll" not in site.client.get("/").get_data(as_text=True)


def test_robots_may_come_so_that_they_find_what_pages_say_to_them(site: Site) -> None:
    assert site.client.get("/robots.txt").get_data(as_text=True) == "User-agent: *\nAllow: /\n"


def test_robots_are_told_what_the_admin_wrote(site: Site) -> None:
    say(site, robots="User-agent: BadBot\nDisallow: /\n")

    assert site.client.get("/robots.txt").get_data(as_text=True) == "User-agent: BadBot\nDisallow: /\n"


def test_every_answer_says_what_it_may_be_used_for(site: Site) -> None:
    say(site, content_usage="train-ai=n")

    for path in ("/", "/feed.json", "/nowhere"):
        assert site.client.get(path).headers["Content-Usage"] == "train-ai=n"
    assert "Content-Usage: train-ai=n" in site.client.get("/robots.txt").get_data(as_text=True)


def test_security_txt_says_whom_to_tell_and_until_when(site: Site) -> None:
    say(site, security="mailto:security@timeline.test")

    lines = site.client.get("/.well-known/security.txt").get_data(as_text=True).splitlines()

    assert lines == [
        "Contact: mailto:security@timeline.test",
        "Expires: 2026-09-01T00:00:00Z",
        "Canonical: http://127.0.0.1:8000/.well-known/security.txt",
    ]


def test_the_sources_are_a_blogroll(site: Site) -> None:
    say(site, blogroll=True)

    assert b"xmlUrl" in site.client.get("/.well-known/recommendations.opml").data
    page: html.HtmlElement = html.fromstring(site.client.get("/").get_data(as_text=True))
    assert [link.get("href") for link in page.cssselect("link[rel=blogroll]")] == ["/sources.opml"]
