"""Limits the nesting of markup: a parser's work grows with the square of the depth."""

import re
from collections import Counter

_DEEPEST = 500  # elements; browsers stop at 512
_MOST_STYLES = 10  # elements of the second kind below
_FEW = 1000  # tags, which cannot be nested too deep to parse

_TAG = re.compile(r"<!--(?s:.*?)(?:-->|\Z)|<(?P<end>/?)(?P<name>[a-z][a-z0-9]*)[^<>]*>?", re.IGNORECASE)
# They are empty, or the next one closes the one before.
_FLAT = {
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr", "a", "p",
    "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "option", "optgroup", "rp", "rt",
}  # fmt: skip
# Reopened in each following block until they are closed, or read once for each of them around.
_STYLES = {
    "b", "big", "code", "em", "font", "i", "kbd", "nobr", "pre", "s", "samp", "small", "strike", "strong", "tt", "u", "xmp",
}  # fmt: skip


def flattened(markup: str) -> str:
    """Return markup without tags of elements nested deeper than 500; their text stays."""
    if markup.count("<") < _FEW:
        return markup
    open_elements: Counter[str] = Counter()
    depth = Counter[bool]()  # of styles (True) and of others

    def kept(tag: re.Match[str]) -> str:
        name = (tag["name"] or "").lower()
        if not name or name in _FLAT:
            return tag[0]
        is_style = name in _STYLES
        if tag["end"]:
            if open_elements[name]:
                open_elements[name] -= 1
                depth[is_style] -= 1
            return tag[0]
        if depth[is_style] >= (_MOST_STYLES if is_style else _DEEPEST):
            return ""
        open_elements[name] += 1
        depth[is_style] += 1
        return tag[0]

    return _TAG.sub(kept, markup)
