import json
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.parse.spans import MOST_ENTRIES, split

RSS = b"<?xml version='1.0'?><rss version='2.0'><channel><title>F</title>%b</channel></rss>"


def spans(inner: bytes) -> tuple[bytes, ...]:
    pieces = split(RSS % inner)
    assert pieces
    return pieces.entries


def frame(document: bytes) -> bytes:
    pieces = split(document)
    assert pieces
    return pieces.frame


@pytest.mark.parametrize(
    "entry",
    [
        b"<item/>",
        b"<item></item>",
        b"<item >a</item\n>",
        b"<Item><title>A</title></Item>",
        b"<rss:item xmlns:rss='u'>a</rss:item>",
        b"<item rdf:about='a > b' x=\"</item>\"/>".replace(b"</", b"&lt;/"),
        b"<item><![CDATA[</item><item>]]></item>",
        b"<item><!-- </item> --><?php </item> ?></item>",
        b"<item><media:item><item/></media:item></item>",
        b"<item><items/><itemize/><title>entry</title></item>",
        b"<entry xmlns='http://www.w3.org/2005/Atom'><id>1</id></entry>",
    ],
)
def test_an_entry_reaches_from_its_tag_to_the_end_of_its_element(entry: bytes) -> None:
    assert spans(entry + b"\n <item>other</item>") == (entry, b"<item>other</item>")


def test_a_document_with_some_of_its_entries_is_the_document_without_the_others() -> None:
    pieces = split(RSS % b"<item>a</item> <item>b</item><item>c</item>")

    assert pieces
    assert pieces.document([0, 2]) == RSS % b"<item>a</item><item>c</item>"
    assert pieces.document([]) == RSS % b""


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"Hello",
        RSS % b"",  # nothing to tell apart
        RSS % b"<item>a",
        RSS % b"<item>a</item></item>",
        RSS % b"<item><![CDATA[ a</item>",
        RSS % b"<item><!-- a</item>",
        RSS % b"<item a='<'>a</item>",
        RSS % b"<item>a</item> between <item>b</item>",
        RSS % b"<item>a</item><image/><item>b</item>",
        RSS % b"<item><skipHours><hour>1</hour></skipHours></item>",
        RSS % b"<item/>" * (MOST_ENTRIES + 1),
        b"<!DOCTYPE rss [<!ENTITY a 'b'>]><rss><item>a</item></rss>",
        b"<!doctype html><html><rss><item>a</item></rss></html>",
        b'{"items": [1]}',
        b'{"items": {}}',
        b'{"title": "F"}',
        b"{broken",
        b"[" * 100_000,
    ],
)
def test_what_cannot_be_told_apart_for_sure_is_left_whole(body: bytes) -> None:
    assert split(body) is None


def test_when_a_document_was_written_is_of_no_account() -> None:
    one = b"<lastBuildDate>Mon</lastBuildDate><!-- in 0.1 s --><item>a</item><!-- cached -->"
    other = b"<lastBuildDate>Tue</lastBuildDate><!-- in 0.2 s --><item>b</item><!-- cached, too -->"

    assert frame(RSS % one) == frame(RSS % other)


def test_the_list_of_items_of_rss_1_is_of_no_account() -> None:
    document = (
        b'<rdf:RDF xmlns:rdf="r" xmlns="s"><channel><items><rdf:Seq>%b</rdf:Seq></items></channel>'
        b"<item rdf:about='1'/></rdf:RDF>"
    )

    assert frame(document % b'<rdf:li rdf:resource="1"/>') == frame(
        document % b"<rdf:li rdf:resource='2'></rdf:li>"
    )


@pytest.mark.parametrize(
    "around",
    [
        b"<language>de</language>",
        b"<link>/</link>",
        b"<author>A</author>",
        b"<updated xml:lang='de'>1</updated>",
    ],
)
def test_what_else_stands_around_the_entries_is_of_account(around: bytes) -> None:
    assert frame(RSS % (around + b"<item/>")) != frame(RSS % b"<item/>") != frame(RSS % (b"<item/>" + around))


def test_items_of_a_json_feed_are_told_apart_whatever_their_white_space() -> None:
    feed = {"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "title": "é"}, {"id": 2}]}
    one, other = (split(json.dumps(feed, indent=indent).encode()) for indent in (None, 4))

    assert one == other
    assert one
    assert [json.loads(entry) for entry in one.entries] == feed["items"]
    assert json.loads(one.document([1])) == {**feed, "items": [{"id": 2}]}
    assert json.loads(split(b'{"items": [{}]}').document([])) == {"items": []}  # type: ignore[union-attr]


# --- whatever stands in the entries ------------------------------------------------------------------------

TEXT = st.text(st.sampled_from("ab <>&\"'é]-?/"), max_size=12)
ESCAPED = TEXT.map(lambda text: text.replace("&", "&amp;").replace("<", "&lt;").replace("]]>", "]]"))
HIDDEN = st.one_of(
    TEXT.map(lambda text: f"<![CDATA[<item>{text.replace(']]>', '')}</item>]]>"),
    TEXT.map(lambda text: f"<!--<item>{text.replace('-', '')}-->"),
    TEXT.map(lambda text: f"<?php </item>{text.replace('?>', '')}?>"),
)
NAMES = st.sampled_from(["title", "item", "entry", "items", "b:item", "entry-list"])


def _element(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    def written(name: str, value: str, content: str) -> str:
        quoted = value.replace('"', "&quot;")
        return (
            f'<{name} a="{quoted}">{content}</{name}>'
            if content
            else f"<{name} a='{quoted.replace(chr(39), '')}'/>"
        )

    return st.builds(written, NAMES, ESCAPED, inner)


CONTENT = st.recursive(
    st.one_of(ESCAPED, HIDDEN), lambda inner: st.lists(inner | _element(inner), max_size=3).map("".join)
)


@given(st.lists(st.tuples(st.sampled_from(["item", "b:entry"]), CONTENT), min_size=1, max_size=5))
def test_the_entries_are_those_that_an_xml_parser_finds(items: list[tuple[str, str]]) -> None:
    written = [f"<{name}>{content}</{name}>".encode() for name, content in items]
    document = b'<rss xmlns:b="urn:b">' + b"\n".join(written) + b"</rss>"
    ET.fromstring(document)  # noqa: S314 - well-formed, as the test means it
    pieces = split(document)

    assert pieces is None or list(pieces.entries) == written
    assert pieces or b"<skip" in document


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode), st.integers(0, 400))
def test_no_bytes_make_it_raise_and_its_pieces_are_the_document(odd: bytes, place: int) -> None:
    body = RSS % b"<item a='b'>a<![CDATA[b]]></item>\n<item><!-- c -->?<?d e?></item>"
    body = body[:place] + odd + body[place:]
    pieces = split(body)

    if pieces:
        entries = range(len(pieces.entries))
        assert (
            pieces.document(entries).replace(b"\n", b"") == b"".join(body.split(b"\n"))
            or body.count(b"<item") != 2
        )


@pytest.mark.parametrize(
    "unit", [b"<item ", b'<item "', b"<![CDATA[", b"<!--", b"<?", b"<a", b"<item>", b"a:", b"<a:"]
)
def test_it_takes_a_time_that_grows_with_the_length_alone(unit: bytes) -> None:
    # With time that grew with the square this would take hours, and a test here has two minutes.
    assert split(RSS % (unit * (2_000_000 // len(unit)))) is None
