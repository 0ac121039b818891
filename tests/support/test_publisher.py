"""The publisher is what most tests stand on, so it is tested itself."""

import http.client
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.publisher import Certificates, Publisher, drips, resets, sends


def get(publisher: Publisher, path: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
    connection = http.client.HTTPConnection(publisher.host, publisher.port, timeout=5)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request("GET", path, headers=named)
        answer = connection.getresponse()
        return answer.status, answer.read(), dict(answer.getheaders())
    finally:
        connection.close()


def test_a_document_is_served_and_remembers_who_asked(publisher: Publisher) -> None:
    publisher.serves("/feed.xml", "<rss/>", etag='"1"', last_modified="Mon, 02 Mar 2026 10:00:00 GMT")

    status, body, headers = get(publisher, "/feed.xml", X_Probe="yes")

    assert (status, body) == (200, b"<rss/>")
    assert headers["ETag"] == '"1"'
    assert publisher.requests[0].path == "/feed.xml"
    assert publisher.requests[0].headers["x-probe"] == "yes"
    assert publisher.requests[0].headers["Cookie"] is None


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"If_None_Match": '"1"'}, 304),
        ({"If_None_Match": 'W/"1"'}, 304),
        ({"If_None_Match": '"0", "1"'}, 304),
        ({"If_None_Match": '"2"'}, 200),
        ({"If_Modified_Since": "Mon, 02 Mar 2026 10:00:00 GMT"}, 304),
        ({"If_Modified_Since": "Mon, 02 Mar 2026 09:59:59 GMT"}, 200),
        ({"If_Modified_Since": "yesterday"}, 200),
        # The tag decides where both are sent (RFC 9110, 13.2.2).
        ({"If_None_Match": '"2"', "If_Modified_Since": "Mon, 02 Mar 2026 10:00:00 GMT"}, 200),
    ],
)
def test_conditional_requests_are_answered_honestly(
    publisher: Publisher, asked: dict[str, str], status: int
) -> None:
    publisher.serves("/feed.xml", "<rss/>", etag='"1"', last_modified="Mon, 02 Mar 2026 10:00:00 GMT")

    assert get(publisher, "/feed.xml", **asked)[0] == status


def test_the_query_is_part_of_the_address_where_it_was_given(publisher: Publisher) -> None:
    publisher.serves("/feed", "plain")
    publisher.serves("/feed?page=2", "second")

    assert get(publisher, "/feed?page=2")[1] == b"second"
    assert get(publisher, "/feed?page=3")[1] == b"plain"
    assert get(publisher, "/other")[0] == 404


def test_a_folder_is_served_by_its_file_names(publisher: Publisher, tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text("<a/>")
    publisher.serves_folder(tmp_path, under="/all")

    status, body, headers = get(publisher, "/all/a.xml")

    assert (status, body) == (200, b"<a/>")
    assert get(publisher, "/all/a.xml", If_None_Match=headers["ETag"])[0] == 304


def test_a_gate_holds_an_answer_back(publisher: Publisher) -> None:
    publisher.serves("/feed.xml", "late")
    gate = publisher.holds("/feed.xml")
    bodies: list[bytes] = []
    reader = threading.Thread(target=lambda: bodies.append(get(publisher, "/feed.xml")[1]))
    reader.start()

    gate.reached()
    assert bodies == []
    gate.open()
    reader.join()

    assert bodies == [b"late"]
    ended = publisher.requests[0].ended
    assert ended is None or ended > publisher.requests[0].started


def test_the_wire_can_be_misused(publisher: Publisher) -> None:
    publisher.answers_with("/short", sends(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nfour"))
    publisher.answers_with("/reset", resets(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nfour"))
    publisher.answers_with("/drip", drips(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", every=0.001))

    with pytest.raises(http.client.IncompleteRead):
        get(publisher, "/short")
    with pytest.raises(ConnectionResetError):
        get(publisher, "/reset")
    assert get(publisher, "/drip")[1] == b"ok"


def test_tls_with_certificates_good_and_bad(certificates: Certificates) -> None:
    with Publisher(tls=certificates.good("127.0.0.1")) as good:
        good.serves("/", "safe")
        connection = http.client.HTTPSConnection("127.0.0.1", good.port, context=certificates.trust())
        connection.request("GET", "/")
        assert connection.getresponse().read() == b"safe"
        connection.close()

    bad_ones = {
        "expired": certificates.expired(datetime(2026, 3, 1, tzinfo=UTC), "127.0.0.1"),
        "IP address mismatch": certificates.good("example.org"),
        "self-signed": certificates.self_signed(),
    }
    for fault, context in bad_ones.items():
        with Publisher(tls=context) as bad:
            connection = http.client.HTTPSConnection("127.0.0.1", bad.port, context=certificates.trust())
            with pytest.raises(OSError, match=fault):
                connection.request("GET", "/")
            connection.close()
