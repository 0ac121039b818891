"""Whether a text that is called plain is HTML: by signs that nobody writes as words."""

import re

_END_TAG = re.compile(r"</[a-z][a-z0-9]*>|<(?:br|hr|img|p)\b", re.IGNORECASE)
# Nothing but elements from the first character to the last: nobody writes that as plain words.
_BLOCK = "address|article|aside|blockquote|center|div|dl|figure|footer|h[1-6]|header|main|ol|p|pre|section|table|ul"
_FIRST = re.compile(rf"\s*<(?:{_BLOCK}|a|hr|iframe|img|picture|video)(?:\s[^<>]*)?/?>", re.IGNORECASE)
_LAST = re.compile(
    rf"(?:</(?:{_BLOCK}|a|iframe|picture|video)>|<(?:br|hr|img)(?:\s[^<>]*)?/?>)\Z", re.IGNORECASE
)
_LAST_PART = 2000  # characters in which the last tag stands
_TAG = re.compile(
    rf"<(/?)({_BLOCK}|a|abbr|b|br|cite|code|del|em|figcaption|font|i|ins|kbd|li|mark|q|s|small|span|strike|strong|sub"
    r"|sup|td|th|tr|tt|u)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)


def has_end_tag(text: str) -> bool:
    """Whether a text has an end tag, or one that has none."""
    return _END_TAG.search(text) is not None


def is_all_elements(text: str) -> bool:
    """Whether a text is nothing but elements, from its first character to its last."""
    return bool(_FIRST.match(text) and _LAST.search(text[-_LAST_PART:].rstrip()))


def has_elements(text: str) -> bool:
    """Whether a text has elements that end, or several line breaks; who only names a tag writes neither."""
    starts: set[str] = set()
    ends: set[str] = set()
    breaks = 0
    for is_end, tag in _TAG.findall(text):
        name = tag.lower()
        (ends if is_end else starts).add(name)
        breaks += name == "br"
    return breaks > 1 or not starts.isdisjoint(ends)
