from email.utils import parsedate_to_datetime

from lxml import etree

from aggregator.model import Enclosure, Item
from aggregator.outputs.feeds import rss
from tests.outputs.readers import ATOM, DC
from tests.support.items import MOMENT, a_channel, an_item

# The elements that the specification knows, and whether there may be several (RSS 2.0.11).
OF_ITEM = {
    "title": False,
    "link": False,
    "description": False,
    "category": True,
    "comments": False,
    "enclosure": False,
    "guid": False,
    "pubDate": False,
    "source": False,
    f"{DC}creator": True,
    f"{ATOM}link": True,
}


def item_of(item: Item) -> etree._Element:
    (element,) = etree.fromstring(rss.render(a_channel(), [item])).iter("item")
    return element


def test_the_document_keeps_the_rules_of_the_specification() -> None:
    full = an_item(
        authors=("Ada", "Grace"),
        tags=("a", "b"),
        comments="https://aws.test/1#comments",
        enclosures=(
            Enclosure("https://aws.test/1.mp3", "audio/mpeg", 5),
            Enclosure("https://aws.test/2.mp3"),
        ),
    )
    root = etree.fromstring(rss.render(a_channel(), [full, an_item(2, title="", text="", link=None)]))
    (channel,) = root

    assert (root.tag, root.get("version")) == ("rss", "2.0")
    assert all(channel.findtext(name) for name in ("title", "link", "description"))
    for item in channel.iter("item"):
        assert item.find("title") is not None or item.find("description") is not None
        for child in item:
            assert child.tag in OF_ITEM
            assert OF_ITEM[str(child.tag)] or len(item.findall(str(child.tag))) == 1


def test_the_guid_is_no_address() -> None:
    guid = item_of(an_item()).find("guid")

    assert guid is not None
    assert guid.get("isPermaLink") == "false"


def test_the_source_is_named_with_its_feed() -> None:
    source = item_of(an_item()).find("source")

    assert source is not None
    assert (source.text, source.get("url")) == ("AWS Compute Blog", "https://aws.test/compute/feed/")


def test_authors_have_names_and_need_no_address() -> None:
    item = item_of(an_item(authors=("Ada", "Grace")))

    assert [author.text for author in item.iter(f"{DC}creator")] == ["Ada", "Grace"]
    assert item.find("author") is None


def test_dates_are_those_of_mail() -> None:
    text = item_of(an_item()).findtext("pubDate") or ""

    assert text == "Mon, 02 Mar 2026 09:30:00 GMT"
    assert parsedate_to_datetime(text) == MOMENT


def test_an_enclosure_has_all_that_the_specification_asks_for() -> None:
    enclosure = item_of(an_item(enclosures=(Enclosure("https://aws.test/1.mp3"),))).find("enclosure")

    assert enclosure is not None
    assert dict(enclosure.items()) == {
        "url": "https://aws.test/1.mp3",
        "length": "0",
        "type": "application/octet-stream",
    }


def test_the_pages_are_linked_as_in_atom() -> None:
    channel = a_channel(older="https://timeline.test/feed.rss?before=x", hub="https://hub.test/")
    root = etree.fromstring(rss.render(channel, []))

    links = {link.get("rel"): link.get("href") for link in root.iterfind(f"channel/{ATOM}link")}
    assert links == {
        "self": "https://timeline.test/feed",
        "first": "https://timeline.test/feed",
        "next": "https://timeline.test/feed.rss?before=x",
        "hub": "https://hub.test/",
    }


def test_a_description_is_html_that_says_the_text() -> None:
    """A reader that takes it for HTML, as all do, shows the angle brackets and loses no word.

    The profile writes signs of markup as hexadecimal references, so that what is no markup is not taken for it.
    """
    body = rss.render(a_channel(), [an_item(text="the <head> & co")])

    assert b"<description>the &#x26;lt;head&#x26;gt; &#x26;amp; co</description>" in body
