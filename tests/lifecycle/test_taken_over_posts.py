"""Take-overs that are told by the posts, and honest changes that are not."""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from aggregator import explain
from aggregator.lifecycle import profile, takeover
from aggregator.model import Entry, FeedContent, FeedState, HoldSign, State
from aggregator.reading.read import read
from tests.support.corpus import Sample, samples

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
SITE = "https://blog.example/"

CLOUD = [
    "lambda",
    "function",
    "serverless",
    "latency",
    "container",
    "runtime",
    "kernel",
    "deploy",
    "pipeline",
    "database",
    "index",
    "query",
    "cluster",
    "network",
    "packet",
    "memory",
    "allocator",
    "scheduler",
    "thread",
    "region",
    "bucket",
    "storage",
    "metric",
    "dashboard",
    "trace",
    "profile",
    "benchmark",
    "compiler",
    "cache",
    "eviction",
    "replica",
    "leader",
    "quorum",
    "consensus",
    "snapshot",
    "journal",
    "shard",
    "partition",
    "broker",
    "stream",
    "consumer",
    "gateway",
    "throttle",
    "retry",
    "backoff",
    "budget",
    "outage",
    "incident",
    "postmortem",
    "rollout",
    "canary",
    "migration",
    "schema",
    "column",
    "cursor",
]
GARDEN = [
    "tomato",
    "seedling",
    "compost",
    "mulch",
    "orchard",
    "pruning",
    "blossom",
    "pollen",
    "beetle",
    "aphid",
    "trellis",
    "harvest",
    "pumpkin",
    "squash",
    "lettuce",
    "radish",
    "carrot",
    "potato",
    "greenhouse",
    "watering",
    "drought",
    "frost",
    "climate",
    "hedge",
    "meadow",
    "butterfly",
    "bumblebee",
    "nectar",
    "perennial",
    "annual",
    "tulip",
    "daffodil",
    "peony",
    "rosebush",
    "lavender",
    "rosemary",
    "basil",
    "parsley",
    "cucumber",
    "cabbage",
    "spinach",
    "kitchen",
    "shovel",
    "wheelbarrow",
    "gardening",
    "fertilizer",
    "manure",
    "nitrogen",
    "phosphate",
    "topsoil",
    "drainage",
    "terrace",
    "balcony",
    "flowerpot",
]
CASINO = [
    "casino",
    "bonus",
    "jackpot",
    "roulette",
    "blackjack",
    "player",
    "deposit",
    "withdraw",
    "wagering",
    "spins",
    "payout",
    "dealer",
    "bankroll",
    "promotion",
    "welcome",
    "voucher",
    "loyalty",
    "slots",
    "reels",
    "paylines",
    "croupier",
    "baccarat",
    "lottery",
    "scratch",
    "tournament",
    "table",
    "chips",
    "operator",
    "licence",
    "gambling",
    "odds",
    "bookmaker",
    "fixtures",
    "accumulator",
    "handicap",
    "markets",
    "stake",
    "winnings",
    "cashback",
    "reload",
]
GLUE = [
    "the",
    "and",
    "that",
    "is",
    "was",
    "with",
    "for",
    "are",
    "this",
    "have",
    "you",
    "from",
    "not",
    "which",
    "they",
    "it",
    "we",
    "of",
    "to",
]
DEUTSCH = [
    "der",
    "die",
    "und",
    "nicht",
    "ist",
    "ich",
    "das",
    "ein",
    "mit",
    "für",
    "auf",
    "sich",
    "auch",
    "eine",
    "wird",
    "aus",
    "werden",
]
RUSSIAN = [
    "и",
    "не",
    "что",
    "на",
    "это",
    "как",
    "его",
    "но",
    "они",
    "для",
    "был",
    "так",
    "все",
    "она",
    "если",
]


def prose(words: Sequence[str], seed: object, glue: Sequence[str] = GLUE) -> str:
    chance = random.Random(str(seed))
    return " ".join(chance.choice(words if number % 2 else glue) for number in range(160))


