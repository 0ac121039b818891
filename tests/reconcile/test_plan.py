"""Each of these has broken an aggregator before."""

import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.model import Entry
from aggregator.normalize.entries import fingerprint
from aggregator.normalize.excerpt import LEAD
from aggregator.reconcile import EntryChanges, Known, Rewrite, plan
from aggregator.reconcile.identity import ARCHIVE
from aggregator.reconcile.sort_position import AT_SIGHT, CROWD
from aggregator.reconcile.text_similarity import MOST_COMPARISONS, Comparer
from aggregator.reconcile.withdrawn import FEWEST_POLLS, SHORTEST

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
WITHDRAWN = SHORTEST // HOUR + 1  # polls an hour apart until what is missing is withdrawn
LONG = "A paragraph about queues and functions that goes on for quite a while, as posts do. " * 4


def post(
    number: int,
    *,
    guid: str | None = "",
    link: str | None = "",
    title: str = "",
    text: str = "",
    published: datetime | None = NOW,
    updated: datetime | None = None,
) -> Entry:
    """Make an entry that is as different from the others as its number; `""` means the usual."""
    title = title or f"Post number {number}"
    text = text or f"What post {number} says about topic {number}"
    date = NOW - timedelta(days=number) if published is NOW else published
    return Entry(
        guid=f"http://example.org/?p={number}" if guid == "" else guid,
        link=f"http://example.org/post-{number}" if link == "" else link,
        fingerprint=fingerprint(title, text),
        title=title,
        text=text,
        minutes=1,
        published=date,
        updated=updated,
    )


def rows(*entries: Entry, now: datetime = NOW) -> list[Known]:
    """Return what the store knows after a first import of these, numbered in their order."""
    first = plan(entries, [], now=now, last_success=None, keep=None)
    return [
        Known(
            number, entry.guid, entry.link, entry.fingerprint, entry.title, entry.text, entry.published,
            entry.updated, placed=arrival.placed, changed=now, lead_length=len(entry.excerpt_source[:LEAD]),
        )
        for number, arrival in enumerate(sorted(first.arrivals, key=lambda each: entries.index(each.entry)), 1)
        for entry in [arrival.entry]
    ]  # fmt: skip


def again(known: list[Known], *entries: Entry) -> EntryChanges:
    return plan(entries, known, now=NOW + HOUR, last_success=NOW, keep=None)


def test_the_same_document_changes_nothing() -> None:
    posts = [post(number) for number in range(5)]

    assert again(rows(*posts), *posts) == EntryChanges(seen=(1, 2, 3, 4, 5))


def test_guids_that_turn_to_https_are_the_same_posts() -> None:
    posts = [post(number) for number in range(3)]
    secure = [
        replace(item, guid=f"https{str(item.guid)[4:]}", link=f"https{str(item.link)[4:]}") for item in posts
    ]

    found = again(rows(*posts), *secure)

    assert found.arrivals == ()
    assert [(rewrite.id, rewrite.edited) for rewrite in found.rewrites] == [
        (1, False),
        (2, False),
        (3, False),
    ]


@pytest.mark.parametrize("known", ["by link", "by words", "by title and date"])
def test_new_software_that_changes_all_guids_brings_no_new_posts(known: str) -> None:
    posts = [post(number, text=f"{number} {LONG}") for number in range(3)]
    moved = [replace(item, guid=f"urn:new:{number}") for number, item in enumerate(posts)]
    if known != "by link":
        moved = [replace(item, link=f"https://new.example/{item.guid}") for item in moved]
    if known == "by title and date":
        moved = [replace(item, fingerprint=f"other {number}") for number, item in enumerate(moved)]

    assert again(rows(*posts), *moved).arrivals == ()


def test_a_guid_that_differs_at_every_fetch_is_no_new_post() -> None:
    known = rows(post(1, guid="random-1"))

    assert again(known, post(1, guid="random-2")).arrivals == ()


def test_entries_without_a_usable_guid_are_told_by_their_links() -> None:
    posts = [post(number, guid=None) for number in range(3)]

    assert again(rows(*posts), post(9, guid=None), *posts).seen == (1, 2, 3)


