"""The messages between hub, subscriber and publisher. Pure: no network, no store, no clock."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from datetime import timedelta

# Requested; the hub decides. Ten days is what hubs commonly grant, and a missed renewal costs at most that
# long.
LEASE = timedelta(days=10)

# Longer leases are mistakes; the bound also keeps the date within what a store can hold.
LONGEST_LEASE = 365 * 86_400  # seconds

# The methods of section 7.1. SHA-1 is no longer good for signatures, but as an HMAC it holds (RFC 6194, section
# 3.3), and the oldest and largest hub knows no other.
METHODS = ("sha1", "sha256", "sha384", "sha512")


def new_token() -> str:
    """Return an unguessable part of an address: a sender who knows it may act as the hub (section 5.1)."""
    return secrets.token_urlsafe(24)


def new_secret() -> str:
    """Return a secret for the hub to sign with; at most 200 bytes (section 5.1)."""
    return secrets.token_urlsafe(48)


def subscription(topic: str, callback: str, secret: str) -> list[tuple[str, str]]:
    """Return the form that subscribes to a topic at a hub (section 5.1)."""
    return [
        ("hub.mode", "subscribe"),
        ("hub.topic", topic),
        ("hub.callback", callback),
        ("hub.secret", secret),
        ("hub.lease_seconds", str(int(LEASE.total_seconds()))),
    ]


def publication(urls: list[str]) -> list[tuple[str, str]]:
    """Return the form that notifies a hub which of our feeds have changed.

    The Recommendation leaves this open (section 6); every hub accepts this form of PubSubHubbub 0.4.
    """
    return [("hub.mode", "publish"), *(("hub.url", url) for url in urls)]


def granted_lease(arguments: Mapping[str, str]) -> timedelta:
    """Return how long the hub will push, from its verification (section 5.3); ours if it does not say."""
    said = arguments.get("hub.lease_seconds", "")
    # Ten digits are three centuries; more have no effect, and Python rejects thousands.
    seconds = int(said[:10]) if said.isascii() and said.isdecimal() else 0
    return timedelta(seconds=min(seconds, LONGEST_LEASE)) if seconds else LEASE


def is_signed(body: bytes, signature: str | None, secret: str) -> bool:
    """Whether `X-Hub-Signature` proves that the body is from the hub that knows the secret (section 7.1)."""
    method, _, said = (signature or "").partition("=")
    if method not in METHODS:
        return False
    digest = hmac.new(secret.encode(), body, getattr(hashlib, method)).hexdigest()
    return hmac.compare_digest(digest.encode(), said.strip().lower().encode())
