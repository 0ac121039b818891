"""Slips in markup by which an HTML parser would swallow the words after them.

Elements that close themselves, which only XHTML has; a `<` that stands in plain words; a CDATA section that was escaped.
"""

import re

_NAMES = (
    "a|abbr|acronym|address|area|article|aside|audio|b|base|bdi|bdo|big|blockquote|body|br|button|canvas|caption|center|cite"
    "|code|col|colgroup|data|dd|del|details|dfn|dialog|dir|div|dl|dt|em|embed|fieldset|figcaption|figure|font|footer|form"
    "|frame|frameset|h[1-6]|head|header|hgroup|hr|html|i|iframe|img|input|ins|kbd|label|legend|li|link|main|map|mark|marquee"
    "|math|menu|meta|meter|nav|nobr|noembed|noframes|noscript|object|ol|optgroup|option|output|p|param|picture|plaintext|pre"
    "|progress|q|rp|rt|ruby|s|samp|script|section|select|small|source|span|strike|strong|style|sub|summary|sup|svg|table"
    "|tbody|td|template|textarea|tfoot|th|thead|time|title|tr|track|tt|u|ul|var|video|wbr|xmp"
)
_ELEMENT = re.compile(
    rf"</?(?:{_NAMES})(?:\s+[a-z][\w:.-]*\s*=[^<>]*|\s*/?)>|<[a-z][\w:.-]*\s+[a-z][\w:.-]*\s*=\s*[\"'][^<>]*>",
    re.IGNORECASE,
)
# Those that hide what is inside of them, or may be hidden by an attribute.
_SELF_CLOSED = re.compile(
    r"<(iframe|script|style|noscript|noframes|noembed|object|canvas|audio|video|select|button|textarea|title|template|head"
    r"|xmp|plaintext|div|span|p|section|aside|details|dialog|form|ins|a)((?:\s[^<>]*(?<=[\s\"'])|\s[^<>=]*)?)/>",
    re.IGNORECASE,
)
_ANY_TAG = re.compile(r"<(?=[a-z/])", re.IGNORECASE)
_SWITCHES = r"(?:hidden|inert|itemscope|download|autofocus|popover)\b"  # attributes that have no value
# A `<` in words between real elements: what follows is no name, or words that are no attributes, or never ends.
_SIGN = re.compile(
    r"<(?=[a-z][\w:.-]*+[^\w:.\-\s/>]|[a-z][^<>=]*+<|[a-z][\w:.-]*+(?:\s++[^<>=\s]++){2,}\s*+\Z"
    rf"|(?!(?:{_NAMES})\s)[a-z][\w:.-]*+\s++[^<>=\s/][^<>=]*+>|[abipqsu]\s++(?!{_SWITCHES})[^<>=\s/][^<>=]*+>)",
    re.IGNORECASE,
)
_CDATA = "<![CDATA["


def repaired(markup: str) -> str:
    """Return markup without these slips. In a text that has no element of HTML at all, every `<` is a sign."""
    if _CDATA in markup:
        markup = without_cdata(markup).replace(_CDATA, "").replace("]]>", "")
    if "<" not in markup:
        return markup
    if not _ELEMENT.search(markup):
        return _ANY_TAG.sub("&lt;", markup)
    if "/>" in markup:
        markup = _SELF_CLOSED.sub(r"<\1\2></\1>", markup)
    return _SIGN.sub("&lt;", markup)


def without_cdata(text: str) -> str:
    """Return the words of a text that is one escaped CDATA section."""
    stripped = text.strip()
    if not stripped.startswith(_CDATA):
        return text
    return stripped.removeprefix(_CDATA).removesuffix(">").removesuffix("]]")