def test_two_posts_that_share_one_guid_are_two() -> None:
    known = rows(post(1, guid="same"))

    found = again(known, post(2, guid="same"))

    assert [arrival.entry.title for arrival in found.arrivals] == ["Post number 2"]


def test_an_edited_permalink_is_the_same_post() -> None:
    known = rows(post(1))

    found = again(known, post(1, link="http://example.org/a-better-name"))

    assert found.arrivals == ()
    assert [rewrite.edited for rewrite in found.rewrites] == [False]


def test_neither_guid_nor_link_leaves_the_words() -> None:
    posts = [post(number, guid=None, link=None, published=None) for number in range(3)]

    assert again(rows(*posts), *posts).seen == (1, 2, 3)


def test_several_posts_on_one_page_stay_apart_when_one_joins_them() -> None:
    page = "http://example.org/news"
    posts = [post(number, guid=None, link=page, published=None) for number in range(3)]

    found = again(rows(*posts), post(9, guid=None, link=page, published=None), *posts)

    assert (len(found.arrivals), found.rewrites, found.seen) == (1, (), (1, 2, 3))


def test_an_old_version_after_a_new_one_changes_nothing() -> None:
    new = post(1, updated=NOW)
    old = post(1, text="An older version of it all", updated=NOW - HOUR)

    assert again(rows(new), old).seen == (1,)


def test_a_pruned_post_does_not_come_back() -> None:
    known = [replace(row, pruned=True, text="", title="") for row in rows(post(1))]

    found = again(known, post(1))

    assert (found.arrivals, found.rewrites) == ((), ())


def test_an_edit_is_a_rewrite_and_noise_is_none() -> None:
    known = rows(post(1, text="Read by 17 people at 12:01"), post(2))

    found = again(known, post(1, text="Read by 18 people at 13:02"), post(2, text="Quite another text"))

    assert [(rewrite.id, rewrite.edited) for rewrite in found.rewrites] == [(2, True)]


def follow(polls: list[list[Entry]]) -> list[EntryChanges]:
    """Poll one document after another, an hour apart, and carry each plan out as the store does."""
    known: list[Known] = []
    plans: list[EntryChanges] = []
    for hours, entries in enumerate(polls):
        now = NOW + hours * HOUR
        found = plan(entries, known, now=now, last_success=now - HOUR if hours else None, keep=None)
        plans.append(found)
        changes = {rewrite.id: rewrite for rewrite in found.rewrites}
        known = [_carried_out(row, changes.get(row.id), found, now) for row in known]
        known += [
            replace(row, id=len(known) + number, placed=arrival.placed)
            for number, arrival in enumerate(found.arrivals, 1)
            for row in rows(arrival.entry, now=now)
        ]
    return plans


def _carried_out(row: Known, rewrite: Rewrite | None, found: EntryChanges, now: datetime) -> Known:
    if row.id in (*found.missing, *found.withdrawn):
        since = row.missing_since or now
        return replace(row, missing=row.missing + 1, missing_since=since, withdrawn=row.id in found.withdrawn)
    row = (
        replace(row, missing=0, missing_since=None, withdrawn=False)
        if rewrite or row.id in found.seen
        else row
    )
    if not rewrite:
        return row
    entry = rewrite.entry
    row = replace(row, fingerprint=entry.fingerprint, title=entry.title, text=entry.text, updated=entry.updated,
                  published=entry.published, guid=entry.guid or row.guid, link=entry.link or row.link,
                  former=row.fingerprint if rewrite.edited else row.former,
                  lead_length=len(entry.excerpt_source[:LEAD]))  # fmt: skip
    return replace(row, changed=now) if rewrite.edited else row


def quiet(plans: list[EntryChanges]) -> bool:
    return all((found.arrivals, found.rewrites, found.withdrawn) == ((), (), ()) for found in plans)


@pytest.mark.parametrize("link", [None, "", "http://example.org/"])
@pytest.mark.parametrize("title", [True, False])
def test_two_posts_that_alternate_under_one_guid_are_quiet_without_dates(
    link: str | None, *, title: bool
) -> None:
    one, two = (
        replace(
            post(number, guid="N/A", link=link, text=" ".join(f"word{number}{each}" for each in range(20))),
            published=None,
        )
        for number in (1, 2)
    )
    if not title:
        one, two = replace(one, title=""), replace(two, title="")

    plans = follow([[one], [two], [one], [two], [one], [two]])

    assert quiet(plans[2:])
    assert len(plans[1].arrivals) == (1 if title or link == "" else 0)