def post(
    key: object,
    words: Sequence[str],
    days: float,
    *,
    glue: Sequence[str] = GLUE,
    title: str = "",
    link: str = "",
) -> Entry:
    chance = random.Random(f"title {key}")
    return Entry(
        guid=f"g{key}",
        link=link or f"{SITE}{key}",
        fingerprint=str(key),
        title=title or " ".join(chance.sample(list(words), 5)),
        text=prose(words, key, glue),
        minutes=1,
        published=NOW - timedelta(days=days),
    )


PAST = [post(f"old-{number}", CLOUD, 7 + 7 * number) for number in range(20)]


def reading(entries: Sequence[Entry], title: str = "A blog", link: str = SITE) -> FeedContent:
    return FeedContent(title=title, link=link, language="en", entries=tuple(entries))


def state_after(entries: Sequence[Entry], at: datetime = NOW - timedelta(days=6)) -> FeedState:
    document = reading(entries)
    return FeedState(
        address=f"{SITE}feed",
        next_poll=at,
        state=State.OK,
        last_success=at,
        title=document.title,
        link=document.link,
        listing=takeover.listing(document, f"{SITE}feed"),
        post_times=tuple(sorted((entry.published for entry in entries if entry.published), reverse=True)),
        profile=profile.merged("", entries),
    )


def signs(new: Sequence[Entry], *, past: Sequence[Entry] = PAST, **site: Any) -> list[HoldSign]:
    """What is held against a document that lists new posts before the old ones."""
    document = reading([*new, *past[:5]], **site)
    found = takeover.change_evidence(state_after(past), document, f"{SITE}feed", NOW)
    assert "looks taken over" in explain.hold(found, "a") or not found
    return [one.sign for one in found]


def posts(count: int, words: Sequence[str], within: float = 1.0, **more: Any) -> list[Entry]:
    return [post(f"new-{number}", words, within * number / count, **more) for number in range(count)]


def named(form: str) -> Callable[[int], list[Entry]]:
    towns = [
        "Leeds",
        "York",
        "Derby",
        "Luton",
        "Bath",
        "Dover",
        "Hull",
        "Truro",
        "Wells",
        "Ripon",
        "Ely",
        "Lisburn",
    ]

    def make(number: int) -> list[Entry]:
        return [
            replace(post(f"new-{at}", GARDEN, at / 12), title=form.format(towns[at])) for at in range(number)
        ]

    return make


SPAM: dict[str, Any] = {"link": "https://best-casino777.example/x"}


def linking(entries: list[Entry], *hosts: str) -> list[Entry]:
    return [replace(entry, hosts=hosts) for entry in entries]


TAKE_OVERS: list[tuple[list[Entry], dict[str, Any]]] = [
    # Broken into: the old posts are still listed.
    (posts(3, CASINO), {}),
    (posts(3, CASINO, **SPAM), {}),
    (posts(40, CASINO), {}),
    (posts(3, GARDEN, **SPAM), {}),
    (posts(12, CLOUD, **SPAM), {}),
    (posts(3, GARDEN, link="https://cheap-viagra.example/"), {}),
    (posts(3, GARDEN, link="https://www.sedoparking.example/"), {}),
    # On the blog's own pages, with links in their texts.
    (linking(posts(3, GARDEN), "best-casino777.example"), {}),
    (linking(posts(12, CLOUD), "github.example", "slot-gacor.example"), {}),
    # Sold, with the archive.
    (posts(12, GARDEN, glue=DEUTSCH), {}),
    (posts(15, GARDEN, glue=RUSSIAN), {}),
    (posts(3, CLOUD, glue=DEUTSCH), {"title": "Casino ohne Limit"}),
    (posts(3, CLOUD, glue=DEUTSCH), {"link": "https://other.example/"}),
    (posts(5, CASINO, glue=RUSSIAN), {}),
    # Slop: another subject, in a flood, of one template.
    (named("The best plumber for your home in {}")(12), {}),
    (named("Top ten restaurants around {} you will love")(12), {}),
    (posts(60, GARDEN), {"title": "Deals and offers"}),
    (named("The best plumber for your home in {}")(8), {"title": "Deals and offers"}),
]


@pytest.mark.parametrize(("new", "site"), TAKE_OVERS)
def test_take_overs_are_held(new: list[Entry], site: dict[str, Any]) -> None:
    assert signs(new, **site)


