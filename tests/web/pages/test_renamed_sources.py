"""Addresses that name a source as it was called before."""

import pytest

from aggregator import store
from tests.support.site import Site, an_entry


def rename(site: Site, **slugs: str) -> None:
    sources = tuple(
        source.model_copy(update={"slug": slugs.get(source.slug, source.slug)})
        for source in site.settings.sources
    )
    site.settings = site.settings.model_copy(update={"sources": sources})
    store.sync_sources(site.database, site.settings, site.clock.now())


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/sources/aws", "/sources/compute"),
        ("/?source=aws", "/?source=compute"),
        ("/feed.json?source=aws", "/feed.json?source=compute"),
        ("/feed.rss?source=aws", "/feed.rss?source=compute"),
        ("/feed.atom?tag=lambda&source=aws&q=two+words", "/feed.atom?tag=lambda&source=compute&q=two+words"),
        ("/?source=news&source=aws", "/?source=weekly&source=compute"),
    ],
)
def test_the_address_of_a_renamed_source_leads_to_it_for_good(site: Site, path: str, target: str) -> None:
    site.publish(an_entry(1))
    rename(site, aws="compute", news="weekly")

    answer = site.client.get(path)

    assert (answer.status_code, answer.headers["Location"]) == (301, target)
    assert answer.headers["Cache-Control"] == "no-cache"  # it may be called so again
    assert site.client.get(target).status_code == 200


def test_a_source_that_nobody_ever_had_is_a_404_with_a_sentence(site: Site) -> None:
    rename(site, aws="compute")

    for path in ("/sources/nobody", "/?source=nobody", "/feed.json?source=nobody"):
        answer = site.client.get(path)
        assert answer.status_code == 404, path
        assert "No source here is called “nobody”" in answer.get_data(as_text=True)


def test_a_former_name_that_was_given_to_another_source_shows_that_one(site: Site) -> None:
    rename(site, aws="compute", news="aws")

    assert "news.test" in site.client.get("/sources/aws").get_data(as_text=True)


def test_a_redirect_names_no_scheme_and_no_host(site: Site) -> None:
    answer = site.client.get("/sources//aws", headers={"Host": "planet.example"})

    assert answer.status_code in (301, 308)
    assert answer.headers["Location"] == "/sources/aws"


@pytest.mark.parametrize("path", ["/sources/%00", "/sources/a%0Ab", "/websub/%00", "/websub/%F0%9F%98%80"])
def test_a_name_that_no_source_can_have_is_not_found(any_site: Site, path: str) -> None:
    assert any_site.client.get(path).status_code == 404