def test_a_post_that_goes_back_to_its_former_words_on_purpose_says_when() -> None:
    first, second = post(1, updated=NOW), post(1, text="Quite another text", updated=NOW + HOUR)
    back = replace(first, updated=NOW + 2 * HOUR)

    assert [len(found.rewrites) for found in follow([[first], [second], [back]])] == [0, 1, 1]


WORDY = "Today we look at how a queue of functions is drained when all of its readers are away for a while and nobody minds"


def test_a_word_that_rotates_is_no_rewrite_and_a_paragraph_is_one() -> None:
    rotating = [[post(1, text=f"{WORDY}. {word}!")] for word in ("Hooray", "Bravo", "Cheers", "Well done")]
    edited = post(
        1, text=f"{WORDY}. Cheers! And there is a second way, which has been told to us by a reader."
    )

    plans = follow([*rotating, [edited]])

    assert quiet(plans[1:4])
    assert len(plans[4].rewrites) == 1


def test_a_slip_that_was_mended_is_taken_over_within_a_day() -> None:
    slip, mended = post(1, text=f"{WORDY} teh end"), post(1, text=f"{WORDY} the end")

    plans = follow([[slip], *[[mended]] * 26])

    assert sum(len(found.rewrites) for found in plans) == 1


def test_an_edit_far_down_a_long_text_is_an_edit() -> None:
    long = f"At 12:01 {LONG * 30}"

    assert len(again(rows(post(1, text=long)), post(1, text=f"{long} {LONG}")).rewrites) == 1


entries_of_a_feed = st.lists(
    st.builds(
        post,
        st.integers(0, 5),
        guid=st.sampled_from(["", "N/A", None]),
        link=st.sampled_from(["", "http://example.org/", None]),
        title=st.sampled_from(["", "Daily news for everybody", "Release notes of the week"]),
        text=st.sampled_from(["", LONG, WORDY, "Short."]),
        published=st.sampled_from([None, NOW, NOW + 400 * HOUR, NOW - 400 * HOUR]),
        updated=st.sampled_from([None, NOW - HOUR]),
    ),
    max_size=8,
)


@given(entries_of_a_feed)
def test_two_polls_of_one_document_give_nothing_new(entries: list[Entry]) -> None:
    plans = follow([entries, entries, entries])

    assert quiet(plans[1:])
    assert (plans[1].missing, plans[2].missing) == ((), ())
    assert all(arrival.placed <= NOW for arrival in plans[0].arrivals)


# --- place ------------------------------------------------------------------------------------------------


def placed(entry: Entry, *, last_success: datetime | None = NOW - HOUR) -> datetime:
    found = plan([entry], [], now=NOW, last_success=last_success, keep=None)
    return found.arrivals[0].placed


def test_a_first_import_stands_at_its_own_dates() -> None:
    date = NOW - timedelta(days=300)

    assert placed(post(1, published=date), last_success=None) == date


@pytest.mark.parametrize("last_success", [None, NOW - HOUR])
def test_the_future_and_the_undated_stand_at_first_sight(last_success: datetime | None) -> None:
    assert placed(post(1, published=NOW + timedelta(days=400)), last_success=last_success) == NOW
    assert placed(post(1, published=None), last_success=last_success) == NOW


def test_a_later_entry_stands_at_its_date_and_a_back_dated_one_at_first_sight() -> None:
    fresh = NOW - timedelta(minutes=10)

    assert placed(post(1, published=fresh)) == fresh
    assert placed(post(1, published=NOW - timedelta(days=3))) == NOW


def test_a_crowd_of_back_dated_entries_is_an_archive() -> None:
    archive = [post(number) for number in range(1, CROWD + 2)]

    found = plan(archive, [], now=NOW, last_success=NOW - HOUR, keep=None)

    assert [arrival.placed for arrival in found.arrivals] == [item.published for item in reversed(archive)]


