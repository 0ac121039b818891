"""From markup to text as a person would read it aloud."""

import html
import re
import unicodedata

from selectolax.lexbor import LexborHTMLParser, LexborNode

from aggregator.model import Markup
from aggregator.normalize.bounds import MARKUP

_HIDDEN = (
    "script,style,template,noscript,iframe,object,embed,svg,canvas,audio,video,select,button,textarea,head,"
    "annotation,annotation-xml,[hidden],[aria-hidden=true],"
    '[style*="display:none"],[style*="display: none"],[style*="visibility:hidden"],[style*="visibility: hidden"]'
)
_BLOCKS = (
    "address,article,aside,blockquote,br,caption,dd,details,div,dl,dt,fieldset,figcaption,figure,footer,form,"
    "h1,h2,h3,h4,h5,h6,header,hr,legend,li,main,nav,ol,p,pre,section,summary,table,tbody,td,tfoot,th,thead,tr,ul"
)
# What XML 1.0 cannot carry, and what is seen by nobody: soft hyphens, zero widths, direction marks of a broken copy.
_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u00ad\u200b\u2060\ufeff]"
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8}\d{0,2});", re.IGNORECASE)
_TAG = re.compile(
    r"</(?:p|div|a|b|i|em|strong|span|li|ul|ol|h\d|blockquote|pre|code|td|tr|table|figure)>|<(?:br|img|hr|p)\b[^<>]*>"
    r"|<(?:p|div|a|span|img|iframe|table|ul|h\d)\s+[a-z-]+\s*=",
    re.IGNORECASE,
)
_FILE_NAME = re.compile(
    r"\S+\.(?:jpe?g|png|gif|webp|svg|bmp|avif)|(?:img|dsc|image|screenshot)[\s_-]*\d*", re.IGNORECASE
)
_BREAK = "\x1e"  # between blocks; no text has it, see _CONTROL
_TIMES = 3  # that markup may be escaped


def plain(markup: Markup) -> str:
    """Return the text of a markup on one line."""
    return " ".join(lines(markup))


def lines(markup: Markup) -> list[str]:
    """Return the text of a markup, a line a block element; each folded, none empty."""
    value = markup.value[:MARKUP].replace(_BREAK, "")
    text = unescaped(value) if markup.type == "text" else _rendered(value)
    folded = (" ".join(line.split()) for line in clean(text).split("\n"))
    return [line for line in folded if line]


def unescaped(text: str) -> str:
    """Turn entities into characters, also those that were escaped twice; a `<` stays one."""
    for _ in range(_TIMES):
        if not _ENTITY.search(text):
            break
        text = html.unescape(text)
    return clean(text)


def clean(text: str) -> str:
    """Return the text in NFC, without characters that XML cannot carry or nobody sees."""
    return unicodedata.normalize("NFC", _CONTROL.sub("", text))


def _rendered(value: str) -> str:
    for _ in range(_TIMES):
        if "<" not in value and "&" not in value:
            return value
        tree = LexborHTMLParser(f"<body>{value}")
        body = tree.body
        if body is None:
            return ""
        text = _spoken(body)
        # Markup that was escaped once too often is text that is full of tags; code that is shown has elements around.
        if body.css_first("*") is not None and _has_elements(value):
            return _ENTITY.sub(lambda match: html.unescape(match[0]), text)
        if not _TAG.search(text):
            return unescaped(text)
        value = text
    return text


def _has_elements(value: str) -> bool:
    return re.search(r"<[a-zA-Z/!]", value) is not None


def _spoken(body: LexborNode) -> str:
    for node in body.css(_HIDDEN):
        node.decompose()
    for image in body.css("img"):
        image.replace_with(_alternative(image))
    for node in body.css(_BLOCKS):
        node.insert_before(_BREAK)
        node.insert_after(_BREAK)
    # Line ends of the source are spaces.
    return body.text(deep=True, separator="").replace("\n", " ").replace(_BREAK, "\n")


def _alternative(image: LexborNode) -> str:
    """Return an image's alt where it says something: words, or an emoji that stands in the text."""
    alt = " ".join((image.attributes.get("alt") or "").split())
    if _FILE_NAME.fullmatch(alt) or image.attributes.get("width") in ("0", "1"):
        return ""
    is_emoji = alt and not alt.isascii() and len(alt) <= 4  # noqa: PLR2004 - a few code points make one emoji
    return alt if is_emoji else f" {alt} " if alt.count(" ") else ""
