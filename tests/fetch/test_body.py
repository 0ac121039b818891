import gzip
import zlib
from collections.abc import Callable

import brotli
import pytest
import zstandard

from aggregator import explain
from aggregator.fetch.body import Body
from aggregator.fetch.faults import Failure
from aggregator.model import FaultKind

CODINGS: list[tuple[str, Callable[[bytes], bytes]]] = [
    ("", bytes),
    ("identity", bytes),
    ("gzip", gzip.compress),
    ("X-Gzip", gzip.compress),  # RFC 9110, section 8.4.1.3
    ("deflate", zlib.compress),
    ("br", brotli.compress),
    ("zstd", zstandard.compress),
    (
        "gzip, br",
        lambda data: brotli.compress(gzip.compress(data)),
    ),  # in the order in which they were applied
]
codings = pytest.mark.parametrize(("coding", "encode"), CODINGS)


def read(coding: str, data: bytes, limit: int = 1000) -> bytes:
    body = Body(coding, limit)
    for start in range(0, len(data), 10):
        for _ in body.add(data[start : start + 10]):
            pass
    return body.whole()


def failure(coding: str, data: bytes, limit: int = 1000) -> Failure:
    with pytest.raises(Failure) as raised:
        read(coding, data, limit)
    return raised.value


@codings
def test_a_body_is_read_up_to_its_limit(coding: str, encode: Callable[[bytes], bytes]) -> None:
    assert read(coding, encode(b"<rss/>")) == b"<rss/>"
    assert read(coding, encode(b"a" * 1000)) == b"a" * 1000


@codings
def test_a_body_over_its_limit_is_too_large(coding: str, encode: Callable[[bytes], bytes]) -> None:
    assert failure(coding, encode(b"a" * 1001)).fault.kind is FaultKind.TOO_LARGE


@codings
def test_an_empty_body_is_an_empty_document(coding: str, encode: Callable[[bytes], bytes]) -> None:
    assert read(coding, b"") == b""
    assert read(coding, encode(b"")) == b""


def test_what_comes_is_limited_even_where_it_decodes_to_nothing() -> None:
    assert failure("gzip", gzip.compress(b"") * 100).fault.kind is FaultKind.TOO_LARGE


def test_a_step_between_two_codings_is_limited_too() -> None:
    bomb_of_nothing = zlib.compress(gzip.compress(b"") * 1000)

    assert failure("gzip, deflate", bomb_of_nothing).fault.kind is FaultKind.TOO_LARGE


def test_the_sentence_says_what_the_admin_can_do() -> None:
    assert explain.fault(failure("", b"a" * 20_001, 20_000).fault) == (
        "the answer is larger than 20 kB after decompression; if it is a feed all the same, raise `max_bytes`"
        " for this source"
    )


@pytest.mark.parametrize("coding", ["compress", "bz2", "utf-8", "aws-chunked", "sdch, gzip", "x" * 9000])
def test_a_coding_that_was_not_offered_is_refused(coding: str) -> None:
    coded = b"\x1f\x9d\x90 a document that was really coded"
    fault = failure(coding, gzip.compress(coded) if "gzip" in coding else coded).fault

    assert fault.kind is FaultKind.CODING
    assert "which we did not offer" in explain.fault(fault)
    assert len(explain.fault(fault)) < 150


@pytest.mark.parametrize(
    "coding",
    [
        "UTF-8",
        "aws-chunked",
        "identity, binary",
        "none",
        "8bit",
        "aws-chunked, gzip",
        "gzip, aws-chunked",
        "utf-8, binary, none",
    ],
)
@pytest.mark.parametrize(
    "document", [b"<rss/>", b"\xef\xbb\xbf \n<feed/>", b'{"version": ""}', b"\xff\xfe<\x00/\x00"]
)
def test_a_coding_that_is_none_was_not_applied(coding: str, document: bytes) -> None:
    body = Body(coding, 1000)
    for _ in body.add(gzip.compress(document) if "gzip" in coding else document):
        pass

    assert body.whole() == document


@pytest.mark.parametrize("coding", ["\x9b31m", "\x1b[31m", "gzip, \x85, gzip, gzip"])
def test_control_characters_of_a_coding_are_quoted_as_what_they_are(coding: str) -> None:
    sentence = explain.fault(failure(coding, b"data").fault)

    assert sentence.isprintable()
    assert "\\x" in sentence


def test_more_than_two_codings_are_refused() -> None:
    assert failure("gzip, gzip, gzip", b"").fault.kind is FaultKind.CODING


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_a_body_that_is_not_coded_as_it_says_is_refused(coding: str) -> None:
    fault = failure(coding, b"neither coded nor a document, as an error page of a proxy").fault

    assert fault.kind is FaultKind.CODING
    assert explain.fault(fault).startswith(f"the answer is not what its `{coding}` says: ")


@pytest.mark.parametrize(("coding", "encode"), CODINGS[2:])
def test_a_body_that_breaks_off_is_told_from_a_whole_one(
    coding: str, encode: Callable[[bytes], bytes]
) -> None:
    fault = failure(coding, encode(bytes(range(256)))[:-3]).fault

    assert fault.kind is FaultKind.INTERRUPTED
    assert explain.fault(fault) == f"the answer broke off: its `{coding}` data has no end"


XML = b"<?xml version='1.0'?><rss version='2.0'><channel/></rss>"


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd", "deflate", "gzip, br", "identity"])
@pytest.mark.parametrize(
    "document", [XML, b"\xef\xbb\xbf\n" + XML, b'{ "version": "https://jsonfeed.org/version/1.1"}']
)
def test_a_document_that_is_not_coded_is_read_whatever_its_header_says(coding: str, document: bytes) -> None:
    assert read(coding, document) == document


def test_what_is_gzip_without_a_word_is_decoded() -> None:
    assert read("", gzip.compress(XML)) == XML
    assert failure("", gzip.compress(b"a" * 1001)).fault.kind is FaultKind.TOO_LARGE


@pytest.mark.parametrize("coding", ['"gzip"', "gzip;q=1.0", "GZip ,"])
def test_odd_names_of_codings_are_known(coding: str) -> None:
    assert read(coding, gzip.compress(XML)) == XML


@pytest.mark.parametrize(
    ("coding", "encode"),
    [
        ("gzip, gzip", gzip.compress),  # a server and a proxy say it, and one of them did it
        ("gzip, identity, x-gzip", gzip.compress),
        ("br, br", brotli.compress),
        ("gzip, deflate", zlib.compress),
        ("deflate", gzip.compress),
        ("gzip", zlib.compress),
        ("br", gzip.compress),
        ("utf-8", gzip.compress),
    ],
)
def test_how_a_body_begins_tells_its_coding_better_than_its_header(
    coding: str, encode: Callable[[bytes], bytes]
) -> None:
    assert read(coding, encode(XML)) == XML
    assert failure(coding, encode(XML + b" " * 1000)).fault.kind is FaultKind.TOO_LARGE
