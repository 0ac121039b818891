"""The interface speaks the language of the site, or the nearest that there is."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from lxml import html

from aggregator.dates import days_in_words, exact_moment, month_in_words
from aggregator.model import Week
from aggregator.quantities import rate_in_words, size_in_words, span_in_words
from aggregator.translations import ENGLISH, current, language_for, number, speaking
from aggregator.web.display.relative_time import age
from tests.support.site import Site, an_entry

NOW = datetime(2026, 3, 19, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("of_site", "tag", "locale"),
    [
        ("en", "en", "en"),
        ("en-GB", "en-GB", "en"),
        ("de", "de", "de"),
        ("de-AT", "de-AT", "de"),
        ("DE-at", "DE-at", "de"),
        ("pt-BR", "pt-BR", "pt"),
        ("zh-TW", "zh-Hans", "zh_Hans"),  # its readers know the other script better than English
        ("zh", "zh-Hans", "zh_Hans"),
        ("zh-Hans-CN", "zh-Hans-CN", "zh_Hans"),
        ("nl", "en", "en"),
        ("den", "en", "en"),  # Slavey, whose tag begins like that of German
    ],
)
def test_a_site_has_the_nearest_language_that_there_is(of_site: str, tag: str, locale: str) -> None:
    found = language_for(of_site)

    assert (found.tag, found.locale) == (tag, locale)


def test_words_are_english_until_a_language_is_set_and_after_it() -> None:
    with speaking(language_for("de")):
        assert age(NOW - timedelta(days=19), NOW) == "vor 19 Tagen"

    assert current() is ENGLISH
    assert age(NOW - timedelta(days=19), NOW) == "19 days ago"


@pytest.mark.parametrize(
    ("language", "say", "words"),
    [
        ("de", lambda: exact_moment(NOW), "Donnerstag, 19. März 2026, 12:00 UTC"),
        ("de", lambda: month_in_words(date(2026, 3, 1)), "März 2026"),
        ("de", lambda: days_in_words(Week(2026, 12)), "16. bis 22. März 2026"),
        ("de", lambda: days_in_words(Week(2026, 9)), "23. Februar bis 1. März 2026"),
        ("de", lambda: size_in_words(1_540), "1,5 kB"),
        ("de", lambda: number(1_234_567), "1.234.567"),
        ("de", lambda: span_in_words(timedelta(days=1)), "1 Tag"),
        ("de", lambda: rate_in_words(1200), "etwa 1.200-mal am Tag"),
        ("fr", lambda: exact_moment(NOW), "jeudi 19 mars 2026, 12:00 UTC"),
        ("fr", lambda: age(NOW - timedelta(days=500), NOW), "il y a plus d’un an"),
        ("es", lambda: days_in_words(Week(2026, 12)), "del 16 al 22 de marzo de 2026"),
        ("pt", lambda: month_in_words(date(2026, 3, 1)), "março de 2026"),
        ("ja", lambda: exact_moment(NOW), "2026年3月19日木曜日 12:00 UTC"),
        ("ja", lambda: days_in_words(Week(2026, 12)), "3月16日～2026年3月22日"),
        ("zh", lambda: age(NOW - timedelta(days=500), NOW), "超过 1 年前"),
        ("ar", lambda: exact_moment(NOW), "الخميس، 19 مارس 2026، 12:00 UTC"),
    ],
)
def test_dates_and_numbers_are_written_as_the_language_does(
    language: str, say: Callable[[], str], words: str
) -> None:
    with speaking(language_for(language)):
        assert say() == words


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (1, "منذ يوم واحد"),
        (2, "منذ يومين"),
        (3, "منذ 3 أيام"),
        (10, "منذ 10 أيام"),
        (11, "منذ 11 يومًا"),
        (29, "منذ 29 يومًا"),
    ],
)
def test_arabic_counts_in_its_six_forms(days: int, words: str) -> None:
    with speaking(language_for("ar")):
        assert age(NOW - timedelta(days=days), NOW) == words


def test_a_page_is_in_the_language_of_the_site_and_a_post_keeps_its_own(site: Site) -> None:
    site.publish(an_entry(1, language="en"), an_entry(2, language="de"))
    site.settings = site.settings.model_copy(
        update={"site": site.settings.site.model_copy(update={"language": "de"})}
    )
    page = html.fromstring(site.client.get("/").get_data(as_text=True))

    assert page.get("lang") == "de"
    assert page.get("dir") is None
    assert [title.get("lang") for title in page.cssselect("h3")] == ["en", None]
    assert "Nichts hier verfolgt Sie." in " ".join(map(str, page.itertext()))


def test_a_site_in_a_language_without_a_catalogue_says_that_its_words_are_english(site: Site) -> None:
    site.publish(an_entry(1, language="nl"))
    site.settings = site.settings.model_copy(
        update={"site": site.settings.site.model_copy(update={"language": "nl"})}
    )
    page = html.fromstring(site.client.get("/").get_data(as_text=True))

    assert page.get("lang") == "en"
    assert page.cssselect("h3")[0].get("lang") == "nl"
    assert "Nothing here tracks you." in " ".join(map(str, page.itertext()))
