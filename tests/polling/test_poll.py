"""One feed over simulated days: a real server, the real fetcher, reading in real processes."""

import asyncio
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator import explain
from aggregator.fetch.fetcher import Fetcher
from aggregator.lifecycle.unreliable_validators import CHURNED, PROVEN
from aggregator.model import DoubtKind, Feed, FeedState, Outcome, Result, State, ValidatorDoubt, Validators
from aggregator.polling.poll import Circumstances, poll, read_push
from aggregator.reading.reader import Reader
from aggregator.sources.settings import Polling, Source
from tests.support.clock import ManualClock
from tests.support.publisher import Certificates, Handler, Publisher, head, resets, sends

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
PATH = "/feed.xml"


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as loop:
        yield loop


@pytest.fixture(scope="module")
def reader(runner: asyncio.Runner) -> Iterator[Reader]:
    reader = Reader(1)
    runner.run(reader.__aenter__())
    yield reader
    runner.run(reader.__aexit__(None, None, None))


class Desk:
    """Polls one feed, and keeps what each poll leaves for the next as the store would."""

    def __init__(
        self,
        runner: asyncio.Runner,
        reader: Reader,
        clock: ManualClock,
        site: Publisher,
        **for_fetcher: Any,
    ) -> None:
        self.runner, self.reader, self.clock, self.site = runner, reader, clock, site
        self.fetcher = runner.run(Fetcher("https://timeline.example", clock, **for_fetcher).__aenter__())
        self.polling = Polling(allow_private_networks=True, per_host_gap=timedelta(0))
        self.state = FeedState(site.url(PATH), clock.now())

    @property
    def source(self) -> Source:
        return Source(url=self.site.url(PATH), slug="example", polling=self.polling)

    @property
    def feed(self) -> Feed:
        return Feed(1, "example", self.site.url(PATH), self.state)

    @property
    def why(self) -> str:
        """Why the next poll is when it is, as an admin reads it."""
        return explain.next_poll(self.state.why, "example")

    @property
    def wait(self) -> timedelta:
        """How long until the next poll."""
        return self.state.next_poll - self.clock.now()

    def poll(self, **later: float) -> Outcome:
        """Poll now, or so much later."""
        self.clock.advance(**later)
        outcome = self.runner.run(self._poll())
        self.state = outcome.after
        return outcome

    def poll_when_due(self) -> Outcome:
        self.clock.set(self.state.next_poll)
        return self.poll()

    def push(self, body: bytes, content_type: str | None = "application/rss+xml") -> Outcome:
        """Hand in a document that nobody asked for."""
        outcome = self.runner.run(
            read_push(
                self.feed,
                self.source,
                self.reader,
                Circumstances(self.clock),
                body=body,
                content_type=content_type,
            )
        )
        self.state = outcome.after
        return outcome

    async def _poll(self) -> Outcome:
        return await poll(self.feed, self.source, self.fetcher, self.reader, Circumstances(self.clock))

    @property
    def conditions(self) -> tuple[str | None, str | None]:
        """What the last request was conditional on."""
        headers = self.site.requests[-1].headers
        return headers["If-None-Match"], headers["If-Modified-Since"]


@pytest.fixture
def desk(runner: asyncio.Runner, reader: Reader, clock: ManualClock, publisher: Publisher) -> Desk:
    return Desk(runner, reader, clock, publisher)


def said(outcome: Outcome) -> str:
    return explain.poll(outcome.result, outcome.details, outcome.feed.slug)


