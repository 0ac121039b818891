"""Outcomes that are ready together, handed to a writer that notes what it was given at once."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from aggregator.model import Feed, FeedState, Outcome, SaveSummary
from aggregator.model import Result as PollResult
from aggregator.polling.saver import LINGER, MOST, Poll, Result, Saver
from aggregator.sources.settings import Source
from tests.store.newsroom import MARCH

SOURCE = Source(url="https://a.test/feed", slug="a")


def an_outcome(number: int) -> Outcome:
    state = FeedState(address="https://a.test/feed", next_poll=MARCH)
    feed = Feed(number, f"s{number}", f"https://a.test/{number}", state)
    return Outcome(feed, MARCH, PollResult.NOT_MODIFIED, state)


class Writer:
    """Saves nothing; fails for the feeds that it is told."""

    def __init__(self, *fails: int) -> None:
        self.batches: list[list[int]] = []
        self._fails = fails

    async def __call__(self, polls: Sequence[Poll]) -> list[Result]:
        ids = [outcome.feed.id for outcome, _ in polls]
        self.batches.append(ids)
        return [RuntimeError(f"feed {id_}") if id_ in self._fails else SaveSummary(new=id_) for id_ in ids]


async def saved(saver: Saver, *numbers: int) -> list[object]:
    calls = [saver.save(an_outcome(number), SOURCE) for number in numbers]
    return await asyncio.gather(*calls, return_exceptions=True)


def test_what_is_ready_together_is_written_together() -> None:
    write = Writer()

    results = asyncio.run(saved(Saver(write, lambda: 3), 1, 2, 3))

    assert write.batches == [[1, 2, 3]]
    assert results == [SaveSummary(new=1), SaveSummary(new=2), SaveSummary(new=3)]


def test_what_would_wait_for_a_slow_poll_is_written_after_a_moment() -> None:
    write = Writer()

    asyncio.run(asyncio.wait_for(saved(Saver(write, lambda: 10), 1, 2), 50 * LINGER))

    assert write.batches == [[1, 2]]


def test_a_crowd_does_not_grow_without_bound() -> None:
    write = Writer()

    asyncio.run(saved(Saver(write, lambda: 3 * MOST), *range(2 * MOST)))

    assert [len(batch) for batch in write.batches] == [MOST, MOST]


def test_one_that_fails_fails_alone() -> None:
    one, two = asyncio.run(saved(Saver(Writer(2), lambda: 2), 1, 2))

    assert one == SaveSummary(new=1)
    assert isinstance(two, RuntimeError)


def test_a_writer_that_breaks_leaves_nobody_waiting() -> None:
    async def breaks(_: Sequence[Poll]) -> list[Result]:
        raise OSError("no space left on the disk")

    results = asyncio.run(saved(Saver(breaks, lambda: 2), 1, 2))

    assert [type(result) for result in results] == [OSError, OSError]


def test_who_gave_up_is_not_written() -> None:
    async def gives_up() -> None:
        saver = Saver(write, lambda: 3)
        first = asyncio.create_task(saver.save(an_outcome(1), SOURCE))
        await asyncio.sleep(0)
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        await saver.save(replace(an_outcome(2)), SOURCE)
        await saver.close()

    write = Writer()
    asyncio.run(gives_up())

    assert write.batches == [[2]]
