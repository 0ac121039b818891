from datetime import timedelta

from aggregator import store
from aggregator.store import Subscription
from tests.store.newsroom import Newsroom, a_source

HUB, TOPIC = "https://hub.test/", "https://a.test/feed"


def with_a_hub(newsroom: Newsroom) -> int:
    newsroom.lists(a_source("a"), a_source("b"))
    newsroom.poll("a", hub=HUB, topic=TOPIC)
    ((feed, _),) = store.subscriptions_due(newsroom.database, newsroom.now)
    return feed.id


def ask(newsroom: Newsroom, feed_id: int) -> None:
    wanted = Subscription(feed_id, HUB, TOPIC, "token", "secret", asked=newsroom.now)
    store.save_subscription(newsroom.database, wanted)


def is_due(newsroom: Newsroom) -> bool:
    return bool(store.subscriptions_due(newsroom.database, newsroom.now))


def test_a_feed_that_names_a_hub_is_to_be_subscribed_to_once(newsroom: Newsroom) -> None:
    feed_id = with_a_hub(newsroom)

    ask(newsroom, feed_id)

    assert not is_due(newsroom)
    known = store.subscription_by_token(newsroom.database, "token")
    assert known is not None
    assert (known.feed_id, known.secret, known.state) == (feed_id, "secret", "asked")
    assert store.subscription_by_token(newsroom.database, "guess") is None


def test_a_subscription_is_renewed_before_its_lease_ends(newsroom: Newsroom) -> None:
    ask(newsroom, with_a_hub(newsroom))
    store.confirm_subscription(newsroom.database, "token", lease_until=newsroom.now + timedelta(days=10))

    newsroom.clock.advance(days=7, hours=23)
    assert not is_due(newsroom)
    newsroom.clock.advance(hours=1)
    ((_, known),) = store.subscriptions_due(newsroom.database, newsroom.now)
    assert known is not None
    assert known.state == "active"


def test_a_hub_that_says_nothing_or_no_is_asked_again_later(newsroom: Newsroom) -> None:
    ask(newsroom, with_a_hub(newsroom))
    newsroom.clock.advance(days=1)
    assert is_due(newsroom)

    ask(newsroom, 1)
    store.deny_subscription(newsroom.database, "token")
    newsroom.clock.advance(days=6)
    assert not is_due(newsroom)
    newsroom.clock.advance(days=1)
    assert is_due(newsroom)


def test_a_feed_that_changes_its_hub_is_subscribed_to_anew(newsroom: Newsroom) -> None:
    ask(newsroom, with_a_hub(newsroom))

    newsroom.poll("a", hub="https://another.test/", topic=TOPIC)

    assert is_due(newsroom)


def test_a_source_that_left_the_file_has_no_subscription(newsroom: Newsroom) -> None:
    ask(newsroom, with_a_hub(newsroom))

    newsroom.lists(a_source("b"))

    assert store.subscription_by_token(newsroom.database, "token") is None