HONEST: list[tuple[list[Entry], dict[str, Any]]] = [
    (posts(5, CLOUD), {}),
    (posts(60, CLOUD), {}),  # the source's own flood, as when an archive is republished
    (posts(3, GARDEN), {}),  # a holiday
    (posts(3, CLOUD, glue=DEUTSCH), {}),  # a post in another language
    (posts(4, CLOUD), {"title": "Another name", "link": "https://new-home.example/"}),  # a move
    (named("Notes of the meeting we held at {}")(8), {}),
    (posts(2, CASINO, **SPAM), {}),  # too few to tell
    ([post("one", CLOUD, 0, **SPAM), *posts(4, CLOUD)], {}),  # a link to a casino in a post on its outage
    (linking(posts(3, CLOUD), "slot-gacor.example"), {}),  # its own subject, at its own pace
    (
        linking(
            posts(12, CLOUD), "socialist.example", "megacorp.example", "blog.dan.example", "dan.luu.example"
        ),
        {},
    ),
]


@pytest.mark.parametrize(("new", "site"), HONEST)
def test_an_honest_change_is_not_held(new: list[Entry], site: dict[str, Any]) -> None:
    assert not signs(new, **site)


def test_a_blog_in_two_languages_may_go_on_in_both() -> None:
    past = [post(f"old-{at}", CLOUD, 7 + at, glue=DEUTSCH if at % 2 else GLUE) for at in range(20)]

    assert not signs(posts(12, CLOUD, glue=DEUTSCH), past=past)


def test_a_casino_may_write_of_casinos() -> None:
    past = [post(f"old-{at}", CASINO, 7 + at) for at in range(20)]

    assert not signs(posts(12, CASINO, **SPAM), past=past)


def test_a_flood_that_put_a_feed_on_hold_holds_it_when_it_has_grown_old() -> None:
    flood = named("The best plumber for your home in {}")(12)
    document = reading([*flood, *PAST[:5]])
    before = state_after(PAST)
    held = takeover.change_evidence(before, document, f"{SITE}feed", NOW)
    later = takeover.change_evidence(
        replace(before, hold=held), document, f"{SITE}feed", NOW + timedelta(days=99)
    )

    assert HoldSign.RATE in [one.sign for one in held]
    assert [one.sign for one in later] == [one.sign for one in held]


def test_a_feed_of_which_nothing_is_known_yet_is_not_held() -> None:
    document = reading(posts(12, CASINO, **SPAM))

    assert not takeover.change_evidence(FeedState(address=SITE, next_poll=NOW), document, f"{SITE}feed", NOW)
    unprofiled = replace(state_after(PAST), profile="")
    assert not takeover.change_evidence(unprofiled, document, f"{SITE}feed", NOW)


def test_a_profile_is_bounded_and_read_as_it_was_written() -> None:
    written = ""
    for words in (CLOUD, GARDEN, CASINO):
        written = profile.merged(written, posts(20, words))

    assert len(written) < 1100
    assert str(profile.Profile.read(written)) == written
    assert profile.merged(written, ()) == written


@pytest.mark.parametrize("step", [3, 10])
@pytest.mark.parametrize("sample", samples(), ids=str)
def test_no_honest_feed_is_held_as_it_grows(sample: Sample, step: int) -> None:
    """Each feed of the corpus in the order of its dates, polled whenever so many posts are new."""
    document = read(sample.body, content_type=None, address=sample.url)
    dated = sorted((entry for entry in document.entries if entry.date), key=lambda entry: entry.date or NOW)
    state = FeedState(address=sample.url, next_poll=NOW)
    for count in range(4, len(dated) + 1, step):
        listed = dated[max(count - 30, 0) : count]
        at = (listed[-1].date or NOW) + timedelta(hours=1)
        grown = replace(document, entries=tuple(listed), places=())
        assert takeover.change_evidence(state, grown, sample.url, at) == ()
        state = replace(
            state,
            title=document.title,
            link=document.link,
            last_success=at,
            listing=takeover.listing(grown, sample.url),
            post_times=tuple(entry.date for entry in reversed(dated[:count]) if entry.date)[:200],
            profile=profile.merged(state.profile, takeover.new_entries(listed, state.listing)),
        )
