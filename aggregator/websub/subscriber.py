"""Subscribes to hubs: for every feed that names one, if the sources file says so, renewed before a lease ends."""

import logging
from dataclasses import replace
from datetime import datetime

from aggregator import explain
from aggregator.addresses import Addresses
from aggregator.fetch.fetcher import Fetcher
from aggregator.model import Feed, TimelineQuery
from aggregator.sources.settings import Settings, Source
from aggregator.store import Subscription
from aggregator.websub import messages

log = logging.getLogger(__name__)


def wanted(feed: Feed, known: Subscription | None, now: datetime) -> Subscription | None:
    """Return the subscription to request; None if the feed names no hub. A renewed one keeps its callback."""
    hub, topic = feed.poll_state.hub, feed.poll_state.topic
    if hub is None or topic is None:
        return None
    if known and (known.hub, known.topic) == (hub, topic):
        return replace(known, asked=now)
    return Subscription(feed.id, hub, topic, messages.new_token(), messages.new_secret(), asked=now)


async def ask(subscription: Subscription, source: Source, settings: Settings, fetcher: Fetcher) -> None:
    """Send the request to the hub, which then verifies it by a request to the callback."""
    addresses = Addresses(settings.site.url)
    callback = addresses.absolute(addresses.websub(subscription.token))
    form = messages.subscription(subscription.topic, callback, subscription.secret)
    answer = await fetcher.post(subscription.hub, form, polling=source.polling)
    if answer.fault:
        log.warning(
            "%s: hub %s rejected the subscription: %s",
            source.slug,
            subscription.hub,
            explain.fault(answer.fault),
        )


async def announce(settings: Settings, fetcher: Fetcher) -> None:
    """Notify our own hub that our feeds have changed."""
    from aggregator.outputs import FORMATS  # noqa: PLC0415 - most pollers have no hub

    addresses = Addresses(settings.site.url)
    topics = [addresses.absolute(addresses.feed(form.name, TimelineQuery())) for form in FORMATS]
    form = messages.publication(topics)
    answer = await fetcher.post(settings.site.hub, form, polling=settings.polling)
    if answer.fault:
        log.warning("could not notify hub %s: %s", settings.site.hub, explain.fault(answer.fault))
