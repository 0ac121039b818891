from datetime import UTC, datetime, timedelta

from aggregator.polling.liveness import Liveness

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def beats(number: int, clock: timedelta = timedelta()) -> datetime:
    return NOW + clock + timedelta(seconds=5 * number)


def test_who_goes_on_beating_lives_whatever_its_clock_says() -> None:
    liveness = Liveness()

    for look in range(20):
        heartbeats = {
            "behind": beats(look, timedelta(minutes=-10)),
            "ahead": beats(look, timedelta(minutes=10)),
        }
        assert liveness.dead(heartbeats, 5.0 * look) == set()


def test_who_stops_is_dead_within_three_looks_and_told_once() -> None:
    liveness = Liveness()
    told = []

    for look in range(1, 10):
        dead = liveness.dead({"lives": beats(look), "dead": NOW}, 5.0 * look)
        told.append(dead)
        liveness.bury(dead)

    assert told == [set(), set(), set(), {"dead"}, set(), set(), set(), set(), set()]


def test_who_is_dead_is_told_until_it_is_buried() -> None:
    liveness = Liveness()

    told = [liveness.dead({"dead": NOW}, 5.0 * look) for look in range(1, 7)]

    assert told[3:] == [{"dead"}] * 3


def test_who_comes_back_can_die_again() -> None:
    liveness = Liveness()
    for look in range(1, 5):
        liveness.bury(liveness.dead({"a": NOW}, 5.0 * look))

    again = [liveness.dead({"a": beats(1)}, 5.0 * look) for look in range(5, 9)]

    assert again == [set(), set(), set(), {"a"}]


def test_nobody_is_dead_because_nobody_could_look() -> None:
    liveness = Liveness()
    liveness.dead({"a": NOW}, 0.0)

    # The store was away for a minute: "a" could not write, either.
    assert liveness.dead({"a": NOW}, 60.0) == set()
    assert liveness.dead({"a": beats(1)}, 65.0) == set()
