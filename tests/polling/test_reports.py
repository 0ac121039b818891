"""That hosts cannot be reached is reported once it is clear whose trouble it is."""

from aggregator.model import FeedState, Outcome, ReasonCode
from tests.polling.test_poller import CROWD
from tests.support.world import World


def reported(world: World) -> list[tuple[str, bool]]:
    """Return which sources were reported, and whether as excused by our own outage."""
    return [(outcome.feed.slug, _is_excused(outcome.after)) for outcome in world.outcomes]


def _is_excused(state: FeedState) -> bool:
    return any(reason.code is ReasonCode.NETWORK_DOWN for reason in state.why)


def test_at_the_start_of_an_outage_no_source_is_reported_as_failed(world: World) -> None:
    world.lists(*CROWD)
    world.poller()
    world.internet.trouble = "names"

    world.poll()

    assert sorted(reported(world)) == sorted((name, True) for name in CROWD)


def test_a_dead_host_is_reported_once_another_one_is_reached(world: World) -> None:
    world.lists(*CROWD)
    for name in CROWD:
        world.publisher.answers(f"/{name}", 404)
    world.poller()
    world.internet.dead = {"f0.test"}

    world.poll()

    assert sorted(reported(world)) == sorted((name, False) for name in CROWD)


def test_the_only_host_is_reported_when_its_poll_has_ended(world: World) -> None:
    world.lists("f0")
    world.poller()
    world.internet.dead = {"f0.test"}

    world.poll()

    outcome: Outcome
    (outcome,) = world.outcomes
    assert outcome.after.failures == 1
    assert reported(world) == [("f0", False)]