def rss(
    *titles: str,
    title: str = "Ponds and Rivers",
    link: str = "https://ponds.example/",
    dates: Sequence[datetime] = (),
    extra: str = "",
) -> bytes:
    """An RSS document with an item a title, newest first, and these dates for the first of them."""
    written = [f"<pubDate>{format_datetime(date)}</pubDate>" for date in dates]
    written += [""] * (len(titles) - len(written))
    items = "".join(
        f"<item><title>{name}</title><link>{link}{name.replace(' ', '-')}</link>{date}"
        f"<guid isPermaLink='false'>{link}#{name}</guid><description>All about {name}.</description></item>"
        for name, date in zip(titles, written, strict=True)
    )
    return (
        f"<rss version='2.0'><channel><title>{title}</title><link>{link}</link><description>d</description>"
        f"{extra}{items}</channel></rss>"
    ).encode()


POSTS = ("Otters", "Herons", "Newts", "Frogs")
OTHER_SITE = rss("Slots", "Poker", "Roulette", "Bets", title="Lucky Casino", link="https://casino.example/")


# --- one request, conditional ever after -------------------------------------------------------------------


def test_a_first_poll_is_one_plain_request_and_leaves_all_that_the_next_needs(
    desk: Desk, publisher: Publisher, clock: ManualClock
) -> None:
    now = clock.now()
    publisher.serves(PATH, rss(*POSTS, dates=[now - day * DAY for day in range(1, 5)]), etag='"1"')
    outcome = desk.poll()
    assert (outcome.result, outcome.status, said(outcome)) == (Result.READ, 200, "4 entries")
    assert len(outcome.entries) == 4
    assert len(publisher.requests) == 1
    assert desk.conditions == (None, None)
    state = outcome.after
    assert (state.state, state.title, state.link) == (State.OK, "Ponds and Rivers", "https://ponds.example/")
    assert state.validators == Validators('"1"')
    assert (state.last_poll, state.last_success, state.last_full) == (now, now, now)
    assert state.post_times == tuple(now - day * DAY for day in range(1, 5))
    assert desk.why == "posts about once a day"
    assert state.rate
    assert outcome.received > 0


@pytest.mark.parametrize(
    "validators",
    [
        {"etag": 'W/"weak, \\odd"'},
        {"etag": "no-quotes"},
        {"last_modified": "Sun, 01 Mar 2026 10:00:00 GMT"},
        {"last_modified": "sunday the first"},
        {"etag": '"1"', "last_modified": "Sun, 01 Mar 2026 10:00:00 GMT"},
    ],
)
def test_validators_are_sent_back_byte_for_byte_and_both_where_both_were_given(
    desk: Desk, publisher: Publisher, validators: dict[str, str]
) -> None:
    publisher.serves(PATH, rss(*POSTS), **validators)  # type: ignore[arg-type]  # names of two text arguments
    desk.poll()
    desk.poll(hours=1)
    assert desk.conditions == (validators.get("etag"), validators.get("last_modified"))


def test_a_304_is_said_and_its_validators_replace_the_stored_ones(desk: Desk, publisher: Publisher) -> None:
    publisher.serves(PATH, rss(*POSTS), etag='"1"')
    desk.poll()
    publisher.answers(PATH, 304, headers={"ETag": '"2"'})
    outcome = desk.poll(hours=1)
    assert (outcome.result, said(outcome)) == (Result.NOT_MODIFIED, "unchanged (304)")
    assert (desk.state.state, desk.state.unchanged_polls) == (State.OK, 1)
    desk.poll(hours=1)
    assert desk.conditions == ('"2"', None)


def test_a_304_without_validators_keeps_the_old_ones(desk: Desk, publisher: Publisher) -> None:
    publisher.serves(PATH, rss(*POSTS), etag='"1"', last_modified="Sun, 01 Mar 2026 10:00:00 GMT")
    desk.poll()
    publisher.answers(PATH, 304)
    desk.poll(hours=1)
    desk.poll(hours=1)
    assert desk.conditions == ('"1"', "Sun, 01 Mar 2026 10:00:00 GMT")


