import atoma
from lxml import etree

from aggregator.model import SourceRef
from aggregator.outputs.exports.opml import Outline, render
from tests.support.items import SOURCE


def test_a_source_is_listed_with_feed_site_and_categories() -> None:
    root = etree.fromstring(render("Serverless Timeline", [Outline(SOURCE, ("lambda", "aws, us"))]))

    assert (root.tag, root.get("version"), root.findtext("head/title")) == (
        "opml",
        "2.0",
        "Serverless Timeline",
    )
    (outline,) = root.iterfind("body/outline")
    assert dict(outline.items()) == {
        "type": "rss",
        "text": "AWS Compute Blog",
        "title": "AWS Compute Blog",
        "xmlUrl": "https://aws.test/compute/feed/",
        "htmlUrl": "https://aws.test/compute/",
        "category": "lambda,aws  us",
    }


def test_a_source_without_a_title_is_called_by_its_slug() -> None:
    root = etree.fromstring(render("T", [Outline(SourceRef("plain", "", "https://plain.test/feed"))]))

    assert [outline.get("text") for outline in root.iter("outline")] == ["plain"]


def test_an_independent_reader_finds_the_feeds() -> None:
    (outline,) = atoma.parse_opml_bytes(render("T", [Outline(SOURCE)])).outlines

    assert outline.xml_url == "https://aws.test/compute/feed/"
