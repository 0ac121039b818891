"""Claims and leases: which feeds a poller may poll now, and how they are given back.

No two pollers ever have the same feed, and no host has more requests under way than slots, however many
pollers there are: all of them claim here.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType

from sqlalchemy import Connection, Integer, UpdateBase, and_, bindparam, func, or_, select, update

from aggregator.errors import SourceNotFound
from aggregator.lifecycle.transitions import OutageEnded, Released, apply
from aggregator.model import Feed, FeedState, State
from aggregator.sources.settings import Polling
from aggregator.store.db.bulk import among, numbers, update_rows
from aggregator.store.db.database import Database
from aggregator.store.db.feed_rows import FEED_COLUMNS, feed_of, is_polled, state_columns, state_of_row
from aggregator.store.db.tables import feed, host
from aggregator.store.db.types import AnyRow, UtcDateTime
from aggregator.store.polling import hosts
from aggregator.urls import host_of


def claim_due(db: Database, *, now: datetime, limit: int, owner: str, lease: timedelta) -> list[Feed]:
    """Claim at most `limit` feeds that are due and whose hosts have a free slot, one per host, for `lease`.

    A claim that is not saved or given back in time is lost.
    """
    with db.write() as connection:
        given = {"now": now, "until": now + lease, "most": limit, "owner": owner}
        rows = connection.execute(_CLAIM, given).all()
        if rows:
            hosts.take_slots(connection, {row.id: row.host for row in rows}, now=now, until=now + lease)
            hosts.settle(connection, [row.host for row in rows])
    return [feed_of(row) for row in sorted(rows, key=lambda row: (row.next_poll, row.id))]


def _claim() -> UpdateBase:
    """Return the statement that takes the first due feed of each host that is ready.

    PostgreSQL, READ COMMITTED: a host that another claimer has locked is skipped (SKIP LOCKED), one that was
    just released is checked again (`ready_at`) once it is locked here. The feed is from the statement's
    snapshot and may have been claimed since; the UPDATE checks its newest row, and skips it if it is no
    longer due.
    """
    now = bindparam("now", type_=UtcDateTime)
    ready = (
        select(host.c.name)
        .where(host.c.ready_at <= now)
        .order_by(host.c.ready_at)
        .limit(bindparam("most", type_=Integer))
        .with_for_update(skip_locked=True)
        .cte("ready")
    )
    first_due = (
        select(feed.c.id)
        .where(feed.c.host == ready.c.name, feed.c.due_at <= now)
        .order_by(feed.c.due_at, feed.c.id)
        .limit(1)
        .correlate(ready)
        .scalar_subquery()
    )
    picked = select(ready.c.name.label("host"), first_due.label("feed_id")).cte("picked")
    return (
        update(feed)
        .where(feed.c.id == picked.c.feed_id, feed.c.host == picked.c.host, feed.c.due_at <= now)
        .values(lease_owner=bindparam("owner"), due_at=bindparam("until", type_=UtcDateTime))
        .returning(*FEED_COLUMNS, feed.c.host)
    )


_CLAIM = _claim()


def claim_one(db: Database, slug: str, *, now: datetime, owner: str, lease: timedelta) -> Feed | None:
    """Claim this source's feed, due or not; None if it is being polled, or its host has no free slot.

    Raises SourceNotFound if the sources file has no such source, or has it disabled.
    """
    with db.write() as connection:
        row = _locked_source(connection, slug)
        if not row.enabled:
            raise SourceNotFound(slug)
        return claim_locked(connection, row, now=now, owner=owner, lease=lease)


def claim_locked(
    connection: Connection, row: AnyRow, *, now: datetime, owner: str, lease: timedelta
) -> Feed | None:
    """Claim a feed whose row was read after its host was locked; None as for `claim_one`."""
    is_leased = row.lease_owner is not None and row.due_at is not None and row.due_at > now
    if is_leased or not hosts.has_free_slot(connection, row.host, now):
        return None
    connection.execute(update(feed).where(feed.c.id == row.id).values(lease_owner=owner, due_at=now + lease))
    hosts.take_slots(connection, {row.id: row.host}, now=now, until=now + lease)
    hosts.settle(connection, [row.host])
    return feed_of(row)


def change_host(
    db: Database, claimed: Feed, before: str, after: str, *, owner: str, now: datetime, polling: Polling
) -> timedelta:
    """Move a redirected poll to another host; return how long it has to wait before it sends a request there.

    Its slot at the previous host is released, after the gap; at the next one it has a slot if it need not
    wait, otherwise this must be called again. So it holds no slot while it waits, and polls that are
    redirected to each other's hosts cannot deadlock.
    """
    with db.write() as connection:
        hosts.introduce(connection, {before: 1, after: polling.per_host}, now)
        is_ours = select(feed.c.id).where(feed.c.id == claimed.id, feed.c.lease_owner == owner)
        if connection.execute(is_ours).first() is None:
            return timedelta.max  # the lease is lost, and with it this poll: no further request is made
        hosts.free_slots(connection, {claimed.id: (before, now + polling.per_host_gap)})
        wait = hosts.until_free(connection, after, now)
        if not wait:
            hosts.take_slots(connection, {claimed.id: after}, now=now, until=now + polling.timeout)
        hosts.settle(connection, [before, after])
        return wait


def give_back(db: Database, claimed: Feed, *, owner: str, now: datetime, state: FeedState) -> None:
    """End a claim without a poll and save the new state; nothing happens if another poller has the lease by now."""
    with db.write() as connection:
        row = locked_claims(connection, [claimed], owner, now=now).get(claimed.id)
        if row is None:
            return
        due_at = state.next_poll if is_polled(row, row.state) else None
        connection.execute(
            update(feed)
            .where(feed.c.id == claimed.id)
            .values(lease_owner=None, due_at=due_at, next_poll=state.next_poll, why=state.why)
        )
        hosts.free_slots(connection, {claimed.id: (row.host, now + timedelta(seconds=row.gap))})
        hosts.settle(connection, [row.host])


def free_claims(db: Database, owners: Collection[str], *, now: datetime) -> int:
    """End all claims of these dead pollers; return how many. Their feeds are due as before.

    What one of them still writes is discarded, as after the end of a lease. Their hosts get their gap first.
    """
    with db.write() as connection:
        is_theirs = feed.c.lease_owner.in_(owners)
        names = set(connection.execute(select(feed.c.host).where(is_theirs)).scalars())
        if not names:
            return 0
        hosts.lock(connection, names)
        rows = [row for row in connection.execute(select(feed).where(is_theirs)) if row.host in names]
        values = [
            {
                "id": row.id,
                "due_at": row.next_poll if is_polled(row, row.state) else None,
                "lease_owner": None,
            }
            for row in rows
        ]
        update_rows(connection, feed, values)
        hosts.free_slots(connection, {row.id: (row.host, now + timedelta(seconds=row.gap)) for row in rows})
        hosts.settle(connection, names)
        return len(rows)


def locked_claims(
    connection: Connection,
    claimed: Sequence[Feed],
    owner: str,
    *,
    now: datetime,
    also: Mapping[str, int] = MappingProxyType({}),
) -> dict[int, AnyRow]:
    """Return the rows of those of the claimed feeds that `owner` still has, their hosts locked.

    `also` names more hosts to lock, and to insert with that many slots if they are new.
    """
    asked_at = {feed.id: host_of(feed.poll_state.address) for feed in claimed}
    hosts.introduce(connection, dict.fromkeys(asked_at.values(), 1) | dict(also), now)
    rows = connection.execute(_CLAIMED, {"ids": list(asked_at), "owner": owner})
    return {row.id: row for row in rows if row.host == asked_at[row.id]}


_CLAIMED = select(
    feed.c.id,
    feed.c.url,
    feed.c.host,
    feed.c.in_file,
    feed.c.enabled,
    feed.c.own_title,
    feed.c.tags,
    feed.c.gap,
    feed.c.state,
    feed.c.title,
    feed.c.link,
    feed.c.last_read,
    feed.c.repeated,
    feed.c.last_post,
    feed.c.has_missing,
).where(among(feed.c.id, numbers("ids")), feed.c.lease_owner == bindparam("owner"))


def undo_outage_failures(db: Database, feed_ids: Sequence[int], *, now: datetime, spread: timedelta) -> None:
    """Undo one failure of each of these feeds, since our own outage caused it.

    They, and all that became due meanwhile, are due again spread over `spread`, the longest overdue first.
    """
    blamed = set(feed_ids)
    with db.write() as connection:
        is_overdue = and_(feed.c.due_at <= now, feed.c.next_poll <= now)
        is_blamed = and_(feed.c.id.in_(blamed), feed.c.failures > 0, feed.c.due_at.is_not(None))
        waiting = select(feed).where(or_(is_blamed, is_overdue), feed.c.lease_owner.is_(None))
        names = {row.host for row in connection.execute(waiting)}
        hosts.lock(connection, names)
        ordered = connection.execute(waiting.order_by(feed.c.due_at, feed.c.id))
        rows = [row for row in ordered if row.host in names]
        changes = []
        for turn, row in enumerate(rows):
            event = OutageEnded(now + spread * turn / len(rows), was_blamed=row.id in blamed)
            changes.append(
                {"id": row.id, "due_at": event.due, **state_columns(apply(state_of_row(row), event))}
            )
        update_rows(connection, feed, changes)
        hosts.settle(connection, names)


def release_hold(db: Database, slug: str, now: datetime) -> bool:
    """End a source's hold, or its end by a 410: it is due at once, and its next document is accepted.

    False if it was neither. Raises SourceNotFound if the sources file has no such source.
    """
    with db.write() as connection:
        row = _locked_source(connection, slug)
        if row.state not in (State.ON_HOLD, State.GONE):
            return False
        due_at = now if row.enabled else None
        state = state_columns(apply(state_of_row(row), Released(now)))
        update_rows(connection, feed, [{"id": row.id, "due_at": due_at, "lease_owner": None, **state}])
        hosts.settle(connection, [row.host])
        return True


def next_due(db: Database) -> datetime | None:
    """Return when the next feed can be claimed; None if nothing is polled."""
    with db.read() as connection:
        return connection.execute(select(func.min(host.c.ready_at))).scalar()


def due_slugs(db: Database, due_by: datetime, *, now: datetime) -> list[str]:
    """Return the slugs of the feeds that were due by a moment and are not claimed.

    Also those whose host needs its gap; not those whose host is paused for longer.
    """
    with db.read() as connection:
        waiting = (
            select(feed.c.slug, feed.c.gap, host.c.ready_at)
            .join(host, host.c.name == feed.c.host)
            .where(feed.c.due_at <= due_by, feed.c.next_poll <= due_by)
            .order_by(feed.c.due_at, feed.c.id)
        )
        rows = connection.execute(waiting).all()
    return [row.slug for row in rows if row.ready_at and row.ready_at <= now + timedelta(seconds=row.gap)]


def lateness(db: Database, now: datetime) -> timedelta:
    """Return how long the first feed that may be polled has waited for a poller.

    A feed that waits for its host's gap is on time.
    """
    due = next_due(db)
    return max(timedelta(), now - due) if due else timedelta()


def mean_root_rate(db: Database) -> float | None:
    """Return the mean of the square roots of the rates of all polled feeds; None while no rate is known."""
    with db.read() as connection:
        rates = select(func.avg(func.sqrt(feed.c.rate))).where(feed.c.due_at.is_not(None))
        return connection.execute(rates).scalar()


def _locked_source(connection: Connection, slug: str) -> AnyRow:
    """Return the row of a source of the file, its host locked."""
    wanted = select(feed).where(feed.c.slug == slug, feed.c.in_file)
    row = connection.execute(wanted).first()
    if row is None:
        raise SourceNotFound(slug)
    hosts.lock(connection, [row.host])
    return connection.execute(wanted).one()
