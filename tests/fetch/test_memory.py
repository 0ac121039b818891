"""The limit of a body holds while it is decoded: measured on the memory of a real process."""

import gzip
import random
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import brotli
import pytest
import zstandard

from tests.support.publisher import Publisher

MIB = 2**20
LIMIT = 10_000_000
FEW = 6 * MIB

pytestmark = pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="measures as Linux can")


def peak(publisher: Publisher, body: bytes, coding: str) -> tuple[int, str]:
    """Return by how much a fetch grew a process at its peak, and what came of the fetch."""
    publisher.serves("/feed", body, headers={"Content-Encoding": coding})
    command = [sys.executable, "-m", "tests.fetch.peak", publisher.url("/feed"), str(LIMIT)]
    words = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split(maxsplit=1)
    return int(words[0]), words[1]


@pytest.mark.parametrize(
    ("coding", "encode"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("br", lambda data: brotli.compress(data, quality=5)),
        ("zstd", zstandard.compress),
        ("gzip, br", lambda data: brotli.compress(gzip.compress(data), quality=5)),
    ],
)
def test_a_bomb_does_not_go_off(publisher: Publisher, coding: str, encode: Callable[[bytes], bytes]) -> None:
    grown, outcome = peak(publisher, encode(b"\0" * (96 * MIB)), coding)

    assert outcome == "too large"
    assert grown < LIMIT + FEW


def test_481_bytes_of_brotli_do_not_become_300_mib(publisher: Publisher) -> None:
    """httpx itself would decode them in one step, as they come in one piece."""
    bomb = brotli.compress(b"\0" * (300 * MIB), quality=5)
    assert len(bomb) <= 481

    grown, outcome = peak(publisher, bomb, "br")

    assert outcome == "too large"
    assert grown < LIMIT + FEW


def test_a_body_just_within_the_limit_is_in_memory_once(publisher: Publisher) -> None:
    noise = random.Random(7).randbytes(LIMIT - 5_000)

    grown, outcome = peak(publisher, gzip.compress(noise, 1), "gzip")

    assert outcome == str(len(noise))
    assert grown < LIMIT + FEW