def test_a_crowd_without_dates_does_not_flood_the_front() -> None:
    crowd = [post(number, published=None) for number in range(60)]
    found = [
        arrival.placed for arrival in plan(crowd, [], now=NOW, last_success=NOW - HOUR, keep=None).arrivals
    ]

    assert sum(place > NOW - HOUR for place in found) == AT_SIGHT
    assert found == sorted(found)


def first_places(*entries: Entry) -> list[datetime]:
    """Return where the entries of a feed stand that is read for the first time, in the document's order."""
    arrivals = plan(entries, [], now=NOW, last_success=None, keep=None).arrivals
    return [next(each.placed for each in arrivals if each.entry is entry) for entry in entries]


def test_at_first_an_undated_entry_stands_behind_the_oldest_dated_one() -> None:
    about, newest, imprint, oldest, future = (
        post(1, title="About", published=None),
        post(2),
        post(3, title="Imprint", published=None),
        post(30),
        post(4, published=NOW + HOUR),
    )

    places = first_places(about, newest, imprint, oldest, future)

    assert places[1::2] == [newest.published, oldest.published]
    assert places[4] == NOW
    assert oldest.published is not None
    assert oldest.published - HOUR < places[2] < places[0] < oldest.published


def test_at_first_the_undated_entries_of_a_document_without_dates_stand_a_day_apart() -> None:
    posts = [post(number, published=None) for number in range(40)]

    assert first_places(*posts) == [NOW - timedelta(days=day) for day in range(40)]


def test_an_undated_entry_that_comes_later_stands_at_first_sight() -> None:
    known = [post(number) for number in range(5)]

    found = again(rows(*known), post(9, published=None), *known)

    assert [arrival.placed for arrival in found.arrivals] == [NOW + HOUR]


@given(
    st.lists(st.integers(min_value=-400, max_value=30) | st.none(), max_size=40),
    st.sampled_from([None, NOW - HOUR]),
)
def test_no_entry_stands_in_the_future_and_at_first_each_dated_one_at_its_date(
    days: list[int | None], last_success: datetime | None
) -> None:
    entries = [
        post(number, published=None if day is None else NOW + timedelta(days=day))
        for number, day in enumerate(days)
    ]

    arrivals = plan(entries, [], now=NOW, last_success=last_success, keep=None).arrivals
    past = [each for each in arrivals if each.entry.published and each.entry.published <= NOW]

    assert all(arrival.placed <= NOW for arrival in arrivals)
    if last_success is None:
        assert all(arrival.placed == arrival.entry.published for arrival in past)


def test_an_archive_with_new_guids_links_and_dates_brings_no_new_posts() -> None:
    posts = [post(number, title=f"A telling title, number {number}") for number in range(ARCHIVE + 2)]
    moved = [
        replace(
            item,
            guid=f"urn:{number}",
            link=f"https://new.example/{number}",
            published=NOW,
            fingerprint=str(number),
        )
        for number, item in enumerate(posts)
    ]

    assert again(rows(*posts), *moved).arrivals == ()
    # A few that only share a title are a series.
    assert len(again(rows(*posts), *moved[1:3]).arrivals) == 2


def test_an_archive_with_new_guids_and_dates_brings_no_new_posts() -> None:
    posts = [post(number) for number in range(20)]
    moved = [replace(item, guid=f"urn:{number}", published=NOW) for number, item in enumerate(posts)]

    assert again(rows(*posts), *moved).arrivals == ()


def test_what_is_older_than_keep_is_not_taken() -> None:
    found = plan([post(1), post(40)], [], now=NOW, last_success=None, keep=timedelta(days=30))

    assert [arrival.entry.title for arrival in found.arrivals] == ["Post number 1"]


# --- withdrawn --------------------------------------------------------------------------------------------


