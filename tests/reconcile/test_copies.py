"""A false merge hides a post; a missed one only shows it twice."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from aggregator.model import Origin
from aggregator.reconcile.copies import CopyOf, credited, is_copy, title_key

DAY = datetime(2026, 3, 2, tzinfo=UTC)
WORDS = " ".join(f"word{number}" for number in range(60))
HOME = CopyOf(
    1, "https://author.example/feed", "https://author.example/", "https://author.example/queues",
    "Queues for functions explained", WORDS, DAY, DAY, None,
)  # fmt: skip
PLANET = replace(
    HOME, entry_id=2, feed_address="https://planet.example/atom", feed_link="https://planet.example/"
)


def test_the_same_link_is_a_copy() -> None:
    assert is_copy(HOME, PLANET)


@pytest.mark.parametrize("text", [WORDS, WORDS.rsplit(" ", 20)[0], f"{WORDS} and a word"])
def test_the_same_title_and_nearly_the_same_words_are_a_copy(text: str) -> None:
    assert is_copy(HOME, replace(PLANET, link="https://other.example/x", text=text))


@pytest.mark.parametrize(
    "other",
    [
        {"text": "Entirely other words " * 20},
        {"published": DAY + timedelta(days=30)},
        {"title": "Another title over it"},
        {"text": "Short."},
    ],
)
def test_a_likeness_is_no_copy(other: dict[str, object]) -> None:
    assert not is_copy(HOME, replace(PLANET, link="https://other.example/x", **other))  # type: ignore[arg-type]  # rows of several types


def test_releases_of_two_products_are_two() -> None:
    release = replace(HOME, title="Release 1.2.0", text="Bug fixes and improvements.")

    assert title_key("v1.2.0") is None
    assert not is_copy(release, replace(release, entry_id=3, link="https://other.example/1.2.0"))


def test_the_authors_own_feed_is_credited_whichever_came_first() -> None:
    early = replace(PLANET, published=DAY - timedelta(days=1), first_seen=DAY - timedelta(days=1))

    assert all(credited(order) == 1 for order in permutations([HOME, early]))


def test_the_source_that_a_copy_names_is_credited() -> None:
    copy = replace(PLANET, link="https://planet.example/1", origin=Origin("https://author.example/feed"))

    assert credited([copy, replace(HOME, link="https://elsewhere.example/1")]) == 1


def test_who_had_it_first_is_credited_where_nothing_else_tells() -> None:
    one = replace(HOME, link="https://elsewhere.example/1", first_seen=DAY + timedelta(hours=1))
    two = replace(one, entry_id=2, first_seen=DAY)

    assert credited([one, two]) == credited([two, one]) == 2
