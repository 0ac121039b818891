"""Many feeds: claims what is due, polls at once, saves what came.

Decides neither when a feed is due (`lifecycle`) nor which host may be asked now (the store's claim holds hosts
apart, across all pollers); it runs the polls, and gives back the claims that it cannot finish.
"""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Concatenate, ParamSpec, TypeVar

from aggregator import store
from aggregator.clock import Clock
from aggregator.fetch.fetcher import Fetcher
from aggregator.fetch.room import PATIENCE, NoRoomError, Room
from aggregator.lifecycle.outage import Outage
from aggregator.lifecycle.transitions import ClaimEnded, HubPushes, PutOff, apply
from aggregator.model import Feed, FeedState, Outcome, ReasonCode, SaveSummary
from aggregator.polling.liveness import Liveness
from aggregator.polling.poll import Circumstances, poll, read_push
from aggregator.polling.reports import Report, Reports
from aggregator.polling.saver import Saver
from aggregator.reading.reader import Reader
from aggregator.sources import SourcesFile
from aggregator.sources.secrets import VARIABLE
from aggregator.sources.settings import Settings, Source
from aggregator.store import Database, Push
from aggregator.tally import Count
from aggregator.urls import host_of
from aggregator.websub import subscriber

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

# How long after an internal error a feed is tried again: soon enough to be of use, late enough that a fault in every
# poll does not become a storm of requests.
AFTER_OUR_FAULT = timedelta(minutes=15)
# For an outcome that the store cannot save by itself: the publisher must not be polled again and again.
AFTER_STORE_ERROR = timedelta(minutes=1)
STORE_RETRY = 1.0  # seconds between two attempts to save an outcome while the store is away

A_TICK = 1.0  # seconds after which feeds that became due meanwhile are claimed, though no poll has ended
A_MOMENT = 0.1  # seconds between two checks of hosts whose pause is not over


