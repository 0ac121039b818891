"""What other feed programs failed on is read rightly here: one document as it is, several by a real poller."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client

from aggregator import store
from aggregator.model import Entry
from aggregator.reading.read import read
from aggregator.sources import load
from aggregator.web import create_app
from tests.support.cases import MISSING, cases_of_one_document, cases_of_several_documents
from tests.support.world import World

CASES = cases_of_one_document()
SEVERAL = cases_of_several_documents()


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
        assert any(fits(facts_of(entry), place, wanted) for place, entry in enumerate(entries)), (
            wanted,
            entries,
        )


@pytest.mark.skipif(not SEVERAL, reason=MISSING)
@pytest.mark.parametrize(("folder", "case"), SEVERAL, ids=[folder.name for folder, _ in SEVERAL])
def test_documents_mean_together_what_their_case_says(
    folder: Path, case: dict[str, Any], sqlite_world: World
) -> None:
    expect, ids = case["expect"], []
    polls = Polls(sqlite_world, folder, case)

    for number in range(max(len(feed["documents"]) for feed in case["feed"])):
        polls.run(number)
        items = polls.items()
        ids.append({item["id"] for item in items})

    assert len(items) == expect.get("count", len(items))
    titles = [item.get("title", "") for item in items]
    assert titles == expect.get("titles", titles)
    for wanted in expect.get("item", ()):
        assert any(fits(facts_of_item(item), place, wanted) for place, item in enumerate(items)), (
            wanted,
            items,
        )
    assert not expect.get("same_ids") or all(before <= after for before, after in pairwise(ids))


class Polls:
    """The feeds of a case, polled one after the other, as often as the longest has documents."""

    def __init__(self, world: World, folder: Path, case: dict[str, Any]) -> None:
        self.world, self.folder, self.feeds = world, folder, case["feed"]
        world.clock.set(datetime(2026, 11, 25, tzinfo=UTC))
        lines = [
            "[polling]",
            "allow_private_networks = true",
            'per_host_gap = "0s"',
            "[timeline]",
            'keep = "forever"',
        ]
        for feed in self.feeds:
            lines += [
                "[[source]]",
                f'url = "{world.publisher.url("/" + feed["slug"])}"',
                f'slug = "{feed["slug"]}"',
            ]
        world.path.write_text("\n".join(lines))
        self.settings = load(world.path)
        store.sync_sources(world.database, self.settings, world.clock.now())
        self.poller = world.poller()

    def run(self, number: int) -> None:
        for feed in self.feeds:
            name = feed["documents"][min(number, len(feed["documents"]) - 1)]
            body = (self.folder / name).read_bytes().replace(b"{base}", self.world.publisher.url("").encode())
            self.world.publisher.serves("/" + feed["slug"], body, headers=feed.get("headers", {}))
            self.world.runner.run(self._poll(feed["slug"]))

    async def _poll(self, slug: str) -> None:
        assert await self.poller.start_one(slug)
        await self.poller.settle()
        self.world.clock.advance(minutes=1)

    def items(self) -> list[dict[str, Any]]:
        app = create_app(settings=self.settings, database=self.world.database, clock=self.world.clock)
        document = Client(app).get("/feed.json").get_json()
        assert "next_url" not in document
        items: list[dict[str, Any]] = document["items"]
        return items


def facts_of(entry: Entry) -> dict[str, Any]:
    """Return what a case may say of an entry, by its keys."""
    return {
        "title": entry.title, "url": entry.link, "text": entry.text, "language": entry.language,
        "authors": list(entry.authors), "attachments": [file.url for file in entry.enclosures],
        "tags": entry.tags, "published": entry.published or entry.updated,
    }  # fmt: skip


def facts_of_item(item: dict[str, Any]) -> dict[str, Any]:
    """Return what a case may say of an item of the JSON feed."""
    published = item.get("date_published")
    duplicates = item.get("_aggregator", {}).get("also_in", ())
    return {
        "title": item.get("title", ""), "url": item.get("url"), "text": item.get("content_text", ""),
        "language": item.get("language"), "authors": [author["name"] for author in item.get("authors", ())],
        "attachments": [file["url"] for file in item.get("attachments", ())], "tags": item.get("tags", ()),
        "published": datetime.fromisoformat(published) if published else None,
        "also_in": [duplicate["source"]["slug"] for duplicate in duplicates],
    }  # fmt: skip


def fits(facts: Mapping[str, Any], place: int, wanted: dict[str, Any]) -> bool:
    """Whether an entry is what a case wants; every key of the case counts."""
    tests = conditions(facts)
    known = {"at": place, **facts}
    return all(tests[key](value) if key in tests else known[key] == value for key, value in wanted.items())


def conditions(facts: Mapping[str, Any]) -> dict[str, Callable[[Any], bool]]:
    """Return what is asked of an entry by the keys that compare no field as a whole."""
    return {
        "text_has": lambda words: all(word in facts["text"] for word in words),
        "text_lacks": lambda words: not any(word in facts["text"] for word in words),
        "tags_have": lambda tags: set(tags) <= set(facts["tags"]),
        "tags_lack": lambda tags: not set(tags) & set(facts["tags"]),
        "published": lambda moment: facts["published"] == datetime.fromisoformat(moment),
    }
