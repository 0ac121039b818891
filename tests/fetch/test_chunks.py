"""Chunks are read as browsers read them, however their bytes are cut on the way."""

import re

from hypothesis import given
from hypothesis import strategies as st

from aggregator.fetch.chunks import END, Chunks

LINE_ENDS = st.sampled_from([b"\r\n", b"\n"])
SIZES = st.sampled_from(["%x", "%X", "%x  ", "%x;name=value", "00%x"])


def data_of(framed: bytes) -> bytes:
    """Return the body of strictly framed chunks."""
    body = b""
    while framed != END:
        size = int(framed[: framed.index(b"\r\n")], 16)
        begin = framed.index(b"\r\n") + 2
        body += framed[begin : begin + size]
        assert framed[begin + size : begin + size + 2] == b"\r\n"
        framed = framed[begin + size + 2 :]
    return body


@given(st.lists(st.tuples(st.binary(min_size=1), SIZES, LINE_ENDS), max_size=5), st.integers(1, 50))
def test_whatever_browsers_read_comes_out_strictly_framed(
    chunks: list[tuple[bytes, str, bytes]], step: int
) -> None:
    sent = b"".join((size % len(data)).encode() + end + data + end for data, size, end in chunks)
    sent += b"0\nno trailer\n\nmore"
    one = Chunks()

    framed = b"".join(one.feed(sent[at : at + step]) for at in range(0, len(sent), step))

    assert data_of(framed) == b"".join(data for data, _, _ in chunks)


def test_a_size_that_is_none_is_passed_on_as_it_is() -> None:
    assert Chunks().feed(b"+5\r\nabcde\r\n") == b"+5\r\nabcde\r\n"


def test_a_line_without_an_end_is_passed_on() -> None:
    one = Chunks()

    assert sum(len(one.feed(b"1" * 4096)) for _ in range(10)) == 40_960


def test_a_body_in_one_piece_is_a_chunk_if_it_may_be() -> None:
    one = Chunks(may_be_whole=True)

    framed = one.feed(b"<rss>\n") + one.feed(b"</rss>") + one.end()

    assert data_of(framed) == b"<rss>\n</rss>"
    assert re.match(rb"6\r\n<rss>\n\r\n", framed)
