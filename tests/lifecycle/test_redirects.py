from dataclasses import replace

import pytest

from aggregator.lifecycle.redirects import after_failure, after_good_poll
from aggregator.model import FetchResult, Reason, ReasonCode, Validators
from tests.lifecycle.examples import ADDRESS, answer, state

NEW = "https://new.example.org/feed.xml"
BACKING_OFF = (Reason(ReasonCode.BACKOFF, count=5, text="HTTP 404"),)


def moved(target: str | None = NEW, final: str = NEW) -> FetchResult:
    return replace(answer(), moved_to=target, final_address=final)


def test_a_permanent_redirect_is_remembered_at_the_second_feed_behind_it() -> None:
    once = after_good_poll(state(), moved())
    assert (once.address, once.moved_to, once.moved_seen) == (ADDRESS, NEW, 1)
    twice = after_good_poll(once, moved())
    assert (twice.address, twice.moved_to, twice.moved_seen) == (NEW, None, 0)


def test_another_target_starts_anew() -> None:
    once = after_good_poll(state(), moved())
    other = after_good_poll(once, moved("https://third.example.org/feed.xml"))
    assert (other.address, other.moved_to, other.moved_seen) == (
        ADDRESS,
        "https://third.example.org/feed.xml",
        1,
    )


@pytest.mark.parametrize("target", [None, ADDRESS])
def test_an_address_that_answers_itself_again_is_not_left(target: str | None) -> None:
    once = after_good_poll(state(), moved())
    assert after_good_poll(once, moved(target, ADDRESS)) == state()


def test_validators_stay_with_the_address_that_they_came_from() -> None:
    watched = state(moved_to=NEW, moved_seen=1, validators=Validators('"1"'))
    assert after_good_poll(watched, moved()).validators == Validators('"1"')
    # The new address redirected on, for now: what answered has another address.
    assert not after_good_poll(watched, moved(final="https://cdn.example.net/x")).validators


def test_a_new_home_that_fails_five_times_is_left_for_the_admins_address() -> None:
    failing = state(address=NEW, failures=4, validators=Validators('"1"'), why=BACKING_OFF)
    assert after_failure(failing, ADDRESS) == failing
    back = after_failure(replace(failing, failures=5), ADDRESS)
    assert (back.address, back.validators) == (ADDRESS, Validators())
    assert back.why == (*BACKING_OFF, Reason(ReasonCode.MOVED_BACK, text=NEW))


def test_the_admins_own_address_is_never_left_for_failing() -> None:
    failing = state(failures=50)
    assert after_failure(failing, ADDRESS) == failing