def test_of_a_changed_document_only_what_is_new_is_read_and_all_of_it_counts(
    desk: Desk, publisher: Publisher, clock: ManualClock
) -> None:
    now = clock.now()
    dates = [now + HOUR, now - DAY, now - 2 * DAY, now - 3 * DAY]
    publisher.serves(PATH, rss(*POSTS[:3], dates=dates[1:]))
    first = desk.poll()
    publisher.serves(PATH, rss("pike", *POSTS[:3], dates=dates))
    outcome = desk.poll(hours=2)

    assert ([entry.title for entry in outcome.entries], said(outcome)) == (["pike"], "4 entries")
    assert outcome.delta
    assert list(outcome.delta.repeated) == [entry.span for entry in first.entries]
    assert outcome.delta.gone == ()
    assert desk.state.post_times == tuple(dates)
    assert len(desk.state.listing) == 5

    publisher.serves(PATH, rss("pike", *POSTS[1:3], dates=[dates[0], *dates[2:]]))
    outcome = desk.poll(hours=1)
    assert (outcome.entries, said(outcome)) == ((), "3 entries")
    assert outcome.delta
    assert outcome.delta.gone == (first.entries[0].span,)


def test_an_unchanged_body_is_known_by_its_hash_and_its_validators_replace_the_stored_ones(
    desk: Desk, publisher: Publisher
) -> None:
    publisher.serves(PATH, rss(*POSTS), etag='"1"')
    desk.poll()
    publisher.serves(PATH, rss(*POSTS), etag='"2"')
    outcome = desk.poll(hours=1)
    assert (outcome.result, outcome.entries) == (Result.UNCHANGED, ())
    assert said(outcome) == "unchanged (the same document again)"
    assert outcome.after.body_hash == hashlib.sha256(rss(*POSTS)).hexdigest()
    desk.poll(hours=1)
    assert desk.conditions == ('"2"', None)


def test_a_changed_body_is_read_even_under_its_old_validator(desk: Desk, publisher: Publisher) -> None:
    publisher.answers(PATH, 200, headers={"ETag": '"1"'}, body=rss(*POSTS))
    desk.poll()
    publisher.answers(PATH, 200, headers={"ETag": '"1"'}, body=rss("Toads", *POSTS))
    assert desk.poll(hours=1).result is Result.READ


def test_a_new_document_without_validators_leaves_none(desk: Desk, publisher: Publisher) -> None:
    publisher.serves(PATH, rss(*POSTS), etag='"1"')
    desk.poll()
    publisher.serves(PATH, rss("Toads", *POSTS))
    desk.poll(hours=1)
    desk.poll(hours=1)
    assert desk.conditions == (None, None)


def test_a_document_that_cannot_be_read_is_forgotten_so_that_a_304_cannot_hide_its_repair(
    desk: Desk, publisher: Publisher
) -> None:
    publisher.serves(PATH, rss(*POSTS), etag='"1"')
    desk.poll()
    publisher.serves(PATH, "not a feed at all", etag='"2"')
    outcome = desk.poll(hours=1)
    assert outcome.result is Result.FAILED
    assert outcome.after.body_hash is None
    desk.poll(hours=1)
    assert desk.conditions == (None, None)


def test_a_failure_on_the_way_keeps_the_validators(desk: Desk, publisher: Publisher) -> None:
    publisher.serves(PATH, rss(*POSTS), etag='"1"')
    desk.poll()
    publisher.answers(PATH, 500)
    desk.poll(hours=1)
    publisher.serves(PATH, rss(*POSTS), etag='"1"')
    assert desk.poll(hours=1).result is Result.NOT_MODIFIED


