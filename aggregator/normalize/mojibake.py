"""Repairs texts that are UTF-8 decoded as another encoding, as a whole: `VIDÃ‰O` for `VIDÉO`.

ftfy repairs them. It checks every character, which takes more time than all other cleaning together, so it is
only called for texts that can be affected.
"""

import re
from collections import defaultdict

from ftfy import TextFixerConfig, fix_encoding
from ftfy.chardata import CHARMAP_ENCODINGS

# Only if the whole text is UTF-8 that was read as another encoding; what is so in parts may be about encodings.
_WHOLLY = TextFixerConfig(
    unescape_html=False, restore_byte_a0=True, replace_lossy_sequences=False, decode_inconsistent_utf8=False,
)  # fmt: skip
_C1 = re.compile("[\x80-\x9f]")  # controls that ftfy treats as characters of windows-1252
_FIRST_LEAD = 0xC0  # UTF-8 begins a character beyond ASCII with such a byte, followed by lower ones


def _impossible() -> re.Pattern[str]:
    """Compile a pattern that no text matches which is UTF-8 decoded as one of the encodings that ftfy tries.

    That is a character of none of them; two in a row that stand for first bytes in all of them; and one alone
    among ASCII, unless a space beside it may have been a no-break space (`restore_byte_a0`).
    """
    codes: dict[str, set[int]] = defaultdict(set)
    for encoding in CHARMAP_ENCODINGS:
        for code in range(0x80, 0x100):
            codes[bytes([code]).decode(encoding)].add(code)
    known = re.escape("".join(codes))
    leads = re.escape("".join(character for character, found in codes.items() if min(found) >= _FIRST_LEAD))
    # U+FFFD represents the byte 1A in some of them, which is ASCII.
    beyond, ascii_but_space = "[^\x00-\x7f\ufffd]", "[\x00-\x1f!-\x7f\ufffd]"
    alone = rf"{beyond}(?=\Z|{ascii_but_space})(?<!{beyond}.)(?<!{beyond} .)"
    return re.compile(rf"[^\x00-\x7f\ufffd{known}]|[{leads}]{{2}}|{alone}", re.DOTALL)


_IMPOSSIBLE = _impossible()


def mended(text: str) -> str:
    """Return the text, correctly decoded."""
    if text.isascii() or (_IMPOSSIBLE.search(text) and not _C1.search(text)):
        return text
    return fix_encoding(text, _WHOLLY)
