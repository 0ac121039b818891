"""Which way a text runs, for `dir`, and its language, for `lang`: only where they differ from the page's."""

import re
import unicodedata

_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")  # BCP 47, as far as its form goes


def direction(text: str) -> str | None:
    """Return "rtl" where the first character with a direction of its own runs right to left, else None."""
    for char in text:
        match unicodedata.bidirectional(char):
            case "R" | "AL":
                return "rtl"
            case "L":
                return None
    return None


def language(tag: str | None, of_page: str) -> str | None:
    """Return a language tag where it is one by its form and not the page's own."""
    if not tag or not _TAG.fullmatch(tag) or tag.casefold() == of_page.casefold():
        return None
    return tag