@pytest.mark.parametrize(
    "refusal",
    [
        sends(head(412, {"Content-Length": "0"})),
        sends(head(501, {"Content-Length": "0"})),
        sends(head(304, {"Content-Length": "0"})[:9]),
        resets(b""),
    ],
)
def test_a_server_that_cannot_bear_conditions_is_asked_without_them_at_most_once_a_day(
    desk: Desk, publisher: Publisher, refusal: Handler
) -> None:
    def serve(body: bytes) -> None:
        whole = sends(head(200, {"ETag": '"1"', "Content-Length": str(len(body))}) + body)
        publisher.answers_with(
            PATH,
            lambda request, wire: (refusal if request.headers["If-None-Match"] else whole)(request, wire),
        )

    serve(rss(*POSTS))
    desk.poll()
    serve(rss("Toads", *POSTS))
    polls = [desk.poll(hours=6) for _ in range(12)]

    read = [outcome.at for outcome in polls if outcome.result in (Result.READ, Result.UNCHANGED)]
    assert len(read) == 3
    assert desk.state.last_success == read[-1]


# --- servers that lie --------------------------------------------------------------------------------------


def test_a_server_that_says_304_by_a_date_in_the_future_is_asked_in_full_once_a_day_and_found_out(
    desk: Desk, publisher: Publisher
) -> None:
    future = "Tue, 01 Jan 2041 00:00:00 GMT"
    publisher.serves(PATH, rss(*POSTS), last_modified=future)
    desk.poll()
    started = desk.clock.now()
    outcomes = [desk.poll(hours=1)]
    assert desk.state.validator_doubts == (
        ValidatorDoubt(DoubtKind.FUTURE_DATE, modified=datetime(2041, 1, 1, tzinfo=UTC)),
    )
    # A post appears, and the server goes on to say that nothing changed.
    publisher.serves(PATH, rss("Toads", *POSTS, dates=[started + 3 * HOUR]), last_modified=future)
    outcomes += [desk.poll(hours=1) for _ in range(49)]
    read = [outcome.at for outcome in outcomes if outcome.result is Result.READ]
    assert read == [started + 24 * HOUR]
    plain = [request for request in publisher.requests if not request.headers["If-Modified-Since"]]
    assert len(plain) == 1 + 2  # the first poll, then one a day
    assert PROVEN in desk.state.validator_doubts


def test_a_server_that_falls_silent_against_its_rhythm_is_asked_in_full_and_the_new_posts_come(
    desk: Desk, publisher: Publisher, clock: ManualClock
) -> None:
    daily = [clock.now() - day * DAY for day in range(20)]
    names = [f"Day {number}" for number in range(20)]
    publisher.serves(PATH, rss(*names, dates=daily), etag='"for ever"')
    desk.poll()
    late = [clock.now() + DAY, *daily]
    publisher.serves(PATH, rss("Day 20", *names, dates=late), etag='"for ever"')
    results = [desk.poll(hours=12).result for _ in range(2 * 14)]
    assert Result.READ in results
    assert results.index(Result.READ) > 2 * 4  # some days of silence are nothing
    assert PROVEN in desk.state.validator_doubts


def test_a_new_validator_with_every_unchanged_answer_is_noted(desk: Desk, publisher: Publisher) -> None:
    for number in range(4):
        publisher.answers(PATH, 200, headers={"ETag": f'"{number}"'}, body=rss(*POSTS))
        desk.poll(hours=1)
    assert CHURNED in desk.state.validator_doubts
    publisher.serves(PATH, rss(*POSTS), etag='"3"')
    desk.poll(hours=1)
    assert desk.state.validator_doubts == ()


