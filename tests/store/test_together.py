"""Outcomes that are saved together, and writers that save at the same moment."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine, make_url

from aggregator import store
from aggregator.model import Entry, Feed, Outcome, Result, SaveSummary, State
from aggregator.store import Database
from aggregator.store.db import locks
from tests.store.newsroom import OWNER, Newsroom, a_source, an_entry
from tests.support.databases import Postgres


def outcome(newsroom: Newsroom, feed: Feed, *entries: Entry, **fields: Any) -> Outcome:
    """Return what a poll of a claimed feed found."""
    after = replace(
        feed.poll_state,
        state=State.OK,
        last_success=newsroom.now,
        next_poll=newsroom.now + timedelta(hours=1),
    )
    return Outcome(feed, newsroom.now, after=after, entries=entries, **{"result": Result.READ} | fields)


def save(newsroom: Newsroom, *outcomes: Outcome) -> list[SaveSummary | Exception | None]:
    return save_in(newsroom.database, newsroom, outcomes)


def save_in(
    database: Database, newsroom: Newsroom, outcomes: Sequence[Outcome]
) -> list[SaveSummary | Exception | None]:
    sources = {source.url: source for source in newsroom.settings.sources}
    polls = [(each, sources[each.feed.url]) for each in outcomes]
    return store.save_outcomes(database, polls, owner=OWNER, timeline=newsroom.settings.timeline)


def lists(newsroom: Newsroom, *slugs: str) -> list[Feed]:
    """List these sources, and claim their feeds."""
    newsroom.lists(*map(a_source, slugs))
    return [newsroom.claimed(slug) for slug in slugs]


# --- groups


def test_each_of_a_group_gets_what_it_would_get_alone(newsroom: Newsroom) -> None:
    a, b, c = lists(newsroom, "a", "b", "c")

    results = save(
        newsroom,
        outcome(newsroom, a, an_entry("one"), an_entry("two")),
        outcome(newsroom, b, result=Result.NOT_MODIFIED),
        outcome(newsroom, c, an_entry("three")),
    )

    assert results == [SaveSummary(new=2), SaveSummary(), SaveSummary(new=1)]
    assert sorted(newsroom.titles()) == ["one", "three", "two"]
    assert newsroom.titles(sources=("c",)) == ["three"]
    assert newsroom.claim() == []
    assert store.metrics(newsroom.database, newsroom.now).polls[Result.READ] == 2


def test_copies_that_come_in_one_group_are_one_post(newsroom: Newsroom) -> None:
    feeds = lists(newsroom, "a", "b", "c")
    link = "https://a.test/shared"
    copies = [an_entry("shared", guid=feed.slug, link=link) for feed in feeds]

    save(newsroom, *(outcome(newsroom, feed, copy) for feed, copy in zip(feeds, copies, strict=True)))

    item = newsroom.item()
    assert (item.source.slug, {copy.source.slug for copy in item.also_in}) == ("a", {"b", "c"})
    assert newsroom.titles(sources=("c",)) == ["shared"]


def test_a_group_leaves_what_its_outcomes_would_leave_one_by_one(
    newsroom: Newsroom, postgres: Postgres
) -> None:
    feeds = lists(newsroom, *"abcdef")
    link = "https://b.test/shared"
    documents = [
        [an_entry(f"{feed.slug} {number}") for number in range(3)]
        + [an_entry("shared", guid=feed.slug, link=link, atom_id="tag:b.test,2026:shared")]
        for feed in feeds
    ]
    found = [outcome(newsroom, feed, *document) for feed, document in zip(feeds, documents, strict=True)]
    with closing(Database.open(postgres.empty())) as database:
        store.migrate(database)
        alone = Newsroom(database, newsroom.clock)
        lists(alone, *"abcdef")
        for each in found:
            save_in(database, alone, [each])

        save(newsroom, *found)

        assert newsroom.page() == alone.page()
        assert store.top_tags(newsroom.database, 9) == store.top_tags(database, 9)


def test_an_outcome_that_cannot_be_saved_keeps_no_other_from_it(newsroom: Newsroom) -> None:
    a, b, c = lists(newsroom, "a", "b", "c")
    broken: Any = None

    one, two, three = save(
        newsroom,
        outcome(newsroom, a, an_entry("one")),
        outcome(newsroom, b, an_entry("two"), an_entry("broken", minutes=broken)),
        outcome(newsroom, c, an_entry("three")),
    )

    assert (one, three) == (SaveSummary(new=1), SaveSummary(new=1))
    assert isinstance(two, store.StoreError)
    assert sorted(newsroom.titles()) == ["one", "three"]


def test_who_lost_the_lease_loses_alone(newsroom: Newsroom) -> None:
    a, b = lists(newsroom, "a", "b")
    save(newsroom, outcome(newsroom, b))

    assert save(newsroom, outcome(newsroom, a, an_entry("one")), outcome(newsroom, b, an_entry("two"))) == [
        SaveSummary(new=1),
        None,
    ]
    assert newsroom.titles() == ["one"]


def test_a_feed_that_is_saved_twice_at_once_is_saved_once(newsroom: Newsroom) -> None:
    (feed,) = lists(newsroom, "a")

    twice = [outcome(newsroom, feed, an_entry("one"))] * 2

    assert save(newsroom, *twice) == [SaveSummary(new=1), None]


def statements(newsroom: Newsroom, *outcomes: Outcome) -> int:
    """Return how many statements it takes to save these."""
    seen = []

    def note(*_: object) -> None:
        seen.append(1)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        save(newsroom, *outcomes)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    return len(seen)


def test_statements_grow_neither_with_entries_nor_with_polls(newsroom: Newsroom) -> None:
    feeds = lists(newsroom, *(f"s{number}" for number in range(22)))
    few = statements(newsroom, outcome(newsroom, feeds[0], an_entry("one")))

    many = statements(newsroom, outcome(newsroom, feeds[1], *(an_entry(f"{n}") for n in range(60))))
    polls = statements(newsroom, *(outcome(newsroom, feed, an_entry(feed.slug)) for feed in feeds[2:]))

    assert many <= few + 1
    assert polls <= few + 1
    assert few < 40


def test_an_entry_that_is_listed_as_before_is_not_written(newsroom: Newsroom) -> None:
    newsroom.lists(a_source("a"))
    newsroom.poll("a", an_entry("one"), an_entry("two"))
    written: list[str] = []

    def note(*given: Any) -> None:
        written.append(given[2])

    event.listen(Engine, "before_cursor_execute", note)
    try:
        newsroom.poll("a", an_entry("one"), an_entry("two"))
    finally:
        event.remove(Engine, "before_cursor_execute", note)

    assert [
        statement for statement in written if statement.startswith(("UPDATE entry", "INSERT INTO entry"))
    ] == []


# --- several writers on one PostgreSQL


@pytest.fixture
def shared(newsroom: Newsroom) -> Newsroom:
    """A store on PostgreSQL that several pollers share."""
    if newsroom.database.is_sqlite:
        pytest.skip("SQLite has one writer")
    return newsroom


def at_once(newsroom: Newsroom, url: str, *groups: Sequence[Outcome]) -> None:
    """Save each group by a poller of its own, all at the same moment."""
    start = threading.Barrier(len(groups))
    results: list[SaveSummary | Exception | None] = []

    def poller(outcomes: Sequence[Outcome]) -> None:
        with closing(Database.open(url)) as database:
            store.timeline_version(database)  # connected
            start.wait()
            results.extend(save_in(database, newsroom, outcomes))

    threads = [threading.Thread(target=poller, args=(group,)) for group in groups]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [result for result in results if not isinstance(result, SaveSummary)] == []


def test_copies_that_come_by_several_pollers_at_one_moment_are_one_post(
    shared: Newsroom, database_url: str
) -> None:
    names = [f"f{number}" for number in range(12)]
    for turn in range(4):
        feeds = lists(shared, *names)
        link = f"https://f0.test/{turn}"
        found = [
            outcome(shared, feed, an_entry(f"shared {turn}", guid=f"{feed.slug} {turn}", link=link))
            for feed in feeds
        ]
        at_once(shared, database_url, found[:3], found[3:6], found[6:9], found[9:])
        shared.clock.advance(hours=1)

    items = shared.page().items
    assert len(items) == 4
    assert {len(item.also_in) for item in items} == {11}


def test_what_all_pollers_add_to_is_added_up(shared: Newsroom, database_url: str) -> None:
    names = [f"f{number}" for number in range(16)]
    feeds = lists(shared, *names)
    found = [outcome(shared, feed, an_entry(feed.slug, tags=("b", "a"))) for feed in feeds]

    at_once(shared, database_url, found[:4], found[4:8], found[8:12], found[12:])

    assert store.top_tags(shared.database, 5) == [("a", 16), ("b", 16)]
    metrics = store.metrics(shared.database, shared.now)
    assert (metrics.polls[Result.READ], metrics.entries["new"]) == (16, 16)


def test_who_sees_a_revision_never_sees_another_page_under_it(shared: Newsroom, database_url: str) -> None:
    feeds = lists(shared, *(f"f{number}" for number in range(40)))
    found = [outcome(shared, feed, an_entry(feed.slug)) for feed in feeds]
    pages: dict[int, list[str]] = {}
    ended = threading.Event()
    differing = []

    def reader() -> None:
        while not ended.is_set():
            before, titles, after = shared.revision, shared.titles(), shared.revision
            if before == after and pages.setdefault(before, titles) != titles:
                differing.append(before)

    watcher = threading.Thread(target=reader)
    watcher.start()
    try:
        at_once(shared, database_url, *([each] for each in found[:20]))
        at_once(shared, database_url, *([each] for each in found[20:]))
    finally:
        ended.set()
        watcher.join()

    assert differing == []
    assert shared.revision == 40


def test_who_writes_another_post_waits_for_nobody(shared: Newsroom, database_url: str) -> None:
    a, b, c = lists(shared, "a", "b", "c")
    link = "https://shared.test/one"
    save(shared, outcome(shared, c, an_entry("one", link=link)))
    with impatient(database_url) as other, shared.database.write() as connection:
        locks.timeline(connection, alone=False)
        locks.posts(connection, [shared.item().id])

        assert save_in(other, shared, [outcome(shared, a, an_entry("another"))]) == [SaveSummary(new=1)]
        (waited,) = save_in(other, shared, [outcome(shared, b, an_entry("one", link=link, guid="b"))])

    assert isinstance(waited, store.StoreError)
    assert "lock timeout" in str(waited)


def test_who_has_the_timeline_alone_is_waited_for(shared: Newsroom, database_url: str) -> None:
    (a,) = lists(shared, "a")
    with impatient(database_url) as other, shared.database.write() as connection:
        locks.timeline(connection, alone=True)

        (waited,) = save_in(other, shared, [outcome(shared, a, an_entry("one"))])

    assert isinstance(waited, store.StoreError)
    assert save(shared, outcome(shared, a, an_entry("one"))) == [SaveSummary(new=1)]


def test_who_is_overtaken_by_a_copy_joins_it(shared: Newsroom, database_url: str) -> None:
    a, b = lists(shared, "a", "b")
    link = "https://a.test/shared"
    overtakes = [outcome(shared, a, an_entry("shared", link=link))]

    def overtake(*given: Any) -> None:
        """Save a copy elsewhere while the other transaction, which has found none, writes."""
        if overtakes and given[2].startswith("SELECT nextval('post_id_seq')"):
            with closing(Database.open(database_url)) as other:
                assert save_in(other, shared, [overtakes.pop()]) == [SaveSummary(new=1)]

    event.listen(Engine, "before_cursor_execute", overtake)
    try:
        results = save(shared, outcome(shared, b, an_entry("shared", link=link, guid="b")))
    finally:
        event.remove(Engine, "before_cursor_execute", overtake)

    assert (overtakes, results) == ([], [SaveSummary(new=1)])
    assert [copy.source.slug for copy in shared.item().also_in] == ["b"]


@contextmanager
def impatient(url: str) -> Iterator[Database]:
    """Open a store that gives up after waiting for a moment."""
    address = make_url(url).update_query_dict({"options": "-c lock_timeout=300"})
    with closing(Database.open(address.render_as_string(hide_password=False))) as database:
        yield database
