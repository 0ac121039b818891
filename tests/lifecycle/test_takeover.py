"""Whether a document is the source's own: small cases by hand, and real documents against each other."""

from dataclasses import replace
from itertools import islice

import pytest

from aggregator import explain
from aggregator.lifecycle.takeover import hold_evidence, listing, new_entries
from aggregator.model import Entry, FeedContent, HoldEvidence
from aggregator.reading.read import read
from tests.lifecycle.examples import ADDRESS, entry, reading
from tests.support.corpus import MISSING, Sample, samples

PONDS = "https://ponds.example/"


def posts(*names: str, site: str = PONDS) -> tuple[Entry, ...]:
    return tuple(entry(f"{site}#{name}", f"{site}{name}", name) for name in names)


BEFORE = reading("Ponds and Rivers", PONDS, *posts("otters", "herons", "newts", "frogs"))
CASINO = "https://casino.example/"
OTHER = posts("slots", "poker", "roulette", "bets", site=CASINO)


def reason(
    after: FeedContent, *, before: FeedContent = BEFORE, served_from: str = ADDRESS
) -> tuple[HoldEvidence, ...]:
    return hold_evidence(
        known=listing(before, ADDRESS),
        title=before.title,
        link=before.link,
        reading=after,
        final_address=served_from,
    )


def test_another_site_is_held_and_the_admin_is_told_why_and_what_to_do() -> None:
    assert explain.hold(reason(reading("Lucky Casino", CASINO, *OTHER)), "ponds") == (
        "looks like another site: its title was “Ponds and Rivers” and is now “Lucky Casino” and its site was"
        " ponds.example and is now casino.example, and none of its entries is known; nothing new is taken."
        " If it is right, release it with `aggregator sources release ponds`"
    )


@pytest.mark.parametrize(
    ("title", "link", "served_from"),
    [
        ("Lucky Casino", PONDS, ADDRESS),  # a taken-over domain: all addresses are as they were
        ("Ponds and Rivers", CASINO, ADDRESS),
        ("", None, "https://parking.example/feed"),
    ],
)
def test_one_sign_is_enough_where_no_entry_is_known(title: str, link: str | None, served_from: str) -> None:
    assert reason(reading(title, link, *OTHER), served_from=served_from)


@pytest.mark.parametrize(
    "after",
    [
        # A quick feed turned all of its entries over.
        reading("Ponds and Rivers", PONDS, *posts("toads", "pike", "carp", "trout")),
        # New software: other guids, the old titles.
        reading(
            "The Water Blog",
            "https://water.example/",
            *posts("otters", "herons", site="https://water.example/"),
        ),
        # Other titles, the old links.
        reading(
            "The Water Blog",
            "https://water.example/",
            *(entry(f"new {post.guid}", post.link, "renamed") for post in BEFORE.entries),
        ),
        # Same site and nearly the same title, everything turned over.
        reading("Rivers & Ponds", PONDS, *posts("toads", "pike", "carp", "trout")),
        # www. and https are no other site.
        reading(
            "Ponds and Rivers", "http://www.ponds.example/blog", *posts("toads", "pike", "carp", "trout")
        ),
        # One entry is known: another name for the same site.
        reading("A new name", "https://new.example/", *OTHER, BEFORE.entries[0]),
        # Nothing to show, nothing to hold.
        reading("Lucky Casino", CASINO),
    ],
)
def test_the_same_site_passes(after: FeedContent) -> None:
    assert not reason(after)


def test_a_move_to_another_host_with_the_same_title_passes_though_all_is_turned_over() -> None:
    after = reading("Ponds and Rivers", PONDS, *posts("toads", "pike", "carp", "trout"))
    assert not reason(after, served_from="https://cdn.example.net/ponds.xml")


def test_a_title_that_carries_the_day_is_the_same_title() -> None:
    before = replace(BEFORE, title="News of 2 March 2026")
    after = reading("News of 3 March 2026", PONDS, *posts("toads", "pike", "carp", "trout"))
    assert not reason(after, before=before)


