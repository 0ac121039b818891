from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from aggregator.model import Duplicate, Enclosure, Item, SourceRef
from aggregator.outputs.channel import EPOCH
from aggregator.outputs.feeds import atom
from tests.outputs.readers import ATOM
from tests.support.items import MOMENT, a_channel, an_item

SCHEMA = etree.RelaxNG(etree.parse(Path(__file__).parent / "atom.rng"))
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def full_item() -> Item:
    return an_item(
        authors=("Ada",),
        tags=("lambda",),
        language="he",
        updated=MOMENT,
        comments="https://aws.test/1#comments",
        enclosures=(Enclosure("https://aws.test/1.mp3"), Enclosure("https://aws.test/2.mp3", "x", 5)),
        also_in=(Duplicate(SourceRef("news", "News", "https://news.test/feed"), "https://news.test/1"),),
    )


def entry_of(item: Item) -> etree._Element:
    (entry,) = etree.fromstring(atom.render(a_channel(), [item])).iter(f"{ATOM}entry")
    return entry


def must_be_valid(body: bytes) -> None:
    feed = etree.fromstring(body)
    SCHEMA.assertValid(feed)
    for entry in feed.iter(f"{ATOM}entry"):
        assert (
            entry.find(f"{ATOM}content") is not None
            or entry.find(f"{ATOM}link[@rel='alternate']") is not None
        )
    ids = [entry.findtext(f"{ATOM}id") for entry in feed.iter(f"{ATOM}entry")]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    "items",
    [
        [],
        [an_item()],
        [full_item()],
        [an_item(1), an_item(2, title="", text="", link=None)],
        [an_item(source=SourceRef("bare", "", "https://bare.test/feed"))],
    ],
    ids=["empty", "plain", "everything", "nothing", "nameless source"],
)
def test_the_document_keeps_the_rules_of_rfc_4287(items: list[Item]) -> None:
    must_be_valid(
        atom.render(a_channel(older="https://timeline.test/feed?before=x", hub="https://hub.test/"), items)
    )


@given(
    title=st.text(max_size=50),
    text=st.text(max_size=200),
    language=st.one_of(st.none(), st.text(max_size=12)),
    kind=st.one_of(st.none(), st.text(max_size=12)),
    length=st.one_of(st.none(), st.integers(min_value=0, max_value=2**40)),
)
def test_no_words_break_the_rules(
    title: str, text: str, language: str | None, kind: str | None, length: int | None
) -> None:
    item = an_item(
        title=title,
        text=text,
        language=language,
        enclosures=(Enclosure("https://aws.test/1.mp3", kind, length),),
    )

    must_be_valid(atom.render(a_channel(title=title), [item]))


def test_an_entry_keeps_the_id_that_its_publisher_gave_it() -> None:
    assert entry_of(an_item(atom_id="tag:aws.test,2026:1")).findtext(f"{ATOM}id") == "tag:aws.test,2026:1"


def test_an_entry_says_which_feed_it_comes_from() -> None:
    source = entry_of(an_item()).find(f"{ATOM}source")

    assert source is not None
    assert source.findtext(f"{ATOM}id") == "https://aws.test/compute/feed/"
    assert source.findtext(f"{ATOM}title") == "AWS Compute Blog"
    assert {link.get("rel"): link.get("href") for link in source.iter(f"{ATOM}link")} == {
        "self": "https://aws.test/compute/feed/",
        "alternate": "https://aws.test/compute/",
    }


def test_an_entry_without_an_author_is_its_publisher_s_and_not_this_site_s() -> None:
    entry = entry_of(an_item())

    assert entry.find(f"{ATOM}author") is None
    assert entry.findtext(f"{ATOM}source/{ATOM}author/{ATOM}name") == "AWS Compute Blog"


def test_every_page_of_a_feed_is_the_same_feed() -> None:
    first = etree.fromstring(atom.render(a_channel(), []))
    second = etree.fromstring(atom.render(a_channel(address="https://timeline.test/feed?before=x"), []))

    assert first.findtext(f"{ATOM}id") == second.findtext(f"{ATOM}id") == "https://timeline.test/feed"


def test_the_last_page_has_no_next_one() -> None:
    feed = etree.fromstring(atom.render(a_channel(older=None), [an_item()]))

    assert feed.find(f"{ATOM}link[@rel='next']") is None


def test_an_entry_is_updated_when_its_publisher_says_and_never_later_than_we_saw_it() -> None:
    assert entry_of(an_item(updated=MOMENT)).findtext(f"{ATOM}updated") == "2026-03-02T09:30:00Z"
    assert (
        entry_of(an_item(updated=MOMENT.replace(year=2041))).findtext(f"{ATOM}updated")
        == "2026-03-02T09:30:00Z"
    )


def test_an_empty_feed_is_dated_all_the_same() -> None:
    feed = etree.fromstring(atom.render(a_channel(updated=EPOCH), []))

    assert feed.findtext(f"{ATOM}updated") == "1970-01-01T00:00:00Z"


def test_the_language_stands_on_the_entry() -> None:
    assert entry_of(full_item()).get(LANG) == "he"
