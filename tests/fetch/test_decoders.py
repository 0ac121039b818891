import gzip
import zlib
from collections.abc import Callable

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from aggregator.fetch.decoders import DECODERS, ERRORS, STEP, pieces


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


def many_gzip_members(data: bytes) -> bytes:
    return gzip.compress(data[:7]) + gzip.compress(b"") + gzip.compress(data[7:])


def many_zstd_frames(data: bytes) -> bytes:
    return zstandard.compress(data[:7]) + zstandard.compress(data[7:])


WAYS: list[tuple[str, Callable[[bytes], bytes]]] = [
    ("gzip", gzip.compress),
    ("gzip", many_gzip_members),
    ("deflate", zlib.compress),
    ("deflate", raw_deflate),
    ("br", brotli.compress),
    ("zstd", zstandard.compress),
    ("zstd", many_zstd_frames),
]
ways = pytest.mark.parametrize(("coding", "encode"), WAYS)


def decoded(coding: str, chunks: list[bytes]) -> tuple[bytes, bool]:
    decoder = DECODERS[coding]()
    data = b"".join(piece for chunk in chunks for piece in pieces(decoder, chunk))
    return data, decoder.is_complete


@ways
@given(data=st.binary(max_size=300), repeated=st.integers(1, 2000), size=st.integers(1, 70))
def test_what_was_coded_comes_back_however_it_is_cut(
    coding: str, encode: Callable[[bytes], bytes], data: bytes, repeated: int, size: int
) -> None:
    coded = encode(data * repeated)
    chunks = [coded[start : start + size] for start in range(0, len(coded), size)]

    assert decoded(coding, chunks) == (data * repeated, True)


@ways
def test_pieces_are_small_however_much_they_hold(coding: str, encode: Callable[[bytes], bytes]) -> None:
    sizes = [len(piece) for piece in pieces(DECODERS[coding](), encode(b"a" * 5_000_000))]

    assert sum(sizes) == 5_000_000
    assert max(sizes) <= 2 * STEP


@ways
def test_data_without_its_end_is_not_complete(coding: str, encode: Callable[[bytes], bytes]) -> None:
    coded = encode(bytes(range(256)) * 40)

    assert decoded(coding, [coded[:-1]])[1] is False
    assert decoded(coding, [])[1] is False


@pytest.mark.parametrize("padding", [b"\0", b"\0" * 1000, b"\x1f", b"(", b"<!-- cached -->"])
@pytest.mark.parametrize(("coding", "encode"), [way for way in WAYS if way[0] != "br"])
def test_what_follows_the_end_is_ignored(
    coding: str, encode: Callable[[bytes], bytes], padding: bytes
) -> None:
    coded = encode(b"<rss/>")

    assert decoded(coding, [coded + padding]) == (b"<rss/>", True)
    assert decoded(coding, [coded, *(bytes([byte]) for byte in padding)]) == (b"<rss/>", True)


def test_a_zstd_window_beyond_the_bound_of_the_rfc_is_refused() -> None:
    wide = zstandard.ZstdCompressionParameters(window_log=24)
    packer = zstandard.ZstdCompressor(compression_params=wide).compressobj()

    with pytest.raises(ERRORS):
        decoded("zstd", [packer.compress(b"a" * 20_000_000) + packer.flush()])