class _Listed:
    """The sources of one version of the file, as claims and polls need them."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.by_url = {source.url: source for source in settings.sources}
        longest = max((source.polling.timeout for source in settings.sources), default=timedelta())
        # How long a claim holds: twice the longest poll that the settings allow, for reading and saving.
        self.lease = 2 * longest + timedelta(minutes=1)
        self.takes_pushes = any(source.polling.websub for source in settings.sources)


class Poller:
    """Polls what is due, as one of possibly many on the same store; its `owner` name tells them apart."""

    def __init__(
        self,
        database: Database,
        sources: SourcesFile,
        fetcher: Fetcher,
        reader: Reader,
        *,
        clock: Clock,
        owner: str,
        report: Report,
    ) -> None:
        self._database = database
        self._sources = sources
        self._fetcher = fetcher
        self._reader = reader
        self._clock = clock
        self._owner = owner
        self._report = report
        self._reports = Reports(report)
        self._mean_root_rate: float | None = None
        self._last_listed = _Listed(self.settings)
        self._outage = Outage()
        self._is_stopping = False
        self._under_way: dict[asyncio.Task[None], Feed] = {}
        # One thread: SQLite has one writer anyway, and a call of the store takes about a millisecond.
        self._store_thread = ThreadPoolExecutor(1, thread_name_prefix="store")
        self._heartbeat_thread = ThreadPoolExecutor(1, thread_name_prefix="heartbeat")
        self._liveness = Liveness()
        self._noted: Counter[Count] = Counter()
        self._saver = Saver(self._write, lambda: self.under_way)

    @property
    def settings(self) -> Settings:
        """The sources file as it is in force now."""
        return self._sources.settings

    @property
    def under_way(self) -> int:
        """How many polls have begun and not ended."""
        return len(self._under_way)

    async def turn(self) -> int:
        """Start polls of what is due, and more as soon as one ends, until nothing more may start; return how many.

        A claim takes one feed per host, and a host with many feeds is free again as soon as one is polled:
        waiting for the next tick each time would mean one feed a second.
        """
        started = 0
        while claimed := await self._claim():
            started += claimed
            await self.settle(A_TICK)
        return started

    async def until_next_claim(self) -> timedelta:
        """Return how long nothing can be claimed. While polls are under way, each that ends may free a host."""
        if self._under_way:
            return timedelta(seconds=A_TICK)
        due = await self.in_store(store.next_due)
        # After the moment, not before it: a timer may be a little early.
        return (
            max(due - self._clock.now(), timedelta()) + timedelta(seconds=A_MOMENT) if due else timedelta.max
        )

    async def _claim(self) -> int:
        room = self._room()
        if room <= 0:
            return 0
        feeds = await self.in_store(
            store.claim_due, now=self._clock.now(), limit=room, owner=self._owner, lease=self._listed().lease
        )
        for feed in feeds:
            self._start(feed)
        return len(feeds)

    def _room(self) -> int:
        """How many polls may start: while our own network is down, one now and then, to see if it is back."""
        if self._is_stopping:
            return 0
        if not self._outage.is_on:
            return self._free_places()
        now = self._clock.now()
        if self.under_way or not self._outage.probe_is_due(now):
            return 0
        self._outage = self._outage.probe(now)
        return 1

    def _free_places(self) -> int:
        return 0 if self._is_stopping else max(self.settings.polling.concurrency - self.under_way, 0)

    async def start_one(self, slug: str) -> bool:
        """Start the poll of this source, due or not.

        False if another poller has it, or its host may not be asked just now.
        """
        feed = await self.in_store(
            store.claim_one, slug, now=self._clock.now(), owner=self._owner, lease=self._listed().lease
        )
        if feed is not None:
            self._start(feed)
        return feed is not None

    async def read_pushes(self) -> None:
        """Start reading what hubs have pushed; what belongs to a feed or host that is being polled waits for a later run."""
        if not self._listed().takes_pushes:
            return
        # No request is made, so it continues while our own network is down.
        pushed = await self.in_store(
            store.claim_pushes,
            now=self._clock.now(),
            limit=self._free_places(),
            owner=self._owner,
            lease=self._listed().lease,
        )
        for feed, push in pushed:
            self._start(feed, push)

    async def settle(self, patience: float | None = None) -> None:
        """Wait until a poll that is under way has ended, for `patience` seconds at most."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=patience, return_when=asyncio.FIRST_COMPLETED)

    def stop(self) -> None:
        """Start no more polls; those under way continue."""
        self._is_stopping = True

    async def close(self, grace: float) -> None:
        """End: polls under way may finish within `grace` seconds, the rest are given back to the store unpolled."""
        self.stop()
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=grace)
        unfinished = dict(self._under_way)
        for task in unfinished:
            task.cancel()
        await asyncio.gather(*unfinished, return_exceptions=True)
        await self._saver.close()
        for feed in unfinished.values():
            await self._give_back(feed)
        self._store_thread.shutdown()
        self._heartbeat_thread.shutdown()

    async def poll_due(self) -> None:
        """Poll all that is due now, and end with the last of it.

        Waits for hosts that need a pause between two requests, not for feeds that other pollers have.
        """
        began = self._clock.now()
        while self._under_way or await self._has_work(began):
            if not await self.turn():
                await self._wait()

    async def due_now(self) -> list[str]:
        """Return the slugs of the sources that `poll_due` would poll."""
        now = self._clock.now()
        return await self.in_store(store.due_slugs, now, now=now)

    async def _wait(self) -> None:
        """Wait for a poll to end, or for a host's pause to be over."""
        await (self.settle(A_TICK) if self._under_way else asyncio.sleep(A_MOMENT))

    async def _has_work(self, due_by: datetime) -> bool:
        due = await self.in_store(store.due_slugs, due_by, now=self._clock.now())
        return bool(due) and not self._outage.is_on

    async def refresh_pace(self) -> None:
        """Read the mean over all sources from the store, by which a feed's share of the polls is measured."""
        self._mean_root_rate = await self.in_store(store.mean_root_rate)

    async def subscribe(self) -> None:
        """Subscribe to hubs, if the sources file says so, and again before a subscription ends."""
        now = self._clock.now()
        # A hub is a third party: it is told no address that has a secret in it.
        sources = {
            source.url: source
            for source in self.settings.sources
            if source.polling.websub and not VARIABLE.search(source.url)
        }
        if not sources:
            return
        for feed, known in await self.in_store(store.subscriptions_due, now):
            source, subscription = sources.get(feed.url), subscriber.wanted(feed, known, now)
            if source and subscription:
                # Saved first: the hub may send its verification before it responds.
                await self.in_store(store.save_subscription, subscription)
                await subscriber.ask(subscription, source, self.settings, self._fetcher)

    async def announce(self) -> None:
        """Notify our own hub of a change in the timeline, once."""
        if not self.settings.site.hub:
            return
        has_news = await self.in_store(store.claim_announcement)
        if has_news:
            await subscriber.announce(self.settings, self._fetcher)

    async def beat(self) -> None:
        """Write this poller's heartbeat to the store.

        In a thread of its own: no save and no slow name server may delay it, or others take over its feeds.
        """
        beat = partial(store.record_heartbeat, self._database, self._owner, self._clock.now())
        await asyncio.get_running_loop().run_in_executor(self._heartbeat_thread, beat)

    async def note_counts(self) -> None:
        """Add to the store's counters what this process has counted since it last did so."""
        counted = self._database.tally.counts()
        counted[Count.READERS_KILLED] = self._reader.killed
        await self.in_store(store.add_counts, counted - self._noted)
        self._noted = counted

    async def free_claims_of_dead(self) -> bool:
        """Free the feeds of pollers whose heartbeat has stopped, and return whether there were any."""
        heartbeats = await self.in_store(store.heartbeats)
        dead = self._liveness.dead(heartbeats, time.monotonic()) - {self._owner}
        return await self.free_claims(dead)

    async def free_claims(self, dead: Collection[str]) -> bool:
        """Free the feeds of pollers that have died, and return whether there were any."""
        if not dead:
            return False
        count = await self.in_store(store.free_claims, dead, now=self._clock.now())
        self._liveness.bury(dead)
        if count:
            log.warning("a poller died; %d feeds that it was polling are free again", count)
        return count > 0

    async def in_store(
        self, call: Callable[Concatenate[Database, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a function of the store outside the event loop."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._store_thread, partial(call, self._database, *args, **kwargs))

    async def beside_store(
        self, call: Callable[Concatenate[Database, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run a slow function of the store in a separate thread: claims and saves continue meanwhile."""
        return await asyncio.to_thread(call, self._database, *args, **kwargs)

    def _start(self, feed: Feed, push: Push | None = None) -> None:
        task = asyncio.create_task(self._poll_and_save(feed, push), name=f"poll {feed.slug}")
        self._under_way[task] = feed
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self._under_way[task]
        if not self._under_way:
            self._reports.flush()

    async def _poll_and_save(self, feed: Feed, push: Push | None) -> None:
        """Poll one feed; whatever happens, the next feed is polled too."""
        source = self._listed().by_url.get(feed.url)
        if source is None:  # the file changed since the claim
            await self._give_back(feed)
            return
        try:
            # Until it is saved, the outcome is as large as the document.
            async with self._fetcher.room(PATIENCE) as room:
                outcome = await self._poll(feed, source, push, room)
                if push is None:  # no request was made, so it says nothing about the network
                    await self._note_reach(outcome)
                if await self._save(outcome, source) and push:
                    await self.in_store(store.drop_push, push)
        except NoRoomError:
            log.warning("%s: not polled, since too many other large documents are being read", feed.slug)
            await self._put_off(feed, source.polling.min_interval, ReasonCode.NO_ROOM)
        except store.StoreError as error:
            if not isinstance(error, store.StoreUnavailable):
                log.error("%s: this poll could not be saved: %s", feed.slug, error)  # noqa: TRY400 - a sentence says it
            await self._put_off(feed, AFTER_STORE_ERROR, ReasonCode.NOT_SAVED)
        except Exception:
            log.exception("%s: internal error in this poll", feed.slug)
            span = max(AFTER_OUR_FAULT, source.polling.min_interval)
            await self._put_off(feed, span, ReasonCode.INTERNAL_ERROR)
            if push:  # it would raise the same error again
                await self.in_store(store.drop_push, push)

    async def _poll(self, feed: Feed, source: Source, push: Push | None, room: Room) -> Outcome:
        circumstances = Circumstances(self._clock, self._mean_root_rate, self.settings.timeline.keep)
        if push:
            outcome = await read_push(
                feed, source, self._reader, circumstances, body=push.body, content_type=push.content_type
            )
        else:
            outcome = await poll(
                feed,
                source,
                self._fetcher,
                self._reader,
                circumstances,
                room=room,
                change_host=partial(self._change_host, feed, source),
            )
        if source.polling.websub and await self._until_available(
            partial(self.in_store, store.is_pushed, feed.id, self._clock.now())
        ):
            event = HubPushes(outcome.at, source.polling.max_interval)
            outcome = replace(outcome, after=apply(outcome.after, event))
        return outcome

    async def _change_host(self, feed: Feed, source: Source, before: str, after: str) -> timedelta:
        now, polling = self._clock.now(), source.polling
        return await self.in_store(
            store.change_host, feed, before, after, owner=self._owner, now=now, polling=polling
        )

    async def _save(self, outcome: Outcome, source: Source) -> bool:
        """Save an outcome and report it, and return whether it was saved."""
        if self._outage.explains(outcome):
            # The next probe takes another feed: this one's host may be gone for good.
            left = await self._put_off(outcome.feed, source.polling.min_interval, ReasonCode.NETWORK_DOWN)
            self._report(replace(outcome, after=left), SaveSummary())
            return False
        saved = await self._until_available(partial(self._saver.save, outcome, source))
        if saved is None:
            log.warning(
                "%s: the lease expired before the poll finished; its result is discarded", outcome.feed.slug
            )
            return False
        self._reports.add(outcome, saved)
        if self._outage.is_on:  # found while this outcome was saved
            self._reports.excuse()
        return True

    async def _write(self, polls: Sequence[tuple[Outcome, Source]]) -> list[SaveSummary | Exception | None]:
        return await self.in_store(
            store.save_outcomes, polls, owner=self._owner, timeline=self.settings.timeline
        )

    async def _note_reach(self, outcome: Outcome) -> None:
        """Detect when our own network goes down and comes back; its failures are not counted against the feeds."""
        before = self._outage
        self._outage = before.note(outcome, host_of(outcome.feed.poll_state.address))
        if self._outage.is_on and not before.is_on:
            self._reports.excuse()
            log.error(
                "most hosts cannot be reached: our own network seems to be down; polls pause"
                " (to see the program without a network: aggregator demo)"
            )
        if before.is_on and not self._outage.is_on:
            log.info("the network is back; polls go on")
            spread = min(before.lasted(outcome.at), self.settings.polling.interval)
            await self.in_store(
                store.undo_outage_failures, before.failed, now=self._clock.now(), spread=spread
            )

    def _listed(self) -> "_Listed":
        """Return what the sources file lists now; computed once for each version of the file."""
        if self._last_listed.settings is not self.settings:
            self._last_listed = _Listed(self.settings)
        return self._last_listed

    async def _give_back(self, feed: Feed) -> None:
        """Undo a claim: the feed is due as it was."""
        await self._end_claim(feed, ClaimEnded())

    async def _put_off(self, feed: Feed, wait: timedelta, reason: ReasonCode) -> FeedState:
        """End a claim without an outcome; the feed is not claimed again before `wait` is over. Return its new state."""
        return await self._end_claim(feed, PutOff(self._clock.now(), wait, reason))

    async def _end_claim(self, feed: Feed, event: ClaimEnded | PutOff) -> FeedState:
        state = apply(feed.poll_state, event)
        end = partial(
            self.in_store, store.give_back, feed, owner=self._owner, now=self._clock.now(), state=state
        )
        try:
            await self._until_available(end)
        except store.StoreUnavailable:
            log.warning("%s: not given back; it is free once this poller is known to have ended", feed.slug)
        except store.StoreError as error:
            log.error("%s: cannot be given back (%s); its lease will expire", feed.slug, error)  # noqa: TRY400 - a sentence says it
        return state

    async def _until_available(self, write: Callable[[], Awaitable[T]]) -> T:
        """Write to the store as soon as it is available: what a publisher has sent is not requested again.

        Raises StoreUnavailable if this poller is to end meanwhile.
        """
        while True:
            try:
                return await write()
            except store.StoreUnavailable:
                if self._is_stopping:
                    raise
            await asyncio.sleep(STORE_RETRY)
