import json
from typing import Any

from aggregator.model import Duplicate, Enclosure, Item, SourceRef
from aggregator.outputs.feeds import jsonfeed
from tests.support.items import MOMENT, a_channel, an_item

# What JSON Feed 1.1 knows of a feed, of an item and of an attachment, and what each must be.
FEED: dict[str, type] = {
    "version": str,
    "title": str,
    "home_page_url": str,
    "feed_url": str,
    "description": str,
    "next_url": str,
    "language": str,
    "hubs": list,
    "items": list,
    "_aggregator": dict,
}
ITEM: dict[str, type] = {
    "id": str,
    "url": str,
    "title": str,
    "content_text": str,
    "date_published": str,
    "date_modified": str,
    "authors": list,
    "tags": list,
    "language": str,
    "attachments": list,
    "_aggregator": dict,
}
ATTACHMENT: dict[str, type] = {"url": str, "mime_type": str, "size_in_bytes": int}


def feed_of(*items: Item, **fields: Any) -> dict[str, Any]:
    feed: dict[str, Any] = json.loads(jsonfeed.render(a_channel(**fields), items))
    return feed


def must_be(value: dict[str, Any], rules: dict[str, type], *required: str) -> None:
    assert set(required) <= set(value)
    for name, part in value.items():
        assert isinstance(part, rules[name]), name


def test_the_document_keeps_the_rules_of_the_specification() -> None:
    full = an_item(
        authors=("Ada",),
        tags=("a",),
        language="he",
        updated=MOMENT,
        comments="https://aws.test/1#comments",
        enclosures=(Enclosure("https://aws.test/1.mp3"),),
    )
    feed = feed_of(
        full, an_item(2, title="", text="", link=None), hub="https://hub.test/", older="https://t/2"
    )

    must_be(feed, FEED, "version", "title", "items")
    for item in feed["items"]:
        must_be(item, ITEM, "id", "content_text")
        for attachment in item.get("attachments", ()):
            must_be(attachment, ATTACHMENT, "url", "mime_type")
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["hubs"] == [{"type": "WebSub", "url": "https://hub.test/"}]
    assert feed["next_url"] == "https://t/2"


def test_the_source_and_the_copies_stand_in_an_extension() -> None:
    copy = Duplicate(SourceRef("news", "News", "https://news.test/feed"), "https://news.test/1")
    (item,) = feed_of(an_item(also_in=(copy,), minutes=4))["items"]

    assert item["_aggregator"] == {
        "source": {
            "slug": "aws-compute",
            "title": "AWS Compute Blog",
            "feed_url": "https://aws.test/compute/feed/",
            "home_page_url": "https://aws.test/compute/",
        },
        "minutes": 4,
        "also_in": [
            {
                "source": {"slug": "news", "title": "News", "feed_url": "https://news.test/feed"},
                "url": "https://news.test/1",
            }
        ],
    }


def test_what_is_not_known_is_left_out() -> None:
    feed = feed_of(an_item(title="", link=None))

    assert "next_url" not in feed
    assert "hubs" not in feed
    assert set(feed["items"][0]) == {"id", "content_text", "date_published", "_aggregator"}


def test_when_a_post_was_edited_is_told() -> None:
    (item,) = feed_of(an_item(updated=MOMENT))["items"]

    assert item["date_modified"] == "2026-03-02T09:30:00Z"
