"""The list of feeds that comes with the project."""

from pathlib import Path

import pytest

from aggregator.sources import Settings, load

SHIPPED = Path(__file__).parents[2] / "config" / "sources.toml"


@pytest.fixture(scope="module")
def settings() -> Settings:
    return load(SHIPPED, environ={})


def test_it_is_valid_and_long_enough_for_a_timeline(settings: Settings) -> None:
    assert len(settings.sources) >= 30
    assert all(source.enabled for source in settings.sources)


def test_every_source_has_a_slug_of_its_own_a_title_and_tags(settings: Settings) -> None:
    text = SHIPPED.read_text(encoding="utf-8")

    assert text.count("\nslug = ") == len(settings.sources)
    assert all(source.title and source.tags for source in settings.sources)


def test_a_tag_is_a_filter_that_means_something(settings: Settings) -> None:
    tags = [tag for source in settings.sources for tag in source.tags]

    assert {"aws", "azure", "gcp", "cloudflare", "kubernetes", "lambda", "open-source", "personal"} <= set(
        tags
    )
    assert len(set(tags)) < len(settings.sources) / 2


def test_it_asks_everybody_with_the_usual_manners(settings: Settings) -> None:
    assert settings.polling.per_host == 1
    assert not settings.polling.allow_private_networks
    assert not any(source.headers for source in settings.sources)
