"""JSON Feed as its specification has it, and as publishers write it."""

import json
from typing import Any

import pytest

from aggregator.model import DocumentWarning, Enclosure, FaultKind, ParsedFeed, WarningCode
from aggregator.parse import parse

VERSION = "https://jsonfeed.org/version/1.1"


def document(*items: Any, **feed: Any) -> ParsedFeed:
    body = {"version": VERSION, "title": "F", "items": items} | feed
    return parse(json.dumps(body).encode(), content_type="application/feed+json")


@pytest.mark.parametrize(
    ("hubs", "hub"),
    [
        ([{"type": "WebSub", "url": "https://hub.example/"}], "https://hub.example/"),
        (
            [
                {"type": "rssCloud", "url": "https://c.example/"},
                {"type": "websub", "url": "https://w.example/"},
            ],
            "https://w.example/",
        ),
        ([{"type": "rssCloud", "url": "https://cloud.example/"}], None),
        ([{"type": "WebSub"}, "no object", None], None),
        ({"type": "WebSub", "url": "https://hub.example/"}, None),  # no list
        (None, None),
    ],
)
def test_the_hub_is_that_of_websub(hubs: Any, hub: str | None) -> None:
    assert document(hubs=hubs).hub == hub


def test_an_item_gives_all_its_fields() -> None:
    (post,) = document(
        {
            "id": 7, "url": "/p", "external_url": "https://other.example/", "title": "T", "content_html": "<p>x</p>",
            "content_text": "x", "summary": "s", "date_published": "2026-03-02T10:00:00Z",
            "date_modified": "2026-03-03T10:00:00Z", "authors": [{"name": "Ann"}], "tags": ["a", 3], "language": "en",
            "attachments": [{"url": "/a.mp3", "mime_type": "audio/mpeg", "size_in_bytes": 12, "duration_in_seconds": 90.5},
                {"mime_type": "x/y"}],
        }
    ).posts  # fmt: skip

    assert (post.guid, post.links) == ("7", ("/p", "https://other.example/"))
    assert [(content.value, content.type) for content in post.contents] == [
        ("<p>x</p>", "html"),
        ("x", "text"),
    ]
    assert (post.published, post.updated) == ("2026-03-02T10:00:00Z", "2026-03-03T10:00:00Z")
    assert (post.authors, post.tags, post.language) == (("Ann",), ("a",), "en")
    assert post.enclosures == (Enclosure("/a.mp3", "audio/mpeg", 12, 90),)


@pytest.mark.parametrize(
    "item", [{}, {"id": None, "url": 3, "title": [], "tags": "a", "authors": {}, "attachments": 1}]
)
def test_values_of_a_wrong_type_are_left_out(item: dict[str, Any]) -> None:
    assert len(document(item).posts) == 1


def test_a_title_that_is_no_text_and_items_that_are_no_objects_do_no_harm() -> None:
    found = document("no object", {"id": "1"}, title=3, authors="Ann")

    assert (found.title, len(found.posts)) == (None, 1)
    assert found.warnings == (DocumentWarning(WarningCode.ODD_ITEMS),)


def test_a_version_that_is_missing_and_ids_that_are_missing_are_told() -> None:
    assert document({"title": "x"}, version="").warnings == (
        DocumentWarning(WarningCode.NO_VERSION),
        DocumentWarning(WarningCode.ITEMS_WITHOUT_ID),
    )


def test_a_bad_byte_and_impossible_characters_do_no_harm() -> None:
    written = json.dumps(
        {"version": VERSION, "items": [{"id": "ID", "title": "x" + "é" * 60}]}, ensure_ascii=False
    )
    sent = written.replace("ID", r"a\u0000b\ud800c").encode().replace(b'"x', b'"x\xff')
    (post,) = parse(sent, content_type=None).posts

    assert post.guid == "abc"
    assert post.title
    assert post.title.value == "x" + "é" * 60


def test_nesting_without_end_is_a_fault() -> None:
    found = parse(b'{"items":' + b"[" * 100_000, content_type=None)

    assert found.fault
    assert found.fault.kind is FaultKind.UNREADABLE


def test_slips_of_templates_that_can_mean_one_thing_only_are_read() -> None:
    written = (
        '{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "title": "It\\\'s, ] \\"one\\"", '
        '"authors": ["Ann",], "content_html": "\n<p>First.</p>\n\t<p>More.</p>\n"},\n],}'
    )
    (post,) = parse(written.encode(), content_type=None).posts

    assert post.title
    assert post.title.value == 'It\'s, ] "one"'
    assert post.authors == ("Ann",)
    assert [content.value for content in post.contents] == ["\n<p>First.</p>\n\t<p>More.</p>\n"]


def written(items: str) -> bytes:
    return f'{{"version": "{VERSION}", "title": "F", "items": [{items}]}}'.encode()


@pytest.mark.parametrize(
    "item",
    [
        '{"id": "1", "title": "It says "so" here", "content_html": "<a href="https://o.example/">x</a>"}',
        '{"id": "1"\n"title": "It says \\"so\\" here"}',
        '{"id": "1", /* not yet */ "title": "It says \\"so\\" here", // more\n "url": "https://site.example/"}',
        '{"id": undefined, "draft": False, "title": "It says \\"so\\" here",},',
    ],
)
def test_a_slip_that_can_mean_one_thing_only_is_read_as_that(item: str) -> None:
    (post,) = parse(written(item), content_type=None).posts

    assert post.title
    assert post.title.value == 'It says "so" here'


def test_a_missing_comma_between_items_is_there() -> None:
    assert len(parse(written('{"id": "1"}\n{"id": "2"}'), content_type=None).posts) == 2


@pytest.mark.parametrize("cut", [0, 1, 12, 20])
def test_a_document_that_breaks_off_has_the_items_before(cut: int) -> None:
    body = written('{"id": "1", "title": "One"}, {"id": "2", "title": "Two, ')[: -2 - cut]

    assert [post.guid for post in parse(body, content_type=None).posts] == ["1"]


@pytest.mark.parametrize(
    "before", [")]}'\n", "while(1);", "// cached\n", "callback(", "Notice: Undefined index\n"]
)
def test_what_stands_around_the_document_is_no_part_of_it(before: str) -> None:
    body = before.encode() + written('{"id": "1"}') + b");\n<!-- 0.1 s -->"

    assert [post.guid for post in parse(body, content_type=None).posts] == ["1"]


def test_one_value_needs_no_list() -> None:
    (post,) = document(
        {
            "id": "1",
            "authors": {"name": "Ann"},
            "tags": "a, b",
            "attachments": {"url": "/a.mp3"},
            "title": 2026,
        }
    ).posts

    assert post.title
    assert (post.title.value, post.authors, post.tags) == ("2026", ("Ann",), ("a", " b"))
    assert post.enclosures == (Enclosure("/a.mp3", None, None),)


def test_an_id_that_is_an_address_is_the_items_page() -> None:
    (post,) = document({"id": "https://site.example/1"}).posts

    assert post.links == ("https://site.example/1",)


def test_a_plain_text_that_is_elements_alone_is_html() -> None:
    (one, other) = document(
        {"id": "1", "content_text": "<p>Words.</p>"}, {"id": "2", "content_text": "The <p> tag"}
    ).posts

    assert [text.type for post in (one, other) for text in post.contents] == ["html", "text"]
