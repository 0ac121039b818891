from dataclasses import replace
from datetime import timedelta

from aggregator import explain
from aggregator.lifecycle.unreliable_validators import (
    CHURNED,
    PROVEN,
    count_churn,
    doubt,
    doubts,
    proven_by,
    should_skip_validators,
)
from aggregator.model import DoubtKind, FeedState, ValidatorDoubt, Validators
from tests.lifecycle.examples import AT, answer, state

DAY = timedelta(days=1)
DAILY = tuple(AT - number * DAY for number in range(30))
FUTURE = Validators(last_modified="Tue, 01 Jan 2041 00:00:00 GMT")


def daily(silent: timedelta, **fields: object) -> FeedState:
    """A feed that posts daily and has had no whole document for so long."""
    known = {"last_full": AT, "unchanged_polls": round(silent / timedelta(hours=1)), "post_times": DAILY}
    return state(**{**known, **fields})


def test_a_304_is_believed_while_the_feed_could_well_be_silent() -> None:
    assert doubt(daily(3 * DAY), AT + 3 * DAY) is None


def test_a_304_is_doubted_when_a_daily_feed_says_nothing_for_a_week() -> None:
    at = AT + 8 * DAY
    assert should_skip_validators(daily(8 * DAY), at)
    found = doubt(daily(8 * DAY), at)
    assert found == ValidatorDoubt(DoubtKind.LONG_SILENCE, silence=8 * DAY)
    assert explain.doubt(found) == (
        "its validators mislead: the server has answered 304 (not modified) for 8 days, unusually long for this"
        " feed, so it is asked for the whole feed now and then, at most once a day"
    )


def test_the_same_silence_is_nothing_for_a_feed_that_posts_monthly() -> None:
    monthly = tuple(AT - number * 30 * DAY for number in range(12))
    assert doubt(daily(14 * DAY, post_times=monthly), AT + 14 * DAY) is None


def test_silence_in_few_polls_tells_nothing() -> None:
    assert doubt(daily(8 * DAY, unchanged_polls=3), AT + 8 * DAY) is None


def test_a_modification_in_the_future_is_doubted_from_the_first_304_on() -> None:
    lying = state(validators=FUTURE, last_full=AT, unchanged_polls=1)
    found = doubt(lying, AT)
    assert found
    assert explain.doubt(found) == (
        "its validators mislead: the server says that the feed was last modified in the future (2041-01-01) and"
        " answers 304 (not modified), so it is asked for the whole feed now and then, at most once a day"
    )
    assert not should_skip_validators(lying, AT + DAY - timedelta(seconds=1))
    assert should_skip_validators(lying, AT + DAY)


def test_a_date_in_the_future_that_never_met_a_304_is_no_matter() -> None:
    assert not should_skip_validators(state(validators=FUTURE, last_full=AT - 5 * DAY), AT)


def test_a_post_older_than_the_304_that_kept_it_back_is_a_proof() -> None:
    before = state(unchanged_polls=9, last_poll=AT)
    assert proven_by(before, [AT - DAY]) == (PROVEN,)
    assert proven_by(before, [AT + DAY, None]) == ()
    assert proven_by(state(last_poll=AT), [AT - DAY]) == ()  # no 304, no lie


def test_a_proven_liar_is_asked_in_full_each_day_it_says_304() -> None:
    liar = state(validator_doubts=(PROVEN,), unchanged_polls=1, last_full=AT)
    assert not should_skip_validators(liar, AT + timedelta(hours=23))
    assert should_skip_validators(liar, AT + DAY)
    assert proven_by(liar, []) == (PROVEN,)


def test_a_new_validator_with_every_unchanged_body_is_noted_the_third_time() -> None:
    feed = state(validators=Validators('"0"'))
    for number in range(1, 4):
        tagged = answer(ETag=f'"{number}"')
        feed = replace(feed, churned_validators=count_churn(feed, tagged), validators=tagged.validators)
        assert (CHURNED in doubts(feed, AT)) == (number == 3)


def test_the_same_validator_or_none_is_no_churn() -> None:
    feed = state(validators=Validators('"1"'), churned_validators=2)
    assert count_churn(feed, answer(ETag='"1"')) == 0
    assert count_churn(feed, answer()) == 0


def test_doubts_are_renewed_with_each_answer() -> None:
    assert doubts(state(validator_doubts=(PROVEN,)), AT) == ()
