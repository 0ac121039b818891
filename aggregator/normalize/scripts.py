"""Scripts without spaces between words, and replacements that make other texts ASCII."""

import re

# Inside the brackets of a pattern of `regex`, which knows scripts.
SPACELESS = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
# All blocks that may contain these scripts. `re` searches a text ten times as fast as `regex`, which is then
# only used for texts that have such blocks.
_BLOCKS = re.compile("[^\0-\u0e00\u2000-\u2e7f]")


def may_be_spaceless(text: str) -> bool:
    """Whether a text may have characters of such scripts; False is certain."""
    return not text.isascii() and _BLOCKS.search(text) is not None


# The characters beyond ASCII that are common in English texts.
_TYPOGRAPHIC = "\u2019\u2018\u201c\u201d\u2013\u2014\u2026\u2022"


def with_plain_signs(text: str, sign: str) -> str:
    """Return a text with `sign` for quotation marks, dashes, dots and bullets, so that it is ASCII more often."""
    if text.isascii():
        return text
    for typographic in _TYPOGRAPHIC:
        text = text.replace(typographic, sign)
    return text
