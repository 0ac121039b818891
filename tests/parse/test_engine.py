"""feedparser driven by ourselves finds what `feedparser.parse` finds; only its reading of dates is left out."""

import io
from pathlib import Path
from typing import Any

import feedparser
import pytest

from aggregator.encodings import as_utf8
from aggregator.parse import engine
from aggregator.parse.bounds import TAGS
from tests.support.corpus import samples

# feedparser takes more of the first four than is read here, and expands no entity of the document's own in an attribute.
READ_OTHERWISE = (b"<media:", b"<gd:", b"<rdf:Seq", b"<skipHours", b"<!ENTITY")
OWN = sorted((Path(__file__).parents[1] / "feeds").glob("*.xml"))
BODIES = [
    pytest.param(path.read_bytes(), id=path.name)
    for path in OWN
    if not any(mark in path.read_bytes() for mark in READ_OTHERWISE)
] + [
    pytest.param(sample.body, id=sample.file)
    for sample in samples()[::10]
    if not any(mark in sample.body for mark in READ_OTHERWISE)
]

CHANGED = ("base", "guid_is_page", "xml_lang", "author", "other_author", "publisher", "is_declared")


@pytest.mark.parametrize("body", BODIES)
def test_the_same_is_found_as_by_feedparser_itself(body: bytes) -> None:
    utf8 = as_utf8(body, None).utf8.strip()
    found = engine.parse(utf8)
    wanted = feedparser.parse(
        io.BytesIO(utf8),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        resolve_relative_uris=False,
        sanitize_html=False,
    )

    assert found["version"] == wanted["version"]
    assert comparable(found["feed"]) == comparable(wanted["feed"])
    assert comparable(found["entries"]) == comparable(wanted["entries"])
    assert message(found) == message(wanted)


def comparable(found: Any) -> Any:
    """Leave out what we do not read: dates that feedparser makes, tags beyond a bound; and what we note or change."""
    if isinstance(found, dict):
        return {
            key: comparable(value)
            for key, value in found.items()
            if not key.endswith("_parsed") and not key.startswith(CHANGED)
        }
    return [comparable(value) for value in found[:TAGS]] if isinstance(found, list) else found


def test_texts_are_plain_strings() -> None:
    found = engine.parse(
        "<rss version='2.0'><channel><item><title>a\x85b é</title></item></channel></rss>".encode(),
    )

    assert type(found["entries"][0]["title"]) is str
    assert found["entries"][0]["title"] == "a\u2026b é"


def message(found: dict[str, Any]) -> str:
    """Return why a document is no XML, without the place: feedparser puts a declaration before it."""
    return str(found.get("bozo_exception")).rpartition(":")[2]


def test_an_ampersand_that_begins_no_reference_stays_one() -> None:
    item = "<title>AT&T, R&D &amp; Q&A &eacute; &#233;</title><description><![CDATA[a&b <p>&nbsp;c]]></description>"
    document = f"<rss version='2.0'><channel><title>x</title><item>{item}<link>/p?a=1&b=2</link></item></channel></rss>"

    (post,) = engine.parse(document.encode())["entries"]

    assert post["title"] == "AT&T, R&D & Q&A é é"
    assert post["summary"] == "a&b <p>&nbsp;c"
    assert post["link"] == "/p?a=1&b=2"
