from lxml import etree

from tests.support.site import Site


def outlines(site: Site) -> list[dict[str, str]]:
    answer = site.client.get("/sources.opml")
    assert answer.status_code == 200
    return [
        {str(key): str(value) for key, value in outline.items()}
        for outline in etree.fromstring(answer.data).iter("outline")
    ]


def test_the_sources_that_are_polled_are_listed_with_their_tags(site: Site) -> None:
    found = outlines(site)

    assert [outline["xmlUrl"] for outline in found] == ["https://aws.test/feed", "https://news.test/feed"]
    assert [outline["text"] for outline in found] == ["AWS Compute", "News"]
    assert [outline["category"] for outline in found] == ["lambda", "news,weekly"]


def test_secrets_of_a_source_are_not_told(site: Site) -> None:
    private = site.settings.sources[0].model_copy(
        update={
            "headers": {"Authorization": "Bearer hunter2"},
        }
    )
    site.settings = site.settings.model_copy(update={"sources": (private,)})

    answer = site.client.get("/sources.opml")

    assert "hunter2" not in answer.text
    assert answer.content_type == "text/x-opml; charset=utf-8"


def test_a_source_that_is_switched_off_leaves_the_list(site: Site) -> None:
    off = site.settings.sources[0].model_copy(update={"enabled": False})
    site.settings = site.settings.model_copy(update={"sources": (off, *site.settings.sources[1:])})

    assert [outline["text"] for outline in outlines(site)] == ["News"]
