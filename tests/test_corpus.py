"""Quality bars for reading, over every real document available."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from aggregator.model import Entry, FeedContent
from aggregator.normalize.excerpt import LEAD, excerpt
from aggregator.normalize.limits import POSTS
from aggregator.reading.read import read
from aggregator.reconcile import Known, plan
from tests.support.corpus import MISSING, Sample, samples

NOW = datetime(2026, 11, 23, tzinfo=UTC)
MARKUP = re.compile(
    r"</?(?:p|div|a|span|img|br|b|i|strong|em|li|ul|h\d)(?:\s[^<>]*)?/?>|&(?:amp|lt|gt|quot|nbsp|#\d+);"
)
# UTF-8 that was read as windows-1252: an accent, a quotation mark, Cyrillic.
WRONGLY_DECODED = re.compile("[ÃÐ][\\x80-\\xbf]|â€")
# Their posts are about markup: what they show is text.
ABOUT_MARKUP = {"215-html5sec-xss.xml"}
# One item twice, or shells of items without any content, as seen by eye.
FEWER = {
    "214-no-encoding-decl-cercle-psy.xml": 9,
    "108-lefigaro-cinema.xml": 49, "130-ivoox-campamento-krypton.xml": 166, "195-suspilne-uk.xml": 19,
    "208-illegally-nested-dvorak.xml": 10, "232-rss092-grateful-dead.xml": 21,
}  # fmt: skip

Readings = list[tuple[Sample, FeedContent]]


@pytest.fixture(scope="module")
def readings() -> Readings:
    found = [(sample, read(sample.body, content_type=None, address=sample.url)) for sample in samples()]
    return found or pytest.skip(MISSING)


def test_every_readable_document_gives_its_entries(readings: Readings) -> None:
    kept = {sample.file: len(reading.entries) for sample, reading in readings}

    assert kept == {sample.file: FEWER.get(sample.file, min(sample.entries, POSTS)) for sample, _ in readings}


def test_hardly_an_excerpt_shows_markup(readings: Readings) -> None:
    shown = [
        f"{entry.title} {excerpt(entry.text, 500)}"
        for sample, reading in readings
        if sample.file not in ABOUT_MARKUP
        for entry in reading.entries
    ]

    assert sum(bool(MARKUP.search(text)) for text in shown) < 0.005 * len(shown)


def test_hardly_a_text_is_wrongly_decoded(readings: Readings) -> None:
    shown = [
        f"{entry.title} {excerpt(entry.text, 500)}" for _, reading in readings for entry in reading.entries
    ]

    # Texts that are so in parts are left alone.
    assert sum(bool(WRONGLY_DECODED.search(text)) for text in shown) < 0.002 * len(shown)


def test_no_link_is_relative(readings: Readings) -> None:
    links = [
        link for _, reading in readings for entry in reading.entries for link in (entry.link, entry.comments)
    ]

    assert all(link is None or re.match(r"https?://[^/]", link) for link in links)


def test_two_polls_of_one_document_change_nothing_and_nothing_stands_in_the_future(
    readings: Readings,
) -> None:
    for sample, reading in readings:
        first = plan(reading.entries, [], now=NOW, last_success=None, keep=None)
        known = [_row(number, arrival.entry, arrival.placed) for number, arrival in enumerate(first.arrivals)]
        again = plan(reading.entries, known, now=NOW + timedelta(hours=1), last_success=NOW, keep=None)

        assert all(arrival.placed <= NOW for arrival in first.arrivals), sample
        assert (again.arrivals, again.rewrites, again.missing) == ((), (), ()), sample


def test_fixed_pages_are_told_from_posts(readings: Readings) -> None:
    found = {
        sample.file: [arrival.entry.link for arrival in first.arrivals if arrival.is_fixed_page]
        for sample, reading in readings
        for first in [plan(reading.entries, [], now=NOW, last_success=None, keep=None, site=reading.link)]
    }

    authors = found.pop("045-elo7-tech-pt.xml")
    assert len(authors) == 51
    assert all("/autor/" in str(link) for link in authors)
    # All undated entries of these but three pages of 036 and one of 129; the undated posts of 021, 034 and 221 stay.
    assert sorted(link for links in found.values() for link in links if link) == [
        "https://alukach.com/resume/",
        "https://blog.chmarny.com/archives/",
        "https://blog.chmarny.com/imprint/",
        "https://blog.chmarny.com/search/",
        "https://castalio.info/search/",
        "https://lucasroesler.com/description/",
        "https://lucasroesler.com/intro/",
        "https://www.control-alt-del.org/404/",
        "https://www.control-alt-del.org/about/",
    ]


def _row(number: int, entry: Entry, placed: datetime) -> Known:
    return Known(
        number, entry.guid, entry.link, entry.fingerprint, entry.title, entry.text, entry.published, entry.updated,
        placed, lead_length=len(entry.excerpt_source[:LEAD]), links=entry.links,
    )  # fmt: skip