def test_titles_in_scripts_without_spaces_are_compared_too() -> None:
    before = replace(BEFORE, title="噂佐菊都風")
    new = posts("toads", "pike", "carp", "trout")
    assert not reason(reading("噂佐菊都風の新しい", PONDS, *new), before=before)
    assert reason(reading("そーたの技術ブログ", PONDS, *new), before=before)


def test_a_title_that_anybody_may_use_makes_no_known_entry() -> None:
    before = replace(
        BEFORE, entries=(*BEFORE.entries, entry("1", "https://ponds.example/hi", "Hello world!"))
    )
    hello = entry("2", "https://casino.example/hi", "Hello world!")
    many = posts(*(f"game {number}" for number in range(20)), site=CASINO)
    assert reason(reading("Lucky Casino", CASINO, hello, *many), before=before)


def test_a_document_of_one_or_two_entries_needs_two_signs() -> None:
    photo = reading("Photo of the day: newts", PONDS, *posts("newts"))
    assert not reason(reading("A sunset", PONDS, *posts("sunset")), before=photo)
    assert reason(reading("Lucky Casino", CASINO, *OTHER[:1]), before=photo)


def test_without_entries_before_nothing_can_be_told() -> None:
    assert not reason(reading("Lucky Casino", CASINO, *OTHER), before=reading("Ponds", PONDS))


def test_entries_that_the_listing_does_not_know_are_the_new_ones() -> None:
    new = posts("toads")[0]
    assert new_entries([new, *BEFORE.entries], listing(BEFORE, ADDRESS)) == [new]
    assert new_entries(BEFORE.entries, ()) == list(BEFORE.entries)


def test_a_listing_is_small() -> None:
    long = reading("A", PONDS, *posts(*(f"post {number}" * 20 for number in range(500))))
    assert sum(map(len, listing(long, ADDRESS))) <= 501 * 12


# --- real documents ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def documents() -> list[tuple[Sample, FeedContent]]:
    read_all = [
        (sample, read(sample.body, content_type=None, address=sample.url)) for sample in samples()[::3]
    ]
    return [(sample, document) for sample, document in read_all if document.entries] or pytest.skip(MISSING)


def test_of_real_documents_of_other_sites_nearly_all_are_held(
    documents: list[tuple[Sample, FeedContent]],
) -> None:
    """Each against fourteen others, at its own address: the hard case of a domain that was taken over."""
    pairs = [
        (mine, theirs, sample.url)
        for number, (sample, mine) in enumerate(documents)
        for _, theirs in islice(documents * 2, number + 3, number + 59, 4)
    ]
    known = {id(mine): listing(mine, address) for mine, _, address in pairs}
    held = [
        hold_evidence(
            known=known[id(mine)],
            title=mine.title,
            link=mine.link,
            reading=theirs,
            final_address=address,
        )
        for mine, theirs, address in pairs
    ]
    assert len(held) > 900
    assert sum(1 for each in held if each) >= 0.99 * len(held)


def test_a_real_feed_that_turned_all_its_entries_over_always_passes(
    documents: list[tuple[Sample, FeedContent]],
) -> None:
    for sample, document in documents:
        half = len(document.entries) // 2
        old, new = replace(document, entries=document.entries[half:]), document.entries[:half]
        passed = reason(replace(document, entries=new), before=old, served_from=ADDRESS)
        assert not passed, sample.file


def test_a_real_feed_that_was_relaunched_always_passes(documents: list[tuple[Sample, FeedContent]]) -> None:
    """Another host, another name, other guids and links; the titles are what they were."""
    for sample, document in documents:
        titled = [each for each in document.entries if each.title]
        if not titled:
            continue
        moved = tuple(replace(each, guid=f"new {each.guid}", link=None) for each in titled)
        after = FeedContent("atom1", "Elsewhere", "https://elsewhere.example/", entries=moved)
        assert not reason(after, before=document, served_from="https://elsewhere.example/x"), sample.file