def test_a_post_that_is_missing_several_times_is_withdrawn() -> None:
    posts = [post(number) for number in range(4)]
    known = rows(*posts)
    rest = [posts[0], *posts[2:]]

    for polls in range(FEWEST_POLLS - 1):
        known[1] = replace(known[1], missing=polls, missing_since=NOW + HOUR - SHORTEST)
        assert again(known, *rest).missing == (2,), polls

    known[1] = replace(known[1], missing=FEWEST_POLLS - 1, missing_since=NOW + 2 * HOUR - SHORTEST)
    assert again(known, *rest).missing == (2,)

    known[1] = replace(known[1], missing_since=NOW + HOUR - SHORTEST)
    assert again(known, *rest).withdrawn == (2,)


def test_a_post_is_withdrawn_from_a_document_with_some_undated_ones() -> None:
    posts = [post(number, published=None if number in (1, 5) else NOW) for number in range(6)]
    spam = posts.pop(2)

    plans = follow([[*posts[:2], spam, *posts[2:]], *[posts] * WITHDRAWN])

    assert [len(found.withdrawn) for found in plans] == [0] * WITHDRAWN + [1]


def test_an_undated_post_is_never_withdrawn() -> None:
    posts = [post(number, published=None if number == 2 else NOW) for number in range(6)]

    plans = follow([posts, *[[*posts[:2], *posts[3:]]] * (WITHDRAWN + 1)])

    assert all((found.missing, found.withdrawn) == ((), ()) for found in plans)


@pytest.mark.parametrize("dated", [True, False])
def test_a_feed_that_turns_over_withdraws_nothing(*, dated: bool) -> None:
    posts = [post(number, published=NOW if dated else None) for number in range(40)]
    windows = [posts[start : start + 8] for start in range(30, -1, -2)]

    assert all((found.missing, found.withdrawn) == ((), ()) for found in follow(windows))


def test_a_post_that_comes_back_is_seen_again() -> None:
    posts = [post(number) for number in range(5)]
    without = [posts[0], *posts[2:]]

    plans = follow([posts, *[without] * WITHDRAWN, posts, posts])

    assert len(plans[WITHDRAWN].withdrawn) == 1
    assert len(plans[-1].seen) == 5


def test_a_post_that_leaves_at_the_end_is_only_old() -> None:
    posts = [post(number) for number in range(4)]

    assert again(rows(*posts), *posts[:3]).missing == ()


def test_a_pinned_old_post_withdraws_nothing() -> None:
    posts = [post(number) for number in range(8)]

    assert again(rows(*posts, post(99)), post(99), *posts[:4]).missing == ()


def test_another_selection_withdraws_nothing() -> None:
    posts = [post(number) for number in range(8)]

    assert again(rows(*posts), posts[0], posts[7]).missing == ()


def test_an_empty_document_withdraws_nothing() -> None:
    assert again(rows(post(1), post(2))) == EntryChanges()


# --- what a publisher corrects ----------------------------------------------------------------------------

SHOP = "In this guide we set up a small shop from nothing, step by step, with a catalogue, a cart and a page for paying."
OLDER = post(40, text="Words of an older post.")


def ids_after(before: list[Entry], after: list[Entry]) -> list[int | None]:
    """Return the row of each entry of the second document, None for one that is new."""
    found = again(rows(*before), *after)
    rewritten = {id(rewrite.entry): rewrite.id for rewrite in found.rewrites}
    seen = iter(found.seen)
    arrived = {id(arrival.entry) for arrival in found.arrivals}
    return [None if id(entry) in arrived else rewritten.get(id(entry)) or next(seen) for entry in after]


def slipped(**fields: object) -> tuple[Entry, Entry]:
    """Return a post and what came of it under another guid and link, at the same date."""
    before = post(3, title="Build a Your Own Shop", text=SHOP)
    title, text = str(fields.get("title", before.title)), str(fields.get("text", before.text))
    after = post(3, guid="urn:corrected", link="http://example.org/corrected", title=title, text=text)
    return before, after


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "Build Your Own Shop"},
        {"title": "Build a Your Own Shpo"},
        {"title": "How to sell without a server"},
        {"title": "Build Your Own Shop", "text": f"{SHOP} And a postscript."},
    ],
)
def test_a_slip_that_was_corrected_in_title_address_and_guid_is_the_same_post(
    fields: dict[str, object],
) -> None:
    before, after = slipped(**fields)

    assert ids_after([before, OLDER], [after, OLDER]) == [1, 2]


