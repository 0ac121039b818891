from lxml import html

from tests.support.site import Site, an_entry


def document(site: Site, path: str) -> html.HtmlElement:
    answer = site.client.get(path)
    assert answer.status_code == 200
    return html.fromstring(answer.get_data(as_text=True))


def test_the_feeds_of_the_view_at_hand_are_told_with_their_whole_addresses(site: Site) -> None:
    site.publish(an_entry(1))

    page = document(site, "/subscribe?tag=lambda&source=aws&before=")

    assert page.cssselect("h1")[0].text_content() == "Follow posts tagged lambda from AWS Compute"
    assert [field.get("value") for field in page.cssselect("input")] == [
        f"http://127.0.0.1:8000/feed.{name}?source=aws&tag=lambda" for name in ("rss", "json", "atom")
    ]
    assert (
        page.cssselect("a[href^='feed:']")[0]
        .get("href", "")
        .startswith("feed:http://127.0.0.1:8000/feed.rss")
    )
    assert (
        page.cssselect("a[href*='feedly']")[0]
        .get("href", "")
        .endswith("feed.rss%3Fsource%3Daws%26tag%3Dlambda")
    )


def test_the_page_leads_to_it(site: Site) -> None:
    site.publish(an_entry(1))

    links = [link.get("href") for link in document(site, "/tags/lambda").cssselect(".follow a")]
    assert links[0] == "/subscribe?tag=lambda"


def test_a_source_that_is_not_here_is_a_404(site: Site) -> None:
    assert site.client.get("/subscribe?source=nobody").status_code == 404