# --- what the publisher asks for ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "extra", "wait", "why"),
    [
        (
            {"Cache-Control": "max-age=43200"},
            "",
            12 * HOUR,
            "the publisher asks for 12 hours between polls (Cache-Control: max-age)",
        ),
        (
            {"Expires": "Mon, 02 Mar 2026 18:00:00 GMT", "Date": "Mon, 02 Mar 2026 12:00:00 GMT"},
            "",
            6 * HOUR,
            "the publisher asks for 6 hours between polls (Expires)",
        ),
        ({}, "<ttl>360</ttl>", 6 * HOUR, "the publisher asks for 6 hours between polls (ttl)"),
        (
            {"Cache-Control": "max-age=99999999"},
            "",
            7 * DAY,
            "the publisher asks for 3 years between polls (Cache-Control: max-age); cut to 1 week",
        ),
        ({"Retry-After": "172800"}, "", 2 * DAY, "the publisher asks to wait 2 days (Retry-After)"),
    ],
)
def test_the_poller_waits_as_long_as_the_publisher_asks_and_says_why(
    *, desk: Desk, publisher: Publisher, headers: dict[str, str], extra: str, wait: timedelta, why: str
) -> None:
    publisher.serves(PATH, rss(*POSTS, extra=extra), headers=headers)
    desk.poll()
    assert wait <= desk.wait <= wait + timedelta(minutes=6)
    assert desk.why == why


def test_what_the_document_asks_holds_after_a_304_too(desk: Desk, publisher: Publisher) -> None:
    publisher.serves(PATH, rss(*POSTS, extra="<ttl>360</ttl>"), etag='"1"')
    desk.poll()
    assert desk.poll_when_due().result is Result.NOT_MODIFIED
    assert desk.wait >= 6 * HOUR


# --- failures ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [400, 401, 403, 404, 418, 500, 502, 504])
def test_an_error_status_is_said_and_backed_off(desk: Desk, publisher: Publisher, status: int) -> None:
    publisher.answers(PATH, status)
    outcome = desk.poll()
    assert (outcome.result, outcome.status, desk.state.state) == (Result.FAILED, status, State.FAILING)
    assert said(outcome).startswith(f"HTTP {status}: ")
    assert desk.why == f"backing off after 1 failure: {said(outcome)}"


def test_waits_grow_from_the_interval_to_a_day_and_the_first_success_ends_them(
    desk: Desk, publisher: Publisher
) -> None:
    publisher.answers(PATH, 404)
    waits = []
    for _ in range(8):
        desk.poll_when_due()
        waits.append(desk.wait)
    for wait, hours in zip(waits, [1, 2, 4, 8, 16, 24, 24, 24], strict=True):
        assert 0.8 * hours * HOUR <= wait <= hours * HOUR
    assert desk.why.startswith("backing off after 8 failures: HTTP 404: ")
    publisher.serves(PATH, rss(*POSTS))
    desk.poll_when_due()
    assert (desk.state.state, desk.state.failures, desk.state.fault) == (State.OK, 0, None)
    assert desk.wait <= 1.1 * HOUR


def test_an_expired_certificate_is_told_with_its_day(
    runner: asyncio.Runner, reader: Reader, clock: ManualClock, certificates: Certificates
) -> None:
    expired = datetime.fromisoformat("2026-03-01T00:00:00+00:00")
    with Publisher(tls=certificates.expired(expired, "127.0.0.1")) as site:
        desk = Desk(runner, reader, clock, site, trust=certificates.trust)
        for _ in range(3):
            desk.poll_when_due()
    assert desk.why.startswith("backing off after 3 failures: ")
    assert "certificate" in desk.why
    assert "expired on 2026-03-01" in desk.why


