"""A post that a document lists several times; what only looks like it stays."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from aggregator.model import Enclosure, Entry
from aggregator.normalize.duplicates_in_document import without_repeats

DAY = datetime(2026, 3, 1, 10, tzinfo=UTC)
POST = Entry(
    guid="https://site.example/?p=266",
    link="https://site.example/2026/clock/",
    fingerprint="words of the clock",
    title="A new kind of clock",
    text="It goes backwards.",
    minutes=1,
    published=DAY,
)


@pytest.mark.parametrize(
    "again",
    [
        {"guid": "https://site.example/?p=266&preview=true"},
        {"guid": "urn:2", "link": "http://www.site.example/2026/clock"},
        {"guid": None, "link": "https://site.example/2026/clock/#more"},
        {"guid": None, "link": "https://site.example/2026/clock/index.html?ref=rss"},
        {"link": "https://site.example/clock-again"},
        {"published": DAY + timedelta(days=1)},
    ],
)
def test_a_post_under_two_guids_or_addresses_is_one(again: dict[str, object]) -> None:
    assert without_repeats([POST, replace(POST, **again)]) == [POST]  # type: ignore[arg-type]  # fields of several types


@pytest.mark.parametrize(
    "other",
    [
        {"guid": "urn:2", "fingerprint": "other words"},
        {"guid": "urn:2", "published": DAY + timedelta(days=1)},
        {"guid": "urn:2", "enclosures": (Enclosure("https://site.example/2.mp3"),)},
        {"guid": "urn:2", "link": "https://site.example/2026/bell/"},
        {"title": "Another title", "fingerprint": "other words"},
    ],
)
def test_posts_that_share_a_page_or_a_guid_are_several(other: dict[str, object]) -> None:
    entries = [POST, replace(POST, **other)]  # type: ignore[arg-type]  # fields of several types

    assert without_repeats(entries) == entries


@pytest.mark.parametrize("fields", [{"published": None}, {"link": None}])
def test_what_a_reader_could_not_tell_apart_is_one(fields: dict[str, object]) -> None:
    post = replace(POST, **fields)  # type: ignore[arg-type]  # fields of several types

    assert without_repeats([post, replace(post, guid="urn:2")]) == [post]


def test_the_last_version_of_an_atom_entry_counts_in_the_place_of_the_first() -> None:
    old = replace(POST, atom_id="tag:clock", guid="tag:clock", updated=DAY)
    new = replace(old, title="A clock, corrected", fingerprint="corrected", updated=DAY + timedelta(hours=1))
    between = replace(POST, guid="urn:3", link="https://site.example/3", fingerprint="third")

    assert without_repeats([old, between, new]) == [new, between]
    assert without_repeats([new, between, old]) == [new, between]
