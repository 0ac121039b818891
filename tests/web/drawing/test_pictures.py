import struct
import zlib

import pytest

from aggregator.web.drawing.letters import can_write, strokes_of, width_of
from aggregator.web.drawing.pictures import CARD, card, icon


def rows_of(png: bytes) -> tuple[int, int, bytes]:
    """Return the width, the height and the pixels of a PNG, each chunk checked."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    at, data, size = 8, b"", (0, 0)
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        content = png[at + 8 : at + 8 + length]
        assert zlib.crc32(kind + content) == struct.unpack(">I", png[at + 8 + length : at + 12 + length])[0]
        if kind == b"IHDR":
            size = struct.unpack(">II", content[:8])
        if kind == b"IDAT":
            data += content
        at += 12 + length
    return *size, zlib.decompress(data)


def test_a_card_has_the_size_that_crawlers_ask_for_and_weighs_little() -> None:
    width, height, pixels = rows_of(card("Serverless Timeline"))

    assert (width, height) == CARD
    assert len(pixels) == (width + 1) * height
    assert len(card("Serverless Timeline")) < 30_000


@pytest.mark.parametrize(
    "name", ["Übermäßig groß", "Ça va, là-bas?", "Łódź & Žižkov", "C++ / Go: 100 #1 “news” …"]
)
def test_latin_names_are_written(name: str) -> None:
    assert can_write(name)
    assert width_of(name) > 0
    assert card(name) != card("x")


def test_a_name_in_other_letters_leaves_the_icon_alone() -> None:
    assert not can_write("サーバーレス")
    assert card("サーバーレス") == card("الحوسبة")


def test_a_long_name_stays_within_the_card() -> None:
    _, height, pixels = rows_of(card("An unusually long name of a site that goes on and on " * 4))
    row = CARD[0] + 1

    margins = {pixels[y * row + x] for y in range(height) for x in (*range(1, 60), *range(row - 60, row))}
    assert margins == {0}


def test_an_i_under_an_accent_has_no_dot() -> None:
    assert len(list(strokes_of("í"))) == 2


def test_an_icon_is_a_square() -> None:
    assert rows_of(icon(192))[:2] == (192, 192)
