"""What other feed programs failed on is read rightly here, as far as one document decides it."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from aggregator.model import Entry
from aggregator.reading.read import read
from tests.support.cases import MISSING, cases_of_one_document

CASES = cases_of_one_document()


@pytest.mark.skipif(not CASES, reason=MISSING)
@pytest.mark.parametrize(("folder", "case"), CASES, ids=[folder.name for folder, _ in CASES])
def test_a_document_means_what_its_case_says(folder: Path, case: dict[str, Any]) -> None:
    (feed,) = case["feed"]
    expect = case["expect"]
    content_type = feed.get("headers", {}).get("Content-Type", "application/xml")
    body = (folder / feed["documents"][0]).read_bytes()
    entries = read(body, content_type=content_type, address="https://timeline.example/feed").entries

    assert len(entries) == expect.get("count", len(entries))
    assert [entry.title for entry in entries] == expect.get("titles", [entry.title for entry in entries])
    for wanted in expect.get("item", ()):
        assert any(fits(entry, place, wanted) for place, entry in enumerate(entries)), (wanted, entries)


def fits(entry: Entry, place: int, wanted: dict[str, Any]) -> bool:
    """Whether an entry is what a case wants; every key of the case counts."""
    found = {
        "at": place, "title": entry.title, "url": entry.link, "text": entry.text, "language": entry.language,
        "authors": list(entry.authors), "attachments": [file.url for file in entry.enclosures],
    }  # fmt: skip
    tests = conditions(entry)
    return all(tests[key](value) if key in tests else found[key] == value for key, value in wanted.items())


def conditions(entry: Entry) -> dict[str, Callable[[Any], bool]]:
    """Return what is asked of an entry by the keys that compare no field as a whole."""
    return {
        "text_has": lambda words: all(word in entry.text for word in words),
        "text_lacks": lambda words: not any(word in entry.text for word in words),
        "tags_have": lambda tags: set(tags) <= set(entry.tags),
        "tags_lack": lambda tags: not set(tags) & set(entry.tags),
        "published": lambda moment: (entry.published or entry.updated) == datetime.fromisoformat(moment),
    }
