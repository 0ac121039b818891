import uuid
from datetime import timedelta

import pytest

from aggregator import store
from aggregator.model import (
    DocumentWarning,
    Enclosure,
    Fault,
    FaultCode,
    HoldEvidence,
    HoldSign,
    HostPause,
    Origin,
    PollDetails,
    Reason,
    ReasonCode,
    Result,
    State,
    Validators,
    WarningCode,
)
from aggregator.sources.settings import Polling
from tests.store.newsroom import MARCH, OWNER, Newsroom, a_source, an_entry


def test_what_was_saved_is_what_is_shown(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("blog", title="The Blog", tags=("cloud",)))
    entry = an_entry(
        "one",
        authors=("Ann", "Bob"),
        tags=("Lambda", "cloud"),
        language="en",
        enclosures=(Enclosure("https://example.test/a.mp3", "audio/mpeg", 7),),
        comments="https://example.test/one#comments",
        updated=MARCH + timedelta(hours=1),
        origin=Origin("https://origin.test/feed", "Origin"),
        atom_id="tag:example.test,2026:one",
        minutes=4,
    )

    saved = newsroom.poll("blog", entry, link="https://blog.test/")

    item = newsroom.item()
    assert (saved.new, saved.updated, saved.left_out) == (1, 0, 0)
    assert item.source.title == "The Blog"
    assert item.source.link == "https://blog.test/"
    assert (item.title, item.text, item.link, item.minutes) == (entry.title, entry.text, entry.link, 4)
    assert (item.authors, item.tags, item.language) == (("Ann", "Bob"), ("Lambda", "cloud"), "en")
    assert (item.enclosures, item.comments) == (entry.enclosures, entry.comments)
    assert (item.published, item.updated, item.changed) == (entry.published, entry.updated, newsroom.now)
    assert (item.placed, item.atom_id) == (MARCH, "tag:example.test,2026:one")
    assert item.public_id.startswith("urn:uuid:")


def test_the_state_after_a_poll_is_what_the_next_one_starts_from(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("blog"))
    fields = {
        "validators": Validators('W/"1"', "Mon, 02 Mar 2026 10:00:00 GMT"),
        "fault": Fault(FaultCode.CERTIFICATE_EXPIRED, {"date": "2026-03-01"}),
        "post_times": (MARCH, MARCH - timedelta(days=1)),
        "warnings": (DocumentWarning(WarningCode.NOT_AS_LABELLED, "tis-620"),),
        "rate": 0.25,
        "listing": ("a", "b"),
    }

    newsroom.poll("blog", result=Result.FAILED, state=State.FAILING, failures=3, **fields)

    newsroom.clock.advance(hours=1)
    (feed,) = newsroom.claim()
    assert {name: getattr(feed.poll_state, name) for name in fields} == fields
    assert (feed.poll_state.state, feed.poll_state.failures) == (State.FAILING, 3)


def test_a_second_poll_of_the_same_document_changes_nothing(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("blog"))
    newsroom.poll("blog", an_entry("one"), an_entry("two"))
    before = newsroom.page(), newsroom.revision
    newsroom.clock.advance(hours=1)

    saved = newsroom.poll("blog", an_entry("one"), an_entry("two"))

    assert (saved.new, saved.updated, saved.unchanged) == (0, 0, 2)
    assert (newsroom.page(), newsroom.revision) == before


def test_an_edit_changes_the_row_and_neither_its_id_nor_its_place(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("blog"))
    newsroom.poll("blog", an_entry("one"))
    before = newsroom.item()
    newsroom.clock.advance(hours=1)

    saved = newsroom.poll(
        "blog",
        an_entry("one", title="Another title", text="Wholly other words stand here now.", tags=("new",)),
    )

    after = newsroom.item()
    assert (saved.new, saved.updated) == (0, 1)
    assert (after.title, after.changed) == ("Another title", newsroom.now)
    assert (after.public_id, after.id, after.placed) == (before.public_id, before.id, before.placed)
    assert newsroom.titles(tags=("new",)) == ["Another title"]
    assert newsroom.titles(words="wholly") == ["Another title"]
    assert newsroom.titles(words="words of one") == []


def test_an_excerpt_that_our_rules_make_anew_is_shown_while_the_post_is_not_edited(
    newsroom: Newsroom,
) -> None:
    newsroom.lists(a_source("blog"))
    newsroom.poll("blog", an_entry("one", text="import fmt and then the prose"))
    before = newsroom.item()
    newsroom.clock.advance(hours=1)

    saved = newsroom.poll(
        "blog", an_entry("one", text="import fmt and then the prose", prose="then the prose")
    )

    after = newsroom.item()
    assert (saved.updated, saved.unchanged) == (0, 1)
    assert (before.text, after.text) == ("import fmt and then the prose", "then the prose")
    assert after.changed == before.changed
    assert newsroom.titles(words="import fmt") == ["one"]


def test_two_posts_of_one_guid_are_two_and_have_an_id_each(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("blog"))

    newsroom.poll("blog", an_entry("one", guid=None), an_entry("two", guid=None))

    assert len({item.public_id for item in newsroom.page().items}) == 2


