from dataclasses import replace

import pytest

from aggregator.model import Answer, Validators
from aggregator.schedule.moves import after_feed
from tests.schedule.examples import ADDRESS, answer, state

NEW = "https://new.example.org/feed.xml"


def moved(target: str | None = NEW, final: str = NEW) -> Answer:
    return replace(answer(), moved_to=target, final_address=final)


def test_a_permanent_redirect_is_remembered_at_the_second_feed_behind_it() -> None:
    once = after_feed(state(), moved())
    assert (once.address, once.moved_to, once.moved_seen) == (ADDRESS, NEW, 1)
    twice = after_feed(once, moved())
    assert (twice.address, twice.moved_to, twice.moved_seen) == (NEW, None, 0)


def test_another_target_starts_anew() -> None:
    once = after_feed(state(), moved())
    other = after_feed(once, moved("https://third.example.org/feed.xml"))
    assert (other.address, other.moved_to, other.moved_seen) == (
        ADDRESS,
        "https://third.example.org/feed.xml",
        1,
    )


@pytest.mark.parametrize("target", [None, ADDRESS])
def test_an_address_that_answers_itself_again_is_not_left(target: str | None) -> None:
    once = after_feed(state(), moved())
    assert after_feed(once, moved(target, ADDRESS)) == state()


def test_validators_stay_with_the_address_that_they_came_from() -> None:
    watched = state(moved_to=NEW, moved_seen=1, validators=Validators('"1"'))
    assert after_feed(watched, moved()).validators == Validators('"1"')
    # The new address redirected on, for now: what answered has another address.
    assert not after_feed(watched, moved(final="https://cdn.example.net/x")).validators
