"""`/websub/TOKEN`: the callback at which a hub verifies a subscription and pushes documents. Pollers read the pushed documents."""

import re
import time
from collections.abc import Iterator
from threading import Lock

from flask import Blueprint, Response, request
from werkzeug.exceptions import NotFound, RequestTimeout, ServiceUnavailable

from aggregator import store
from aggregator.store import Subscription
from aggregator.urls import host_of
from aggregator.web.serving.cached_response import NEVER
from aggregator.web.serving.context import context
from aggregator.websub import MOST_BODIES
from aggregator.websub.messages import granted_lease, is_signed

websub = Blueprint("websub", __name__)

RETRY_AFTER = 60  # seconds
LONGEST_BODY = 10.0  # seconds; ends one of which at least PIECE bytes come in that time
PIECE = 1024  # bytes

_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,200}")
_lock = Lock()
_reading: set[str] = set()  # hosts of the hubs whose bodies are being read


@websub.get("/websub/<token>")
def verify(token: str) -> Response:
    """Confirm only what we requested (sections 5.2 and 5.3)."""
    subscription = _subscription(token)
    if request.args.get("hub.topic") != subscription.topic:
        raise NotFound("Nobody here subscribed to that topic.")
    match request.args.get("hub.mode"):
        case "subscribe":
            now = context().clock.now()
            store.confirm_subscription(
                context().database, token, lease_until=now + granted_lease(request.args.to_dict())
            )
            return _answer(request.args.get("hub.challenge", ""))
        case "denied":
            store.deny_subscription(context().database, token)
            return _answer("")
        case _:
            raise NotFound("Nobody here asked for that.")


@websub.post("/websub/<token>")
def push(token: str) -> Response:
    """Store a pushed document for the pollers. One without a valid signature is dropped silently (section 7.1)."""
    request.max_content_length = context().settings().polling.max_bytes
    subscription = _subscription(token)
    received = context().clock.now()
    body = _body(host_of(subscription.hub))
    if is_signed(body, request.headers.get("X-Hub-Signature"), subscription.secret):
        is_kept = store.enqueue_push(
            context().database,
            subscription.feed_id,
            body,
            request.headers.get("Content-Type"),
            received,
        )
        if not is_kept:
            raise ServiceUnavailable(retry_after=RETRY_AFTER)
    return _answer("", status=202)


def _body(hub: str) -> bytes:
    """Read a body: one at a time of a hub, and no more than there are threads for at all.

    A sender that keeps silent holds its thread, since the server waits with it. It is one that no page needs, and
    its hub's alone; a web server in front ends it (see docs/deploy.md).
    """
    with _lock:
        if hub in _reading or len(_reading) >= MOST_BODIES:
            raise ServiceUnavailable(retry_after=RETRY_AFTER)
        _reading.add(hub)
    try:
        return b"".join(_pieces(time.monotonic() + LONGEST_BODY))
    finally:
        _reading.discard(hub)


def _pieces(deadline: float) -> Iterator[bytes]:
    while piece := request.stream.read(PIECE):
        if time.monotonic() > deadline:
            raise RequestTimeout
        yield piece


def _subscription(token: str) -> Subscription:
    if not _TOKEN.fullmatch(token):
        raise NotFound("No subscription has this address.")
    subscription = store.subscription_by_token(context().database, token)
    if subscription is None:
        raise NotFound("No subscription has this address.")
    return subscription


def _answer(text: str, status: int = 200) -> Response:
    response = Response(text, status, content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = NEVER
    return response
