"""Pollers that stop in the middle of a poll, and what others make of it."""

import signal
import time
from contextlib import closing

import pytest

from aggregator import store
from aggregator.store import Database
from tests.support.commands import Command, eventually
from tests.support.publisher import Publisher

FEED = "<rss version='2.0'><channel><title>A</title><item><title>One</title><link>/1</link></item></channel></rss>"


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
def test_another_poller_takes_over_within_30_seconds_and_the_first_writes_nothing(
    command: Command, publisher: Publisher, database_url: str, number: signal.Signals
) -> None:
    command.database = database_url
    gate = publisher.holds("/feed.xml")
    command.configure(publisher.url("/feed.xml"), polling='timeout = "10m"')
    first = command.start("poll")
    gate.reached()
    second = command.start("poll")
    with closing(Database.open(database_url)) as database:
        eventually("both pollers live", lambda: len(store.heartbeats(database)) == 2)

    first.send_signal(number)
    stopped = time.monotonic()
    eventually("it is asked for again", lambda: len(publisher.requests_to("/feed.xml")) == 2, patience=40)
    waited = time.monotonic() - stopped
    gate.open()

    assert waited < 30
    if number == signal.SIGSTOP:
        first.send_signal(signal.SIGCONT)
        first.send_signal(signal.SIGTERM)
        assert "the lease expired before the poll finished" in first.communicate(timeout=30)[0]
    second.send_signal(signal.SIGTERM)
    assert "a poller died; 1 feeds that it was polling are free again" in second.communicate(timeout=30)[0]