def test_a_slip_in_a_short_post_is_corrected_too() -> None:
    before = post(3, title="Teh clocks", text="Late again.")
    after = post(
        3, guid="urn:2", link="http://example.org/the-clocks", title="The clocks", text="Late again."
    )

    assert ids_after([before, OLDER], [after, OLDER]) == [1, 2]


def test_a_post_that_was_dated_anew_when_its_slip_was_corrected_is_the_same() -> None:
    before, after = slipped(title="Build Your Own Shop")
    soon, late = (replace(after, published=NOW - timedelta(days=days)) for days in (2, 1))

    assert ids_after([before, OLDER], [soon, OLDER]) == [1, 2]
    assert ids_after([before, OLDER], [late, OLDER]) == [None, 2]


def test_a_slip_in_a_post_without_words_is_corrected_and_a_like_title_is_another() -> None:
    before = replace(post(3, title="Meeting of the council"), text="")
    again = replace(before, guid="urn:2", link="http://example.org/meeting", fingerprint="other")

    assert ids_after([before, OLDER], [replace(again, title="Meeting of the concil"), OLDER]) == [1, 2]
    assert ids_after([before, OLDER], [replace(again, title="Meeting of the board"), OLDER]) == [None, 2]


def test_a_post_without_a_guid_is_rewritten_under_its_link_for_a_day() -> None:
    before = post(3, guid=None, text="First news of it.")
    after = post(3, guid=None, title="What became of it", text="By now all is known.", published=NOW - HOUR)
    soon = replace(after, published=NOW - timedelta(days=3) + 8 * HOUR)

    assert ids_after([before, OLDER], [soon, OLDER]) == [1, 2]
    assert ids_after([before, OLDER], [after, OLDER]) == [None, 2]


def test_the_next_number_of_a_series_at_the_same_date_is_no_correction() -> None:
    before = post(3, title="Build 101", text="Passed.")
    after = post(3, guid="urn:2", link="http://example.org/102", title="Build 102", text="Passed.")

    assert ids_after([before, OLDER], [after, OLDER]) == [None, 2]


def test_a_post_that_made_room_for_another_with_the_same_formula_is_not_rewritten() -> None:
    before = post(3, title="On bridges", text=SHOP)
    after = post(3, guid="urn:2", link="http://example.org/2", title="Harbours at night", text=SHOP)

    assert ids_after([before], [after]) == [None]


def test_both_are_posts_where_the_one_with_the_slip_is_still_listed() -> None:
    before, after = slipped(title="Build Your Own Shop")

    assert ids_after([before, OLDER], [after, before, OLDER]) == [None, 1, 2]


@pytest.mark.parametrize("link", ["", "http://example.org/renamed"])
def test_a_post_that_is_rewritten_under_its_guid_is_the_same(link: str) -> None:
    later = NOW - timedelta(hours=5)
    rewritten = post(3, link=link, title="What became of it", text="By now all is known.", published=later)

    assert ids_after([post(3), OLDER], [rewritten, OLDER]) == [1, 2]


def test_the_only_post_of_a_feed_is_the_same_under_its_guid_and_link() -> None:
    rewritten = post(3, title="What became of it", text="By now all is known.", published=NOW)

    assert ids_after([post(3)], [rewritten]) == [1]


@pytest.mark.parametrize("guid", ["N/A", "1", "none"])
def test_a_guid_that_says_nothing_does_not_make_the_next_post_the_last(guid: str) -> None:
    first = post(3, guid=guid, link="http://example.org/", text="The first of its kind.")
    then = post(4, guid=guid, link="http://example.org/", text="Quite something else.")

    assert ids_after([first, OLDER], [then, OLDER]) == [None, 2]


def test_guids_that_number_the_places_of_a_document_move_no_post() -> None:
    first = [post(number, guid=str(place)) for place, number in enumerate((1, 2, 3))]
    then = [post(number, guid=str(place)) for place, number in enumerate((9, 1, 2))]

    assert ids_after(first, then) == [None, 1, 2]


