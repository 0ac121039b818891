"""The W3C's feed validator finds neither errors nor warnings in RSS and Atom, whatever publishers write."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from aggregator.model import Duplicate, Enclosure, Entry, Item, SourceRef
from aggregator.outputs.feeds import atom, rss
from aggregator.reading.read import read
from tests.outputs.validator import complaints_about_atom, complaints_about_rss
from tests.support.corpus import Sample
from tests.support.items import MOMENT, a_channel, an_item

# Its titles show end tags: in RSS the validator takes them for markup, however they are escaped.
ABOUT_MARKUP = "215-html5sec-xss.xml"

BARE = SourceRef("bare", "", "https://bare.test/feed")


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"title": ""},
        {"text": ""},
        {"title": "", "text": ""},
        {"title": "", "text": "", "link": None},
        {"title": "", "text": "", "link": None, "source": BARE},
        {"link": None},
        {"title": "Use <head> & <b>", "text": "a </b> &amp; &lt;b&gt; <i>b</i> &reg", "tags": ("a<b", "R&D")},
        {"title": "AT&T &amp; &#8212;", "text": "&apos;", "authors": ("A & B",)},
        {
            "enclosures": (
                Enclosure("https://a.test/1.mp3"),
                Enclosure("https://a.test/2.mp3", "audio/mpeg", 5),
            )
        },
        {"also_in": (Duplicate(BARE, "https://bare.test/1"),), "comments": "https://a.test/1#comments"},
        {"source": replace(BARE, title="Q&A <here> &amp;")},
    ],
)
def test_it_has_nothing_to_say_of_a_post(fields: dict[str, Any]) -> None:
    item = an_item(**fields)

    assert complaints_about_rss(rss.render(a_channel(), [item])) == []
    assert complaints_about_atom(atom.render(a_channel(), [item])) == []


def test_it_has_nothing_to_say_of_an_empty_feed() -> None:
    channel = a_channel(
        title="Posts about <b> & co", description="", older="https://timeline.test/feed?before=x"
    )

    assert complaints_about_rss(rss.render(channel, [])) == []
    assert complaints_about_atom(atom.render(channel, [])) == []


def test_it_has_nothing_to_say_of_real_posts(corpus: list[Sample]) -> None:
    for sample in corpus:
        items = list(items_of(sample))
        of_rss = complaints_about_rss(rss.render(a_channel(), items))
        of_atom = complaints_about_atom(atom.render(a_channel(), items))

        assert [each for each in of_rss if not each.startswith("ContainsHTML")] == [], sample
        assert sample.file == ABOUT_MARKUP or of_rss == [], sample
        assert [each for each in of_atom if each != "ContainsHTML: name"] == [], sample
        assert sample.file == ABOUT_MARKUP or of_atom == [], sample


def items_of(sample: Sample) -> Iterator[Item]:
    reading = read(sample.body, content_type=None, address=sample.url)
    source = SourceRef("source", reading.title or "source", sample.url, reading.link)
    ids: set[str | None] = set()
    for number, entry in enumerate(reading.entries):
        yield replace(item_of(entry, number, source), atom_id=None if entry.atom_id in ids else entry.atom_id)
        ids.add(entry.atom_id)


def item_of(entry: Entry, number: int, source: SourceRef) -> Item:
    return an_item(
        number,
        source=source,
        title=entry.title,
        text=entry.excerpt_source,
        link=entry.link,
        authors=entry.authors,
        tags=entry.tags,
        language=entry.language,
        enclosures=entry.enclosures,
        comments=entry.comments,
        published=entry.published or MOMENT,
        placed=max(MOMENT, entry.published or MOMENT),
        updated=entry.updated,
        changed=None,
        atom_id=entry.atom_id,
    )
