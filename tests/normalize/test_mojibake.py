"""ftfy is asked about few texts, and the answer is the same as if it were asked about all."""

import re

import pytest
from ftfy import TextFixerConfig, fix_encoding
from ftfy.chardata import CHARMAP_ENCODINGS
from hypothesis import given
from hypothesis import strategies as st

from aggregator.normalize.mojibake import mended
from tests.support.corpus import MISSING, samples

CONFIG = TextFixerConfig(
    unescape_html=False, restore_byte_a0=True, replace_lossy_sequences=False, decode_inconsistent_utf8=False,
)  # fmt: skip
WORDS = st.sampled_from(
    ["é", "ÀÉ", " à ", "“said”", "don\u2019t", "…", "морозов", "в ", "日本", "ação", "x", ", ", "€", "\ufffd"]
)


def misread(text: str, encoding: str) -> str:
    """Return UTF-8 as it looks when it is read as another encoding, with no-break spaces made plain ones."""
    return text.encode().decode(encoding, "replace").replace("\xa0", " ")


@given(st.lists(WORDS).map("".join), st.sampled_from(CHARMAP_ENCODINGS), st.lists(WORDS).map("".join))
def test_texts_are_mended_as_ftfy_mends_them(text: str, encoding: str, other: str) -> None:
    for written in (text, misread(text, encoding), misread(text, encoding) + other):
        assert mended(written) == fix_encoding(written, CONFIG)


@given(st.text(st.characters(max_codepoint=0x24FF)))
def test_any_text_is_mended_as_ftfy_mends_it(text: str) -> None:
    assert mended(text) == fix_encoding(text, CONFIG)


def test_words_of_real_documents_are_mended_as_ftfy_mends_them() -> None:
    documents = samples()[::4] or pytest.skip(MISSING)
    for sample in documents:
        for encoding in ("utf-8", "windows-1252"):
            texts = re.split("[<>\n]", sample.body.decode(encoding, "replace"))
            for text in [text[:300] for text in texts if not text.isascii()][:100]:
                assert mended(text) == fix_encoding(text, CONFIG)
