import hashlib
import hmac
from datetime import timedelta

import pytest

from aggregator.websub import messages

BODY = b"<feed/>"
SECRET = "a secret"


def signature(method: str, body: bytes = BODY, secret: str = SECRET) -> str:
    return f"{method}={hmac.new(secret.encode(), body, method).hexdigest()}"


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
def test_a_body_signed_by_any_method_of_the_recommendation_is_the_hubs(method: str) -> None:
    assert messages.is_signed(BODY, signature(method), SECRET)


@pytest.mark.parametrize(
    "said",
    [
        None,
        "",
        "sha256",
        "sha256=",
        signature("sha256", b"other words"),
        signature("sha256", secret="another secret"),
        f"md5={hashlib.md5(BODY, usedforsecurity=False).hexdigest()}",  # no method of the Recommendation
        "sha256=é",  # not even ASCII
    ],
)
def test_a_body_without_the_right_signature_is_nobodys(said: str | None) -> None:
    assert not messages.is_signed(BODY, said, SECRET)


@pytest.mark.parametrize(
    ("said", "granted"),
    [
        ("86400", timedelta(days=1)),
        ("", messages.LEASE),
        ("0", messages.LEASE),
        ("for ever", messages.LEASE),
        ("99999999999999", timedelta(days=365)),
    ],
)
def test_the_lease_is_what_the_hub_says_within_reason(said: str, granted: timedelta) -> None:
    assert messages.granted_lease({"hub.lease_seconds": said}) == granted


def test_no_two_callbacks_or_secrets_are_the_same() -> None:
    assert messages.new_token() != messages.new_token()
    assert messages.new_secret() != messages.new_secret()
    assert len(messages.new_secret().encode()) <= 200  # WebSub, section 5.1


def test_a_lease_of_thousands_of_digits_is_the_longest() -> None:
    assert messages.granted_lease({"hub.lease_seconds": "9" * 5000}) == messages.granted_lease(
        {"hub.lease_seconds": "9" * 10}
    )
    assert messages.granted_lease({"hub.lease_seconds": "²"}) == messages.granted_lease({})