@pytest.mark.parametrize(
    "link",
    ["https://example.org/post-3", "http://www.example.org/post-3/", "http://example.org/post-3#part-2"],
)
def test_an_address_that_is_spelled_otherwise_is_the_same_post(link: str) -> None:
    before = post(3, guid=None, published=None)

    assert ids_after([before], [replace(before, link=link)]) == [1]
    assert ids_after([before], [replace(before, guid=link, link=link)]) == [1]


def test_a_row_takes_over_what_our_own_rules_make_of_the_same_words() -> None:
    posts = [post(number, text=LONG) for number in range(3)]
    remade = replace(posts[1], prose=LONG[:200])

    found = again(rows(*posts), posts[0], remade, posts[2])

    assert found.rewrites == (Rewrite(2, remade, edited=False),)
    assert again(rows(posts[0], remade, posts[2]), posts[0], remade, posts[2]).rewrites == ()


# --- a bound on what is compared --------------------------------------------------------------------------


def test_hundreds_of_posts_under_one_title_and_date_are_told_apart_in_no_time() -> None:
    """Linear: each is compared with a few, and its words are taken apart once. Pair by pair it took minutes."""
    crowds = [
        [
            post(number, guid=f"urn:{turn}:{number}", link=f"http://example.org/{turn}/{number}", title="One title of all",
                 published=NOW - HOUR, text=" ".join(f"{turn}x{number}x{word}" for word in range(300)))
            for number in range(500)
        ]
        for turn in range(2)
    ]  # fmt: skip
    known = rows(*crowds[0])

    started = time.process_time()
    found = again(known, *crowds[1])

    assert len(found.arrivals) == 500
    assert time.process_time() - started < 3


def test_beyond_so_many_pairs_no_text_is_like_another() -> None:
    texts = Comparer()

    shares = [texts.share(LONG, LONG) for _ in range(MOST_COMPARISONS + 1)]

    assert (shares[0], shares[-2], shares[-1]) == (1.0, 1.0, 0.0)


@given(st.lists(st.sampled_from("abc"), max_size=12), st.lists(st.sampled_from("abc"), max_size=12))
def test_the_share_of_words_is_that_of_the_words_counted(one: list[str], other: list[str]) -> None:
    common = sum((Counter(one) & Counter(other)).values())
    expected = 2 * common / (len(one) + len(other)) if one and other else 0.0

    assert Comparer().share(" ".join(one), " ".join(other)) == expected


@given(entries_of_a_feed, st.randoms(use_true_random=False))
def test_the_order_in_which_rows_are_known_does_not_matter(entries: list[Entry], random: Random) -> None:
    known = rows(*entries)
    shuffled = random.sample(known, len(known))

    one, other = again(known, *entries[::-1]), again(shuffled, *entries[::-1])

    assert (one.arrivals, one.rewrites, one.seen) == (other.arrivals, other.rewrites, other.seen)


# --- the order among equal dates --------------------------------------------------------------------------


def titles_from_below(*entries: Entry) -> list[str]:
    arrivals = plan(entries, [], now=NOW, last_success=None, keep=None).arrivals
    return [arrival.entry.title for arrival in arrivals]


def test_of_one_date_the_first_of_the_document_is_on_top() -> None:
    day = NOW - timedelta(days=1)
    third, second, first = (post(1, title=title, published=day) for title in ("third", "second", "first"))
    older = post(1, title="older", published=day - timedelta(days=1))

    assert titles_from_below(third, second, first, older) == ["older", "first", "second", "third"]
    assert titles_from_below(older, third, second, first) == ["older", "third", "second", "first"]
    assert titles_from_below(third, second, first) == ["first", "second", "third"]


def test_undated_posts_keep_their_order_too() -> None:
    posts = [post(1, title=title, published=None) for title in ("third", "second", "first")]

    assert titles_from_below(*posts) == ["first", "second", "third"]


def test_where_a_document_lists_the_oldest_first_the_last_of_one_date_is_on_top() -> None:
    day = NOW - timedelta(days=1)
    known = post(9, published=day - timedelta(days=1))
    one, two = (post(1, title=title, guid=title, link=None, published=day) for title in ("one", "two"))

    found = plan([known, one, two], rows(known), now=NOW, last_success=None, keep=None)

    assert [arrival.entry.title for arrival in found.arrivals] == ["one", "two"]
