from datetime import timedelta

from lxml import html

from tests.support.site import Site, an_entry


def test_each_month_that_has_posts_is_a_link(site: Site) -> None:
    now = site.clock.now()  # in March 2026
    site.publish(*(an_entry(days, published=now - timedelta(days=days)) for days in (0, 1, 70, 100)))

    page: html.HtmlElement = html.fromstring(site.client.get("/archive").get_data(as_text=True))

    assert [heading.text_content() for heading in page.cssselect("h2")] == ["2026", "2025"]
    assert [link.get("href") for link in page.cssselect(".year a")] == [
        "/archive/2026-03",
        "/archive/2025-11",
        "/archive/2025-12",
    ]
    assert len(page.cssselect(".year li")) == 24


def test_without_posts_the_archive_says_so(site: Site) -> None:
    assert "No posts yet" in site.client.get("/archive").get_data(as_text=True)
