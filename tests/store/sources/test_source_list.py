from datetime import timedelta

import pytest

from aggregator.model import Result, State
from aggregator.store import Catalog, catalog
from tests.store.newsroom import Newsroom, a_source, an_entry


def asked(newsroom: Newsroom, **fields: object) -> Catalog:
    choice = {"words": "", "state": "", "order": "name", "first": 0, "size": 100, "most_faults": 20}
    return catalog(newsroom.database, newsroom.now, **(choice | fields))  # type: ignore[arg-type]  # rows of a test


def slugs(found: Catalog) -> list[str]:
    return [status.name.slug for status in found.rows]


@pytest.fixture
def listed(newsroom: Newsroom) -> Newsroom:
    """Three sources of which one posts, one fails and one is switched off."""
    newsroom.lists(
        a_source("posts", title="Ökonomie", tags=("Python", "größe")),
        a_source("fails", title="A 100% blog"),
        a_source("off", title="Switched", enabled=False),
    )
    newsroom.poll("posts", an_entry("one"), an_entry("two"))
    newsroom.poll("fails", result=Result.FAILED, state=State.FAILING)
    return newsroom


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ({}, {"posts", "fails", "off"}),
        ({"words": "öKONOMIE"}, {"posts"}),
        ({"words": "python"}, {"posts"}),
        ({"words": "größe"}, {"posts"}),
        ({"words": "100%"}, {"fails"}),
        ({"words": "blog ökonomie"}, set()),
        ({"words": "%"}, {"fails"}),
        ({"state": "failing"}, {"fails"}),
        ({"state": "switched off"}, {"off"}),
        ({"state": "ok", "words": "blog"}, set()),
    ],
)
def test_words_and_state_choose_the_rows(
    listed: Newsroom, choice: dict[str, str], expected: set[str]
) -> None:
    found = asked(listed, **choice)

    assert (set(slugs(found)), found.found) == (expected, len(expected))


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("name", ["fails", "off", "posts"]),
        ("state", ["fails", "posts", "off"]),
        ("posts", ["posts", "fails", "off"]),
        ("latest", ["posts", "fails", "off"]),
        ("next", ["posts", "fails", "off"]),
    ],
)
def test_the_rows_come_in_every_order(listed: Newsroom, order: str, expected: list[str]) -> None:
    found = slugs(asked(listed, order=order))

    # The letter Ö stands after Z in one database and beside O in the other.
    assert sorted(found) == sorted(expected)
    assert found == expected or (order == "name" and found[0] == "fails")


def test_what_is_said_of_all_does_not_depend_on_the_rows_asked_for(listed: Newsroom) -> None:
    found = asked(listed, words="python", first=0, size=1)

    assert (found.total, found.states) == (3, (("failing", 1), ("ok", 1), ("switched off", 1)))
    assert [status.name.slug for status in found.faults] == ["fails"]


def test_pages_of_rows_hold_each_once_with_its_history(newsroom: Newsroom) -> None:
    newsroom.lists(*(a_source(f"s{number}", title=f"Source {number}") for number in range(7)))
    newsroom.poll("s4", an_entry("one"))
    newsroom.clock.advance(minutes=1)
    pages = [asked(newsroom, first=first, size=3) for first in (0, 3, 6)]

    assert [slugs(page) for page in pages] == [["s0", "s1", "s2"], ["s3", "s4", "s5"], ["s6"]]
    assert [len(status.polls) for status in pages[1].rows] == [0, 1, 0]
    assert sum(pages[1].rows[1].weekly) == 1
    assert pages[1].rows[1].polls[0].at == newsroom.now - timedelta(minutes=1)
