"""Which way a text runs, for `dir`, and its language, for `lang`: only if they differ from the page's."""

import unicodedata

from aggregator.languages import language_tag


def direction(text: str) -> str | None:
    """Return "rtl" if the first character with a direction of its own runs right to left, else None."""
    for char in text:
        match unicodedata.bidirectional(char):
            case "R" | "AL":
                return "rtl"
            case "L":
                return None
    return None


def language(tag: str | None, of_page: str) -> str | None:
    """Return a language tag if it is one by its form and not the page's own."""
    if not tag or not language_tag(tag) or tag.casefold() == of_page.casefold():
        return None
    return tag