def test_a_broken_transfer_and_an_unreachable_server_are_failures_like_others(
    desk: Desk, publisher: Publisher
) -> None:
    publisher.answers_with(PATH, resets(b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n<rss"))
    assert desk.poll().result is Result.FAILED
    desk.state = replace(desk.state, address="http://127.0.0.1:1/feed.xml")
    outcome = desk.poll(hours=1)
    assert outcome.after.fault
    assert outcome.after.fault.kind.is_unreachable
    assert outcome.status is None


def test_a_page_in_place_of_a_feed_is_reported_and_nothing_else_is_asked(
    desk: Desk, publisher: Publisher
) -> None:
    page = (
        "<!doctype html><html><head><title>Ponds</title>"
        "<link rel=alternate type=application/rss+xml href=/real.xml></head><body><p>Hello</p></body></html>"
    )
    publisher.serves(PATH, page, content_type="text/html")
    outcome = desk.poll()
    assert outcome.result is Result.FAILED
    assert publisher.url("/real.xml") in said(outcome)
    assert len(publisher.requests) == 1


def test_gone_ends_the_polling_and_says_so(desk: Desk, publisher: Publisher) -> None:
    publisher.answers(PATH, 410)
    outcome = desk.poll()
    assert (outcome.result, desk.state.state) == (Result.GONE, State.GONE)
    assert desk.wait > 365 * DAY
    assert desk.why.startswith("polled no more: the publisher says that the feed is gone for good")


def test_a_feed_that_is_gone_lives_again_when_the_admin_polls_it_and_it_answers(
    desk: Desk, publisher: Publisher
) -> None:
    publisher.answers(PATH, 410)
    desk.poll()
    publisher.serves(PATH, rss(*POSTS))
    assert desk.poll(days=30).result is Result.READ
    assert desk.state.state is State.OK


@pytest.mark.parametrize(
    ("headers", "least"), [({"Retry-After": "10800"}, 3 * HOUR), ({}, timedelta(minutes=15))]
)
def test_a_429_pauses_its_whole_host_with_or_without_retry_after(
    desk: Desk, publisher: Publisher, headers: dict[str, str], least: timedelta
) -> None:
    publisher.answers(PATH, 429, headers=headers)
    pause = desk.poll().host_pause
    assert pause
    assert pause.host == "127.0.0.1"
    assert pause.until == min(desk.state.next_poll, desk.clock.now() + HOUR)
    assert desk.state.next_poll >= desk.clock.now() + least


def test_a_host_is_paused_for_an_hour_at_most_however_long_the_feed_itself_waits(
    desk: Desk, publisher: Publisher
) -> None:
    publisher.answers(PATH, 429, headers={"Retry-After": "604800"})

    pause = desk.poll().host_pause

    assert pause
    assert pause.until == desk.clock.now() + HOUR
    assert desk.wait == 7 * DAY


def test_a_429_behind_a_redirect_pauses_no_host(desk: Desk, publisher: Publisher) -> None:
    with Publisher(host="127.0.0.2") as other:
        publisher.redirects(PATH, other.url("/feed"), 302)
        other.answers("/feed", 429, headers={"Retry-After": "604800"})

        assert desk.poll().host_pause is None


def test_a_503_pauses_its_feed_alone(desk: Desk, publisher: Publisher) -> None:
    publisher.answers(PATH, 503, headers={"Retry-After": "21600"})
    assert desk.poll().host_pause is None
    assert desk.wait == 6 * HOUR
    assert desk.why.endswith("; the publisher asks to wait 6 hours (Retry-After)")


# --- moves -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 308])
def test_a_permanent_redirect_is_followed_and_remembered_after_two_feeds(
    desk: Desk, publisher: Publisher, status: int
) -> None:
    publisher.redirects(PATH, "/new.xml", status)
    publisher.serves("/new.xml", rss(*POSTS), etag='"1"')
    desk.poll()
    assert desk.state.address == publisher.url(PATH)
    outcome = desk.poll(hours=1)
    assert desk.state.address == publisher.url("/new.xml")
    assert said(outcome).endswith(f"; moved for good to {publisher.url('/new.xml')}")
    desk.poll(hours=1)
    assert len(publisher.requests_to(PATH)) == 2
    assert desk.conditions == ('"1"', None)


@pytest.mark.parametrize("status", [302, 303, 307])
def test_a_temporary_redirect_is_never_remembered(desk: Desk, publisher: Publisher, status: int) -> None:
    publisher.redirects(PATH, "/elsewhere.xml", status)
    publisher.serves("/elsewhere.xml", rss(*POSTS))
    for _ in range(4):
        desk.poll(hours=1)
    assert desk.state.address == publisher.url(PATH)
    assert desk.state.moved_to is None


def test_a_captive_portal_captures_no_source(desk: Desk, publisher: Publisher) -> None:
    publisher.serves(PATH, rss(*POSTS))
    desk.poll()
    publisher.redirects(PATH, "/login", 301)
    publisher.serves("/login", "<!doctype html><html><body>Log in</body></html>", content_type="text/html")
    for _ in range(4):
        assert desk.poll(hours=1).result is Result.FAILED
    publisher.serves(PATH, rss("Toads", *POSTS))
    assert desk.poll(hours=1).result is Result.READ
    assert desk.state.address == publisher.url(PATH)


def test_a_new_home_that_dies_is_left_for_the_address_that_the_admin_wrote(
    desk: Desk, publisher: Publisher
) -> None:
    publisher.redirects(PATH, "/new.xml", 301)
    publisher.serves("/new.xml", rss(*POSTS))
    desk.poll()
    desk.poll(hours=1)
    publisher.forget()
    publisher.serves(PATH, rss("Toads", *POSTS))
    for _ in range(5):
        assert desk.poll_when_due().result is Result.FAILED
    assert desk.poll_when_due().result is Result.READ


# --- another site behind the address -----------------------------------------------------------------------


def test_another_site_is_put_on_hold_and_nothing_of_it_is_taken(desk: Desk, publisher: Publisher) -> None:
    publisher.serves(PATH, rss(*POSTS))
    desk.poll()
    good = desk.state
    publisher.serves(PATH, OTHER_SITE)
    outcome = desk.poll(hours=1)
    assert (outcome.result, outcome.entries, desk.state.state) == (Result.HELD, (), State.ON_HOLD)
    assert said(outcome).startswith("on hold: looks like another site: ")
    assert desk.state.hold
    assert "aggregator sources release example" in said(outcome)
    assert (desk.state.title, desk.state.listing) == (good.title, good.listing)
    assert desk.state.last_success == good.last_success


def test_a_hold_stays_while_the_other_site_does_and_ends_when_the_known_one_is_back(
    desk: Desk, publisher: Publisher
) -> None:
    publisher.serves(PATH, rss(*POSTS), etag='"1"')
    desk.poll()
    publisher.serves(PATH, OTHER_SITE, etag='"2"')
    desk.poll(hours=1)
    assert desk.poll(hours=1).result is Result.NOT_MODIFIED
    assert desk.state.state is State.ON_HOLD
    publisher.serves(PATH, rss("Toads", *POSTS), etag='"3"')
    assert desk.poll(hours=1).result is Result.READ
    assert (desk.state.state, desk.state.hold) == (State.OK, ())


def test_after_the_admins_release_the_next_document_counts_as_the_first(
    desk: Desk, publisher: Publisher
) -> None:
    publisher.serves(PATH, rss(*POSTS))
    desk.poll()
    publisher.serves(PATH, OTHER_SITE)
    desk.poll(hours=1)
    desk.state = replace(
        desk.state, listing=(), title="", link=None, validators=Validators(), body_hash=None, hold=()
    )
    assert desk.poll(hours=1).result is Result.READ
    assert desk.state.title == "Lucky Casino"


def test_an_empty_document_in_between_does_not_let_another_site_in(desk: Desk, publisher: Publisher) -> None:
    publisher.serves(PATH, rss(*POSTS))
    desk.poll()
    publisher.serves(PATH, rss(title="Lucky Casino", link="https://casino.example/"))
    assert desk.poll(hours=1).result is Result.READ
    publisher.serves(PATH, OTHER_SITE)
    assert desk.poll(hours=1).result is Result.HELD


def test_a_relaunch_with_new_guids_and_the_same_titles_passes(desk: Desk, publisher: Publisher) -> None:
    publisher.serves(PATH, rss(*POSTS))
    desk.poll()
    publisher.serves(PATH, rss(*POSTS, title="A new name", link="https://new.example/"))
    assert desk.poll(hours=1).result is Result.READ


# --- documents that come by themselves ---------------------------------------------------------------------


def test_a_pushed_document_is_taken_like_a_polled_one_and_keeps_the_validators(
    desk: Desk, publisher: Publisher
) -> None:
    publisher.serves(PATH, rss(*POSTS), etag='"1"')
    desk.poll()
    outcome = desk.push(rss("Toads", *POSTS))
    assert (outcome.result, said(outcome)) == (Result.READ, "5 entries")
    assert len(publisher.requests) == 1
    desk.poll(hours=1)
    assert desk.conditions == ('"1"', None)
    assert desk.push(rss("Toads", *POSTS)).result is Result.UNCHANGED


def test_a_push_of_another_site_is_held_back_too(desk: Desk, publisher: Publisher) -> None:
    publisher.serves(PATH, rss(*POSTS))
    desk.poll()
    assert desk.push(OTHER_SITE).result is Result.HELD


def test_a_push_changes_nothing_about_when_the_feed_is_asked(desk: Desk, publisher: Publisher) -> None:
    publisher.serves(PATH, rss(*POSTS), headers={"Cache-Control": "max-age=43200"})
    desk.poll()
    planned = desk.state
    desk.clock.advance(hours=1)
    desk.push(rss("Toads", *POSTS))
    assert (desk.state.next_poll, desk.state.why) == (planned.next_poll, planned.why)
    assert desk.state.last_poll == planned.last_poll


def test_a_push_to_a_feed_that_fails_does_not_hide_that_it_fails(desk: Desk, publisher: Publisher) -> None:
    publisher.answers(PATH, 404)
    desk.poll()
    desk.push(rss(*POSTS))
    assert (desk.state.state, desk.state.failures) == (State.FAILING, 1)


def test_a_push_that_cannot_be_read_is_no_failure_and_makes_us_ask_soon(
    desk: Desk, publisher: Publisher
) -> None:
    publisher.serves(PATH, rss(*POSTS))
    desk.poll()
    assert desk.push(b"no feed").result is Result.FAILED
    assert (desk.state.state, desk.state.failures) == (State.OK, 0)
    assert desk.wait == timedelta(minutes=15)
    assert desk.why.startswith("a document that was pushed cannot be read, so the feed is asked itself: ")


# --- a law -------------------------------------------------------------------------------------------------

HEADER_VALUES = (
    st.sampled_from(["max-age=0", "max-age=99999999999999999999", "no-cache", "0", "-1", "31 Feb", '"', "W/"])
    | st.integers(-5, 10**12).map(str)
    | st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=20)
)


@settings(
    max_examples=100,
    deadline=None,
    # One desk for all examples: each begins with the state that the last one left, as in life.
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    status=st.sampled_from([200, 200, 200, 204, 206, 301, 304, 400, 403, 404, 429, 500, 503, 599]),
    headers=st.dictionaries(
        st.sampled_from(
            ["Cache-Control", "Expires", "Date", "Age", "Retry-After", "ETag", "Last-Modified", "Location"]
        ),
        HEADER_VALUES,
    ),
    body=st.sampled_from([b"", b"<rss", b"{}", rss(), rss(*POSTS), OTHER_SITE]) | st.binary(max_size=40),
    raw=st.none() | st.binary(max_size=40),
)
def test_whatever_a_server_answers_the_next_poll_is_never_too_soon_and_never_never(
    *, desk: Desk, publisher: Publisher, status: int, headers: dict[str, str], body: bytes, raw: bytes | None
) -> None:
    if raw is not None:
        publisher.answers_with(PATH, sends(raw))
    else:
        publisher.answers(PATH, status, headers=headers, body=body)
    publisher.requests.clear()
    desk.poll_when_due()
    assert desk.polling.min_interval <= desk.wait <= 7 * DAY
    assert desk.why
