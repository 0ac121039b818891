"""Heartbeats of pollers, and what they found wrong with the sources file."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select, update

from aggregator.store.db.database import Database, insert_into
from aggregator.store.db.tables import poller, sources_file

LONGEST_SILENCE = timedelta(minutes=2)  # of a live poller, which writes one every few seconds


@dataclass(frozen=True, slots=True)
class FileState:
    """The state of the sources file as the pollers last read it; with a fault the last good one stays in force."""

    path: str = ""
    faults: tuple[str, ...] = ()


def record_heartbeat(db: Database, owner: str, now: datetime) -> None:
    """Write this poller's heartbeat, and whether another recent write of it failed."""
    told = {"at": now, "cannot_save": db.availability.is_out_of_use}
    with db.write() as connection:
        added = insert_into(connection, poller).values(owner=owner, **told)
        connection.execute(added.on_conflict_do_update(index_elements=["owner"], set_=told))


def cannot_save(db: Database, since: datetime) -> bool:
    """Whether a poller that has been alive since then cannot save its polls."""
    with db.read() as connection:
        refused = select(poller.c.owner).where(poller.c.at >= since, poller.c.cannot_save).limit(1)
        return connection.execute(refused).first() is not None


def heartbeats(db: Database) -> dict[str, datetime]:
    """Return the last heartbeat of each poller, by that poller's own clock."""
    with db.read() as connection:
        return {row.owner: row.at for row in connection.execute(select(poller.c.owner, poller.c.at))}


def last_heartbeat(db: Database) -> datetime | None:
    """Return when a poller was last alive; None if none ever was."""
    with db.read() as connection:
        latest: datetime | None = connection.execute(latest_heartbeat()).scalar()
        return latest


def latest_heartbeat() -> Select[Any]:
    """Return the SELECT of the newest heartbeat."""
    return select(func.max(poller.c.at))


def file_state(db: Database) -> FileState:
    """Return the last recorded state of the sources file."""
    with db.read() as connection:
        row = connection.execute(select(sources_file.c.path, sources_file.c.faults)).one()
    return FileState(row.path, row.faults)


def set_file_state(db: Database, path: str, faults: tuple[str, ...]) -> None:
    """Record the faults of the sources file; none, if `faults` is empty."""
    with db.write() as connection:
        connection.execute(update(sources_file).values(path=path, faults=faults))
