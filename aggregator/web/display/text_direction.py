"""The direction of a text, for `dir`, and its language, for `lang`: only if they differ from the page's."""

import unicodedata

from aggregator.languages import language_tag

_DIRECTIONS = {"R": "rtl", "AL": "rtl", "L": "ltr"}


def direction(text: str, of_page: str = "ltr") -> str | None:
    """Return "rtl" or "ltr", by the first strongly directional character, if it differs from the page's."""
    found = next(filter(None, (_DIRECTIONS.get(unicodedata.bidirectional(char)) for char in text)), of_page)
    return found if found != of_page else None


def language(tag: str | None, of_page: str) -> str | None:
    """Return a language tag if it is well-formed and differs from the page's."""
    if not tag or not language_tag(tag) or tag.casefold() == of_page.casefold():
        return None
    return tag