def test_a_feed_that_turns_to_https_brings_nothing_new(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("blog"))
    newsroom.poll(
        "blog", an_entry("one", guid="http://example.test/?p=1", link="http://www.example.test/one")
    )
    before = newsroom.item()

    https = an_entry("one", guid="https://example.test/?p=1", link="https://example.test/one")
    saved = newsroom.poll("blog", https)

    assert (saved.new, saved.updated) == (0, 0)
    assert newsroom.item().link == "https://example.test/one"
    assert newsroom.item().public_id == before.public_id


def test_a_store_built_anew_gives_the_same_public_ids(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("blog"))
    newsroom.poll("blog", an_entry("one"))

    assert (
        newsroom.item().public_id == uuid.uuid5(uuid.NAMESPACE_URL, "https://blog.test/feed guid of one").urn
    )


def test_only_the_first_post_with_an_atom_id_keeps_it(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("blog"), a_source("other"))
    newsroom.poll("blog", an_entry("one", atom_id="tag:1"), an_entry("two", atom_id="tag:1"))
    newsroom.poll("other", an_entry("three", atom_id="tag:1"))

    assert sorted(str(item.atom_id) for item in newsroom.page().items) == ["None", "None", "tag:1"]


# --- leases


def test_without_the_lease_nothing_is_written(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("blog"))
    (feed,) = newsroom.claim()
    newsroom.clock.advance(minutes=6)
    (again,) = newsroom.claim(owner="poller-2")

    assert newsroom.save(feed, an_entry("one")) is None

    assert newsroom.titles() == []
    assert newsroom.save(again, an_entry("one"), owner="poller-2") is not None
    assert newsroom.titles() == ["one"]


def test_a_poll_is_saved_once(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("blog"))
    (feed,) = newsroom.claim()

    assert newsroom.save(feed) is not None
    assert newsroom.save(feed) is None


def test_what_is_saved_late_counts_while_nobody_else_took_the_feed(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("blog"))
    (feed,) = newsroom.claim()
    newsroom.clock.advance(minutes=6)

    assert newsroom.save(feed, an_entry("one")) is not None


# --- hosts


def test_a_remembered_redirect_moves_the_feed_to_another_host(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("blog"), a_source("new"))
    newsroom.poll("blog", address="https://new.test/blog")
    newsroom.clock.advance(hours=1)

    first = newsroom.claim()
    assert len(first) == 1
    newsroom.save(first[0])
    assert len(newsroom.claim()) == 1


def test_a_429_pauses_all_feeds_of_its_host_and_says_why(newsroom: Newsroom) -> None:
    newsroom.lists(
        a_source("a", url="https://host.test/a"), a_source("b", url="https://host.test/b"), a_source("other")
    )
    until = newsroom.now + timedelta(hours=3)

    newsroom.poll("a", result=Result.FAILED, host_pause=HostPause("host.test", until))

    assert [feed.slug for feed in newsroom.claim()] == ["other"]
    waiting = store.status(newsroom.database, "b", newsroom.now).poll_state
    assert (waiting.next_poll, waiting.why) == (until, (Reason(ReasonCode.HOST_PAUSED, text="host.test"),))
    newsroom.clock.set(until)
    assert {feed.slug for feed in newsroom.claim()} == {"b", "other"}  # one at the host, as ever


def test_a_poll_that_ends_during_the_pause_of_its_host_does_not_end_the_pause(newsroom: Newsroom) -> None:
    polling = Polling(per_host=2, per_host_gap=timedelta())
    newsroom.lists(
        a_source("a", url="https://host.test/a", polling=polling),
        a_source("b", url="https://host.test/b", polling=polling),
    )
    (first,), (second,) = newsroom.claim(), newsroom.claim()
    until = newsroom.now + timedelta(hours=3)
    newsroom.save(first, result=Result.FAILED, next_poll=until, host_pause=HostPause("host.test", until))

    newsroom.save(second)

    newsroom.clock.advance(hours=2)
    assert newsroom.claim() == []
    newsroom.clock.set(until)
    assert len(newsroom.claim()) == 1


def test_the_gap_begins_when_the_request_ends(newsroom: Newsroom) -> None:
    polling = Polling(per_host_gap=timedelta(seconds=10))
    newsroom.lists(
        a_source("a", url="https://host.test/a", polling=polling),
        a_source("b", url="https://host.test/b", polling=polling),
    )
    (feed,) = newsroom.claim()
    newsroom.clock.advance(seconds=3)
    newsroom.save(feed, elapsed=3.0)

    newsroom.clock.advance(seconds=9)
    assert newsroom.claim() == []
    newsroom.clock.advance(seconds=1)
    assert len(newsroom.claim()) == 1


# --- what polls find


def test_entries_of_a_document_that_is_held_back_are_not_taken(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("blog"))

    newsroom.poll(
        "blog",
        an_entry("one"),
        result=Result.HELD,
        state=State.ON_HOLD,
        hold=(HoldEvidence(HoldSign.SERVER, now="casino.example"),),
    )

    assert newsroom.titles() == []


