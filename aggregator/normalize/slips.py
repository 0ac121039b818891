"""Repairs mistakes in markup by which an HTML parser would swallow the text after them.

Elements that close themselves, which only XHTML has, or that nobody closes; a `<` that stands in plain words; a CDATA
section that was escaped.
"""

import re

_NAMES = (
    "a|abbr|acronym|address|area|article|aside|audio|b|base|bdi|bdo|big|blockquote|body|br|button|canvas|caption|center|cite"
    "|code|col|colgroup|data|dd|del|details|dfn|dialog|div|dl|dt|em|embed|fieldset|figcaption|figure|font|footer|form"
    "|frame|frameset|h[1-6]|head|header|hgroup|hr|html|i|iframe|img|input|ins|kbd|label|legend|li|link|main|map|mark|marquee"
    "|math|menu|meta|meter|nav|nobr|noembed|noframes|noscript|object|ol|optgroup|option|output|p|param|picture|plaintext|pre"
    "|progress|q|rp|rt|ruby|s|samp|script|section|select|small|source|span|strike|strong|style|sub|summary|sup|svg|table"
    "|tbody|td|template|textarea|tfoot|th|thead|time|title|tr|track|tt|u|ul|var|video|wbr|xmp"
)
_ELEMENT = re.compile(
    rf"</?(?:{_NAMES})(?:\s+[a-z][\w:.-]*\s*=[^<>]*|\s*/?)>|<[a-z][\w:.-]*\s+[a-z][\w:.-]*\s*=\s*[\"'][^<>]*>",
    re.IGNORECASE,
)
_HIDING = "iframe|noscript|noframes|noembed|object|canvas|audio|video|select|button|textarea|title|template"
# Elements that hide their content, or may be hidden by an attribute. The last attribute may be a bare word.
_SELF_CLOSED = re.compile(
    rf"<({_HIDING}|script|style|head|xmp|plaintext|div|span|p|section|aside|details|dialog|form|ins|a)"
    r"((?:\s[^<>]*[\s\"'](?:[a-z]+)?|\s[^<>=]*)?)/>",
    re.IGNORECASE,
)
_HIDES = re.compile(rf"<({_HIDING})(?:\s[^<>]*)?>", re.IGNORECASE)
# An element without attributes. A name that HTML does not have may be a component's or another vocabulary's.
_BARE = re.compile(r"<([a-z][\w.]*)>", re.IGNORECASE)
_END = re.compile(r"</([a-z][\w:.-]*)", re.IGNORECASE)
_KNOWN = frozenset(_NAMES.replace("h[1-6]", "h1|h2|h3|h4|h5|h6").split("|"))
_NEAR = 50  # characters
_HIDERS = frozenset(f"{_HIDING}|script|style".split("|"))
_ANY_TAG = re.compile(r"<(?=[a-z/])", re.IGNORECASE)
_SWITCHES = r"(?:hidden|inert|itemscope|download|autofocus|popover)\b"  # attributes without a value
# A `<` in text between real elements: it is not followed by a name, or by words that are not attributes, or
# has no end.
_SIGN = re.compile(
    r"<(?=[a-z]+://|[a-z][\w:.-]*+[^\w:.\-\s/>]|[a-z][^<>=]*+<|[a-z][\w:.-]*+(?:\s++[^<>=\s]++){2,}\s*+\Z"
    rf"|(?!(?:{_NAMES})\s)[a-z][\w:.-]*+\s++[^<>=\s/][^<>=]*+>|[abipqsu]\s++(?!{_SWITCHES})[^<>=\s/][^<>=]*+>)",
    re.IGNORECASE,
)
_CDATA = re.compile(r"<!\[CDATA\[", re.IGNORECASE)
# Markup whose every `<` begins a well-formed tag of an element that hides nothing, or a short comment. Only what is
# empty in HTML closes itself, and all values of attributes are quoted.
_QUOTED = r"(?:\s++[a-zA-Z][\w:.-]*+\s*+=\s*+(?:\"[^\"<>]*+\"|'[^'<>]*+'))*+\s*+"
_SHOWING = (
    "a|abbr|acronym|address|article|aside|b|big|blockquote|body|caption|center|cite|code|col|colgroup|dd|del|dfn|div|dl|dt|em"
    "|figcaption|figure|font|footer|h[1-6]|header|html|i|img|ins|kbd|label|li|main|mark|nav|ol|p|picture|pre|q|s|samp|section"
    "|small|source|span|strike|strong|sub|sup|table|tbody|td|tfoot|th|thead|time|tr|tt|u|ul|var"
)
_ORDINARY = re.compile(
    rf"[^<]*+(?:<(?:(?:{_SHOWING}){_QUOTED}|/(?:{_SHOWING})\s*+|(?:br|hr|img|wbr){_QUOTED}/?|!--[^<>]*--)>[^<]*+)*+"
)


def is_ordinary(markup: str) -> bool:
    """Whether markup certainly has none of these mistakes: `repaired` would return it as it is, at ten times the cost."""
    return _ORDINARY.fullmatch(markup) is not None


def repaired(markup: str) -> str:
    """Return markup without these mistakes. In a text without any HTML element, every `<` is a character."""
    if _CDATA.search(markup):
        markup = _CDATA.sub("", without_cdata(markup)).replace("]]>", "")
    if "<" not in markup:
        return markup
    if not _ELEMENT.search(markup):
        return _ANY_TAG.sub("&lt;", markup)
    if "/>" in markup:
        markup = _SELF_CLOSED.sub(r"<\1\2></\1>", markup)
    return _SIGN.sub("&lt;", _with_ends(markup))


def _with_ends(markup: str) -> str:
    """Close what would hide the rest of the text, and show what names an element but is none: nobody closes either."""
    ended = {name.lower() for name in _END.findall(markup)}

    def shown(tag: re.Match[str]) -> str:
        name = tag[1].lower()
        is_words = name not in ended and (name not in _KNOWN or (name in _HIDERS and _is_in_words(tag)))
        return f"&lt;{tag[0][1:]}" if is_words else tag[0]

    def closed(tag: re.Match[str]) -> str:
        return tag[0] if tag[1].lower() in ended else f"{tag[0]}</{tag[1]}>"

    return _HIDES.sub(closed, _BARE.sub(shown, markup))


def _is_in_words(tag: re.Match[str]) -> bool:
    """Whether words follow a tag, and no other tag: where a text is cut off, its last elements are not closed."""
    return tag.string[tag.end() : tag.end() + _NEAR].lstrip()[:1] not in ("", "<")


def without_cdata(text: str) -> str:
    """Return the content of a text that is one escaped CDATA section."""
    stripped = text.strip()
    begin = _CDATA.match(stripped)
    if begin is None:
        return text
    return stripped[begin.end() :].removesuffix(">").removesuffix("]]")
