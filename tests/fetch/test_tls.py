import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from httpx import create_ssl_context

from aggregator import explain
from aggregator.model import FaultKind
from tests.fetch.conftest import Asker
from tests.support.publisher import Certificates, Publisher


def tls_fault(ask: Asker, context: ssl.SSLContext) -> str:
    with Publisher(tls=context) as publisher:
        publisher.serves("/feed", "<rss/>")
        fault = ask.fault(publisher.url("/feed"))
        assert publisher.requests == []
    assert fault.kind is FaultKind.TLS
    assert not fault.kind.is_unreachable  # a server did answer: our own network is fine
    return explain.fault(fault)


def test_a_feed_is_read_over_tls(ask: Asker, certificates: Certificates) -> None:
    with Publisher(tls=certificates.good("127.0.0.1")) as publisher:
        publisher.serves("/feed", "<rss/>")

        assert ask(publisher.url("/feed")).body == b"<rss/>"


def test_an_authority_in_ssl_cert_file_is_trusted(
    ask: Asker, certificates: Certificates, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificates.authority.cert_pem.write_to_path(str(tmp_path / "authorities.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authorities.pem"))

    with Publisher(tls=certificates.good("127.0.0.1")) as publisher:
        publisher.serves("/feed", "<rss/>")

        assert ask(publisher.url("/feed"), fetcher={"trust": create_ssl_context}).body == b"<rss/>"


def test_the_name_is_what_the_certificate_must_be_for(ask: Asker, certificates: Certificates) -> None:
    async def here(_: str) -> list[str]:
        return ["127.0.0.1"]

    with Publisher(tls=certificates.good("blog.example")) as publisher:
        publisher.serves("/feed", "<rss/>")
        address = publisher.url("/feed").replace("127.0.0.1", "blog.example")

        assert ask(address, fetcher={"resolve": here}).body == b"<rss/>"


def test_an_expired_certificate_is_said_with_its_date(ask: Asker, certificates: Certificates) -> None:
    context = certificates.expired(datetime(2026, 3, 1, 12, tzinfo=UTC), "127.0.0.1")

    assert tls_fault(ask, context) == "TLS certificate expired on 2026-03-01"


def test_an_expired_certificate_of_another_name_is_said_without(
    ask: Asker, certificates: Certificates
) -> None:
    context = certificates.expired(datetime(2026, 3, 1, tzinfo=UTC), "other.example")

    assert tls_fault(ask, context) in (
        "TLS certificate expired",
        "TLS certificate is for another name than 127.0.0.1",
    )


def test_a_certificate_from_the_future_makes_one_look_at_the_clock(
    ask: Asker, certificates: Certificates
) -> None:
    context = certificates.expired(datetime.now(UTC) + timedelta(days=120), "127.0.0.1")

    assert tls_fault(ask, context) == "TLS certificate is not valid yet; is the clock of this machine right?"


def test_a_certificate_for_another_name(ask: Asker, certificates: Certificates) -> None:
    assert (
        tls_fault(ask, certificates.good("other.example"))
        == "TLS certificate is for another name than 127.0.0.1"
    )


def test_a_self_signed_certificate(ask: Asker, certificates: Certificates) -> None:
    assert tls_fault(ask, certificates.self_signed()).startswith("TLS certificate is self-signed")


def test_an_unknown_authority(ask: Asker) -> None:
    stranger = Certificates()

    assert tls_fault(ask, stranger.good("127.0.0.1")).startswith(
        "TLS certificate is signed by an authority that this machine does not know"
    )


def test_a_server_without_tls(ask: Asker, publisher: Publisher) -> None:
    fault = ask.fault(publisher.url().replace("http:", "https:"))

    assert fault.kind is FaultKind.TLS
    assert explain.fault(fault) == "127.0.0.1 speaks no TLS at this port; is the feed at http:// instead?"


def test_a_server_that_speaks_only_what_we_do_not(ask: Asker, certificates: Certificates) -> None:
    context = certificates.good("127.0.0.1")
    context.minimum_version = ssl.TLSVersion.TLSv1_3

    def old_trust() -> ssl.SSLContext:
        trust = certificates.trust()
        trust.maximum_version = ssl.TLSVersion.TLSv1_2
        return trust

    with Publisher(tls=context) as publisher:
        fault = ask.fault(publisher.url(), fetcher={"trust": old_trust})

    assert fault.kind is FaultKind.TLS
    assert explain.fault(fault) == "TLS with 127.0.0.1 failed: tlsv1 alert protocol version"


@pytest.mark.parametrize("hangs", [True, False])
def test_a_handshake_that_comes_to_nothing(ask: Asker, *, hangs: bool) -> None:
    """A server that never shakes hands, and one that hangs up instead."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def take() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(1)
                if hangs:
                    connection.settimeout(5)
                    while connection.recv(65536):
                        pass

        taker = threading.Thread(target=take)
        taker.start()
        address = f"https://127.0.0.1:{server.getsockname()[1]}/"
        fault = ask.fault(address, timeout=timedelta(seconds=0.3))
        taker.join()

    assert fault.kind is FaultKind.TLS
    assert explain.fault(fault) in (
        "the TLS handshake with 127.0.0.1 was not done within 0.3 s",
        "127.0.0.1 hung up in the TLS handshake",
    )
    assert ("not done" in explain.fault(fault)) is hangs