def test_a_source_that_is_gone_is_polled_no_more(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("blog"))
    newsroom.poll("blog", an_entry("one"))

    newsroom.poll("blog", result=Result.GONE, state=State.GONE)

    newsroom.clock.advance(days=365)
    assert newsroom.claim() == []
    assert newsroom.titles() == ["one"]


def test_versions_that_alternate_under_one_guid_rewrite_the_row_once(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("blog"))
    one, two = (
        an_entry("one", title="", published=None, text=f"{words} " * 20) for words in ("This", "That")
    )

    saved = []
    for entry in (one, two, one, two, one):
        saved.append(newsroom.poll("blog", entry))
        newsroom.clock.advance(hours=1)

    assert [(each.new, each.updated) for each in saved] == [(1, 0), (0, 1), (0, 0), (0, 0), (0, 0)]


def test_posts_that_come_one_after_another_under_one_guid_have_an_id_each(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("blog"))
    for name in ("one", "two", "one", "two"):
        newsroom.poll("blog", an_entry(name, guid="N/A", published=None, link=None, text=f"{name} " * 30))
        newsroom.clock.advance(hours=1)

    assert len({item.public_id for item in newsroom.page().items}) == 2


def test_a_withdrawn_entry_leaves_the_timeline_and_returns_when_it_is_listed_again(
    newsroom: Newsroom,
) -> None:
    newsroom.lists(a_source("blog"))
    spam, old = an_entry("spam"), an_entry("old", published=MARCH - timedelta(days=3))
    newsroom.poll("blog", spam, old)
    withdrawn = 0
    for _ in range(10):
        newsroom.clock.advance(hours=1)
        withdrawn += newsroom.poll("blog", old).withdrawn

    assert withdrawn == 1
    assert newsroom.titles() == ["old"]
    (left,) = store.status(newsroom.database, "blog", newsroom.now).left_out
    assert left.withdrawn

    newsroom.clock.advance(hours=1)
    newsroom.poll("blog", spam, old)
    assert newsroom.titles() == ["spam", "old"]


@pytest.mark.parametrize("result", [Result.NOT_MODIFIED, Result.UNCHANGED])
def test_what_an_unchanged_document_misses_is_withdrawn_after_three_polls_and_six_hours(
    newsroom: Newsroom, result: Result
) -> None:
    newsroom.lists(a_source("blog"))
    spam, old = an_entry("spam"), an_entry("old", published=MARCH - timedelta(days=3))
    newsroom.poll("blog", spam, old)
    newsroom.clock.advance(hours=1)
    newsroom.poll("blog", old)
    for hours in (5, 0.5, 0.5):
        assert newsroom.titles() == ["spam", "old"]
        newsroom.clock.advance(hours=hours)
        newsroom.poll("blog", result=result)

    assert newsroom.titles() == ["old"]
    newsroom.clock.advance(hours=1)
    newsroom.poll("blog", spam, old)
    assert newsroom.titles() == ["spam", "old"]
    for _ in range(4):
        newsroom.clock.advance(hours=12)
        newsroom.poll("blog", result=result)
    assert newsroom.titles() == ["spam", "old"]


def test_polls_that_fail_withdraw_nothing(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("blog"))
    spam, old = an_entry("spam"), an_entry("old", published=MARCH - timedelta(days=3))
    newsroom.poll("blog", spam, old)
    newsroom.poll("blog", old)
    for _ in range(5):
        newsroom.clock.advance(hours=12)
        newsroom.poll("blog", result=Result.FAILED)

    assert newsroom.titles() == ["spam", "old"]


def test_the_history_keeps_the_last_fifty_polls(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("blog"))
    for number in range(53):
        newsroom.poll("blog", result=Result.NOT_MODIFIED, status=304, details=PollDetails(entries=number))
        newsroom.clock.advance(hours=1)

    polls = store.status(newsroom.database, "blog", newsroom.now).polls
    assert (len(polls), polls[0].details.entries, polls[-1].details.entries) == (50, 52, 3)


def test_nothing_of_a_poll_is_saved_where_a_part_of_it_fails(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("blog"))
    (feed,) = newsroom.claim()

    with pytest.raises(store.StoreError):
        newsroom.save(feed, an_entry("one"), an_entry("two", minutes=None))

    assert newsroom.titles() == []
    assert newsroom.save(feed, an_entry("one"), owner=OWNER) is not None


def test_bounds_of_text_are_the_databases_own(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("blog"))
    long = "https://example.test/" + "ü" * 4000
    text = "word " * 100_000

    newsroom.poll("blog", an_entry("one", link=long, guid=long, text=text, tags=("t" * 3000,)))

    item = newsroom.item()
    assert item.link == long
    assert 2000 < len(item.text) < 3000
    assert (
        newsroom.poll("blog", an_entry("one", link=long, guid=long, text=text, tags=("t" * 3000,))).new == 0
    )
