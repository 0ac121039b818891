"""Small documents with their expectations beside them: to add a case is to add two files to `feeds/`."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from aggregator.reading.read import read

FEEDS = Path(__file__).parent / "feeds"


@pytest.mark.parametrize("path", sorted(FEEDS.glob("*.xml")), ids=lambda path: path.stem)
def test_a_document_means_what_stands_beside_it(path: Path) -> None:
    expected = json.loads(path.with_suffix(".expected.json").read_text())
    entries = read(path.read_bytes(), content_type=None, address="https://example.org/feed.xml").entries

    plain = json.loads(json.dumps([asdict(entry) for entry in entries], default=str))
    found = [{key: entry[key] for key in wanted} for entry, wanted in zip(plain, expected, strict=True)]
    assert found == expected
