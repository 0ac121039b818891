"""`/healthz`: whether the store answers and, if this process polls, whether polls are on time. `/livez`: whether it runs."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, jsonify

from aggregator import store
from aggregator.outputs.channel import instant
from aggregator.store import LONGEST_SILENCE, StoreError
from aggregator.web.serving.cached_response import NEVER
from aggregator.web.serving.context import Context, context

health = Blueprint("health", __name__)

# Pollers write a heartbeat every few seconds; due polls wait for a free slot and for their host's gap.
# Both bounds are far beyond that, so that a platform restarts a service that hangs and no other.
LEAST_ROOM = 128 * 1024  # bytes; a poll is saved in less
LONGEST_WAIT = timedelta(minutes=15)


@dataclass(slots=True)
class Health:
    """The result of a check: facts for people and monitors, and each problem as a sentence."""

    facts: dict[str, Any] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


@health.get("/healthz")
def healthz() -> Response:
    """Answer 200 while all is well, else 503 and why."""
    found = examine(context())
    response = jsonify(
        {"status": "unhealthy" if found.problems else "ok", **found.facts, "problems": found.problems}
    )
    response.status_code = 503 if found.problems else 200
    response.headers["Cache-Control"] = NEVER
    return response


@health.get("/livez")
def livez() -> Response:
    """Answer 200 while the process answers, whatever the store does."""
    response = jsonify({"status": "ok"})
    response.headers["Cache-Control"] = NEVER
    return response


def examine(here: Context) -> Health:
    """Check the store, and if this process also polls, the pollers' heartbeats and polls in it."""
    found = Health()
    try:
        here.timeline.current(here.database)  # which does not wait for a hanging database
        found.facts["revision"] = store.timeline_version(here.database).number
        room = here.database.free_bytes()
        if room is not None and room < LEAST_ROOM:
            found.problems.append("The disk of the store is full: make room; polls go on by themselves then.")
        if here.polls:
            _examine_polling(here, found)
            _examine_writing(here, found)
    except StoreError:
        # This is public: no address, no user and no path. The store logs the reason.
        found.problems.append("The store does not answer; the log says why.")
    return found


def _examine_writing(here: Context, found: Health) -> None:
    """Check whether the store is writable, and whether the pollers can save their polls."""
    try:
        here.database.check_writable()
        is_refused = store.cannot_save(here.database, here.clock.now() - LONGEST_SILENCE)
    except StoreError:
        is_refused = True
    if is_refused:
        found.problems.append("The store cannot be written to; the log says why.")


def _examine_polling(here: Context, found: Health) -> None:
    now = here.clock.now()
    beat = store.last_heartbeat(here.database)
    late = _lateness(here, now)
    found.facts["last_beat"] = instant(beat) if beat else None
    found.facts["late_seconds"] = round(late.total_seconds())
    if now - max(beat or here.started, here.started) > LONGEST_SILENCE:
        found.problems.append(
            f"No poller has been heard of since {instant(beat) if beat else 'the start'}: restart the service."
        )
    if late > LONGEST_WAIT:
        found.problems.append(
            f"Polls are {round(late.total_seconds() / 60)} minutes late: look at the log, "
            "or raise `concurrency` or `interval` under [polling]."
        )


def _lateness(here: Context, now: datetime) -> timedelta:
    """Return how late the latest poll is. Feeds that were due before the start count from the start on."""
    return max(timedelta(), min(store.lateness(here.database, now), now - here.started))
