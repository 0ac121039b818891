"""A false merge hides a post; a missed one only shows it twice."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.model import Origin
from aggregator.reconcile import duplicates
from aggregator.reconcile.duplicates import StoredCopy, canonical_copy, place, title_key
from aggregator.reconcile.text_similarity import Comparer

DAY = datetime(2026, 3, 2, tzinfo=UTC)
WORDS = " ".join(f"word{number}" for number in range(60))
HOME = StoredCopy(
    1, "https://author.example/feed", "https://author.example/", "https://author.example/queues",
    "Queues for functions explained", WORDS, DAY, DAY, None,
)  # fmt: skip
PLANET = replace(
    HOME, entry_id=2, feed_address="https://planet.example/atom", feed_link="https://planet.example/"
)


def is_copy(one: StoredCopy, other: StoredCopy) -> bool:
    found = duplicates.is_copy(one, other, Comparer())
    assert found == duplicates.is_copy(other, one, Comparer())
    return found


def test_the_same_link_is_a_copy() -> None:
    assert is_copy(HOME, PLANET)


@pytest.mark.parametrize("text", [WORDS, WORDS.rsplit(" ", 20)[0], f"{WORDS} and a word"])
def test_the_same_title_and_nearly_the_same_words_are_a_copy(text: str) -> None:
    assert is_copy(HOME, replace(PLANET, link="https://other.example/x", text=text))


@pytest.mark.parametrize(
    "other",
    [
        {"text": "Entirely other words " * 20},
        {"published": DAY + timedelta(days=30)},
        {"title": "Another title over it"},
        {"text": "Short."},
    ],
)
def test_a_likeness_is_no_copy(other: dict[str, object]) -> None:
    assert not is_copy(HOME, replace(PLANET, link="https://other.example/x", **other))  # type: ignore[arg-type]  # rows of several types


def test_the_same_few_words_under_one_title_at_one_time_are_a_copy_and_those_of_one_day_are_two() -> None:
    one = replace(HOME, text="This is a fun challenge.", published=DAY + timedelta(hours=10, minutes=7))
    other = replace(one, entry_id=2, link="https://author.example/linked/1")

    assert is_copy(one, other)
    assert not is_copy(one, replace(other, published=DAY + timedelta(hours=10, minutes=8)))
    assert not is_copy(replace(one, published=DAY), replace(other, published=DAY))


def test_a_planet_may_write_a_name_before_the_title_and_cut_the_text_within_a_word() -> None:
    excerpt = replace(PLANET, title=f"Ann Writer: {HOME.title}", text="word0 word1 word2 wo...")

    assert is_copy(HOME, excerpt)
    assert not is_copy(HOME, replace(excerpt, text="word0 word1 but I do not think so"))
    assert not is_copy(HOME, replace(excerpt, title="Ann Writer on queues"))


def test_releases_of_two_products_are_two() -> None:
    release = replace(HOME, title="Release 1.2.0", text="Bug fixes and improvements.")

    assert title_key("v1.2.0") is None
    assert not is_copy(release, replace(release, entry_id=3, link="https://other.example/1.2.0"))


def test_the_authors_own_feed_is_credited_whichever_came_first() -> None:
    early = replace(PLANET, published=DAY - timedelta(days=1), first_seen=DAY - timedelta(days=1))

    assert all(canonical_copy(order) == HOME for order in permutations([HOME, early]))


def test_the_source_that_a_copy_names_is_credited() -> None:
    copy = replace(PLANET, link="https://planet.example/1", origin=Origin("https://author.example/feed"))

    assert canonical_copy([copy, replace(HOME, link="https://elsewhere.example/1")]).entry_id == 1


def test_who_had_it_first_is_credited_where_nothing_else_tells() -> None:
    one = replace(HOME, link="https://elsewhere.example/1", first_seen=DAY + timedelta(hours=1))
    two = replace(one, entry_id=2, first_seen=DAY)

    assert canonical_copy([one, two]) == canonical_copy([two, one]) == two


# --- one link or one id, with the same words or with others -----------------------------------------------

REMARK = "I do not agree with this at all: nobody asked those who live beside it, and they will tell you so."
ARTICLE = "A long article on the bridge, from the first stone to the last, with drawings and the names of those who built it."


@pytest.mark.parametrize("title", ["", "Another title", "Queues for functions explained"])
def test_a_remark_on_a_page_is_no_copy_of_it(title: str) -> None:
    article = replace(HOME, text=ARTICLE)

    assert not is_copy(article, replace(PLANET, title=title, text=REMARK))


@pytest.mark.parametrize(
    "other",
    [
        {"text": ""},
        {"title": "", "text": ""},
        {"title": "", "text": "A long article on the bridge"},
        {"title": "", "text": "Shared story"},
        {"title": "SHARED STORY!"},
        {"text": "Comments"},
        {
            "text": "Article URL: https://author.example/queues Comments URL: https://news.example/item?id=1 Points: 5"
        },
        {"text": "from the first stone to the last, with drawings and the names of those"},
    ],
)
def test_one_link_under_one_title_is_one_post_however_short_while_no_words_contradict(
    other: dict[str, object],
) -> None:
    article = replace(HOME, title="Shared story", text=ARTICLE)

    assert is_copy(article, replace(PLANET, **{"title": "Shared story", "text": ARTICLE} | other))  # type: ignore[arg-type]  # fields of several types


def test_two_notes_on_one_page_are_two_and_the_same_note_is_one() -> None:
    note = replace(HOME, title="", text="Worth a read.")

    assert is_copy(note, replace(note, entry_id=2, feed_address="https://planet.example/atom"))
    assert not is_copy(note, replace(PLANET, title="", text="Not worth it."))


def test_a_publishers_own_feeds_may_say_different_things_of_one_post() -> None:
    short = replace(HOME, entry_id=2, feed_address="https://author.example/tags/queues.xml", text=REMARK)

    assert is_copy(HOME, short)


IDENTIFIED = replace(
    HOME, guid="tag:author.example,2026:1", title="On clocks", text="Late again, and I like it."
)
COUNTED = replace(IDENTIFIED, entry_id=2, link="https://planet.example/out?post=7")


def test_one_id_is_one_post_under_other_links_however_short() -> None:
    assert is_copy(IDENTIFIED, COUNTED)
    assert is_copy(IDENTIFIED, replace(COUNTED, text="Late again"))
    assert not is_copy(replace(IDENTIFIED, guid="1"), replace(COUNTED, guid="1"))


@pytest.mark.parametrize(
    "other",
    [
        {"title": "On bridges"},
        {"text": "Entirely other words."},
        {"title": "", "text": REMARK},
        {"published": DAY + timedelta(days=30)},
    ],
)
def test_one_id_over_other_posts_makes_them_no_copies(other: dict[str, object]) -> None:
    assert not is_copy(IDENTIFIED, replace(COUNTED, **other))  # type: ignore[arg-type]  # fields of several types


# --- who is credited, and where the post stands -----------------------------------------------------------


def test_a_copy_is_not_credited_for_what_its_document_says() -> None:
    author = replace(HOME, link="https://author.example/blog/queues")
    thief = replace(
        author,
        entry_id=2,
        feed_address="https://thief.example/feed",
        feed_link="https://author.example/blog/",
        published=DAY - timedelta(days=900),
        first_seen=DAY - timedelta(hours=1),
    )

    assert canonical_copy([author, thief]) == canonical_copy([thief, author]) == author


def test_of_two_feeds_at_other_hosts_the_first_that_says_it_is_its_site_is_credited() -> None:
    author = replace(HOME, feed_address="https://burner.example/author")
    thief = replace(
        PLANET, feed_link="https://author.example/", published=None, first_seen=DAY + timedelta(hours=1)
    )

    assert canonical_copy([author, thief, PLANET]) == canonical_copy([PLANET, thief, author]) == author


def test_an_old_date_of_a_copy_does_not_bury_the_post_of_its_author() -> None:
    old = replace(PLANET, placed=DAY - timedelta(days=360), first_seen=DAY)
    own = replace(HOME, placed=DAY, first_seen=DAY + timedelta(hours=3))

    assert place([old, own], DAY - timedelta(days=360)) == DAY
    assert place([own, old], DAY) == DAY


def test_a_post_that_is_known_for_long_does_not_move() -> None:
    known = replace(PLANET, placed=DAY - timedelta(days=30), first_seen=DAY - timedelta(days=30))
    own = replace(HOME, placed=DAY, first_seen=DAY)

    assert place([known, own], DAY - timedelta(days=30)) == DAY - timedelta(days=30)


@pytest.mark.parametrize("guid", ["tag:author.example,2026:1", "https://www.author.example/?p=1"])
def test_the_feed_whose_host_gave_the_common_id_is_credited_before_a_planet_with_links_of_its_own(
    guid: str,
) -> None:
    author = replace(
        HOME, guid=guid, feed_address="https://burner.example/author", first_seen=DAY + timedelta(hours=1)
    )
    planet = replace(PLANET, guid=guid, link="https://planet.example/out?post=7")

    assert canonical_copy([author, planet]) == canonical_copy([planet, author]) == author
    assert canonical_copy([replace(author, guid="1"), planet]) == planet


def test_feeds_that_name_each_other_as_the_source_do_not_outdo_the_authors() -> None:
    thief = replace(
        HOME,
        entry_id=2,
        feed_address="https://thief.example/1",
        feed_link=None,
        first_seen=DAY - timedelta(hours=1),
    )
    helper = replace(
        thief, entry_id=3, feed_address="https://thief.example/2", origin=Origin("https://thief.example/1")
    )

    assert canonical_copy([thief, helper, HOME]) == HOME


def test_what_a_feed_has_from_elsewhere_is_not_at_home_in_it() -> None:
    author = replace(HOME, feed_address="https://burner.example/author", first_seen=DAY + timedelta(hours=1))
    planet = replace(
        PLANET, link="https://planet.example/out?post=7", origin=Origin("https://burner.example/author")
    )

    assert canonical_copy([planet, author]) == author


@given(st.sampled_from(["https://", "tag:", "http://[", "urn:", ""]), st.text(max_size=8))
def test_no_id_is_too_odd_to_decide_by(scheme: str, rest: str) -> None:
    odd = replace(HOME, guid=scheme + rest)

    assert is_copy(odd, replace(odd, entry_id=2))
    assert canonical_copy([odd, replace(odd, entry_id=2)]) == odd
