"""Converts markup to text as a person would read it aloud."""

import html
import re
import unicodedata
from typing import NamedTuple

import regex
from selectolax.lexbor import LexborHTMLParser, LexborNode

from aggregator.model import TextConstruct
from aggregator.nesting import flattened
from aggregator.normalize.bidi import closed
from aggregator.normalize.limits import MARKS, MARKUP
from aggregator.normalize.mojibake import mended
from aggregator.normalize.scripts import with_plain_signs
from aggregator.normalize.slips import is_ordinary, repaired, without_cdata
from aggregator.normalize.widgets import drop_widgets

_HIDDEN = (
    "script,style,title,template,noscript,iframe,object,embed,svg,canvas,audio,video,select,button,textarea,head,"
    "annotation,annotation-xml,[hidden],[aria-hidden=true i]"
)
_BLOCKS = (
    "address,article,aside,blockquote,br,caption,dd,details,div,dl,dt,fieldset,figcaption,figure,footer,form,"
    "h1,h2,h3,h4,h5,h6,header,hr,legend,li,main,nav,ol,p,pre,section,summary,table,tbody,td,tfoot,th,thead,tr,ul"
)
# What XML 1.0 cannot carry, what is invisible (soft hyphens, zero widths, object replacement characters), and
# what reverses the text after it (U+202A to U+202E; what HTML's `dir` writes, Unicode's isolates do).
_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u00ad\u200b\u2060\ufeff\ufffc\u202a-\u202e]"
)
_ASCII_CONTROL = {code: None for code in range(128) if _CONTROL.match(chr(code))}
# Runs of combining characters. NFC sorts them in quadratic time. The first pattern is fast, and also finds
# letters of the blocks that have such characters.
_MANY_MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u1fff\u20d0-\u20ff\u2cef-\u2dff\u302a-\u309a\ua66f-\uabed\ufb1e\ufe20-\ufe2f"
    f"\U000101fd-\U0001e94a]{{{MARKS + 1}}}"
)
_BEYOND_MARKS = regex.compile(rf"(?<=\p{{M}}{{{MARKS}}})\p{{M}}+")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8}\d{0,2});", re.IGNORECASE)
# html.unescape raises for numbers of more than 4300 digits; there is no such character anyway.
_NO_CHARACTER = re.compile(r"&#(?:\d{8,}|x[0-9a-f]{8,});?", re.IGNORECASE)
_TAG = re.compile(
    r"</(?:p|div|a|b|i|em|strong|span|li|ul|ol|h\d|blockquote|pre|code|td|tr|table|figure)>|<(?:br|img|hr|p)\b[^<>]*>"
    r"|<(?:p|div|a|span|img|iframe|table|ul|h\d)\s+[a-z-]+\s*=",
    re.IGNORECASE,
)
_WITHIN_WORDS = re.compile(
    r"</?(?:a|abbr|b|big|cite|code|em|font|i|img|mark|small|span|strong|sub|sup|tt|u)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_AROUND_WORDS = re.compile(
    r"<!--(?:[^-]|-(?!->)){0,200}-->|</?(?:br|dd|div|dt|h[1-6]|li|ol|p|td|tr|ul)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_FILE_NAME = re.compile(
    r"\S+\.(?:jpe?g|png|gif|webp|svg|bmp|avif)|(?:img|dsc|image|screenshot)[\s_-]*\d*"
    r"|Featured image of post .*",  # written by a theme of Hugo, with the title
    re.IGNORECASE,
)
_BREAK = "\x1e"  # between blocks; no text contains it, see _CONTROL
# Replace `<` and `&` of displayed code, so that it is never treated as markup.
_SHOWN = {"<": "\x1c", "&": "\x1d"}
_SHIELD = str.maketrans(_SHOWN)
_MARKS = (_BREAK, *_SHOWN.values())
_CODE = "pre,code,kbd,samp,tt,xmp"
_SIGN_OF_MORE = re.compile(r"(?:<|&lt;)(?:pre|xmp|code|table|figcaption|caption)\b|wp-caption", re.IGNORECASE)
_NO_PROSE = "pre,xmp,code,table,figcaption,caption,p.wp-caption-text"  # the last one is WordPress's
# Markup that was escaped once too often and stands between real elements, where no other `<` is about. Posts that
# show markup without saying that it is code have such others.
_LEFT_OVER = re.compile(
    r"<a\s(?>[^<>]{0,2000}?\bhref\s*=\s*[\"'])[^<>]{0,2000}>(?:(?!<a\s).){0,2000}?</a>"
    r"|\S<br\s?/?>|<img\s(?>[^<>]{0,2000}?\bsrc\s*=\s*[\"'])(?:https?:)?//[^<>]{0,2000}>"
    r"|<(em|strong|b|i|u|p|span|div|h\d|li|blockquote)(?:\s[^<>]{0,2000})?>[^<>]{1,2000}</\1>",
    re.IGNORECASE | re.DOTALL,
)
_ODD_SIGN = re.compile(
    r"<(?!/?(?:p|div|a|img|span|iframe|table|tbody|tr|td|th|ul|ol|li|h\d|br|hr|b|i|em|strong|u|blockquote|figure)\b)",
    re.IGNORECASE,
)
_TIMES = 3  # that markup may be escaped
_BETWEEN_WORDS = re.compile(r"\W+")
_ASCII_WORDS = {
    code: chr(code).lower() if chr(code).isalnum() or chr(code) == "_" else " " for code in range(128)
}


def may_hold_more_than_prose(markup: TextConstruct) -> bool:
    """Whether markup may contain what `only_prose` leaves out; a quick check, so that few are rendered twice."""
    return _SIGN_OF_MORE.search(markup.value) is not None


class Anchor(NamedTuple):
    """A link in markup, as written."""

    href: str
    text: str


def to_text(markup: TextConstruct, *, is_exact: bool = False) -> str:
    """Return the text of markup on one line."""
    return " ".join(to_lines(markup, is_exact=is_exact))


def to_lines(markup: TextConstruct, *, is_exact: bool = False, only_prose: bool = False) -> list[str]:
    """Return the text of markup, a line per block element; each folded, none empty.

    `is_exact`: markup that displays tags is not treated as markup that was escaped once too often.
    `only_prose`: code blocks, tables and captions are left out.
    """
    return to_lines_and_anchors(markup, is_exact=is_exact, only_prose=only_prose)[0]


def to_lines_and_anchors(
    markup: TextConstruct, *, is_exact: bool = False, only_prose: bool = False
) -> tuple[list[str], list[Anchor]]:
    """Return the result of `to_lines`, and the links in these lines."""
    value = markup.value[:MARKUP]
    for mark in _MARKS:
        value = value.replace(mark, " ")
    anchors: list[Anchor] = []
    if markup.type == "text":
        text = _unescaped(value)
    else:
        text, anchors = _rendered(value, is_exact=is_exact, only_prose=only_prose)
    folded = (" ".join(line.split()) for line in clean(without_cdata(_unshielded(text))).split("\n"))
    return [line for line in folded if line], anchors


def name(text: str) -> str:
    """Return a name or a label on one line, with entities decoded and surrounding tags removed."""
    text = without_cdata(_unescaped(text))
    if "<" in text:
        text = _unescaped(_AROUND_WORDS.sub(" ", _WITHIN_WORDS.sub("", text)))
    return " ".join(clean(text).split())


def unescaped(text: str) -> str:
    """Decode entities, also those that were escaped twice; a `<` stays one."""
    return clean(_unescaped(text))


def _unescaped(text: str) -> str:
    for _ in range(_TIMES):
        if not _ENTITY.search(text):
            break
        text = html.unescape(_NO_CHARACTER.sub("\ufffd", text))
    return text


def clean(text: str) -> str:
    """Return the text in NFC, correctly decoded, without characters that XML cannot carry or that are invisible.

    No letter keeps more than 30 combining characters, and every line closes the directions that it opens.
    """
    if text.isascii():
        return text.translate(_ASCII_CONTROL)
    text = _CONTROL.sub("", mended(text))
    if _MANY_MARKS.search(text):
        text = _BEYOND_MARKS.sub("", text)
    return closed(unicodedata.normalize("NFC", text))


def words_only(text: str) -> str:
    """Return the words of a text for comparisons: letters and digits, case-folded, separated by spaces."""
    text = with_plain_signs(text, " ")
    if text.isascii():
        return " ".join(text.translate(_ASCII_WORDS).split())
    return _BETWEEN_WORDS.sub(" ", text.casefold()).strip()


def _rendered(value: str, *, is_exact: bool, only_prose: bool) -> tuple[str, list[Anchor]]:
    """Return the text of markup, a line per block, and its links; displayed code is still escaped."""
    anchors: list[Anchor] = []
    for _ in range(_TIMES):
        if "<" not in value and "&" not in value:
            break
        if not is_ordinary(value):
            value = repaired(value)
        body = LexborHTMLParser(f"<body>{flattened(value)}").body
        if body is None:
            return "", []
        drop_widgets(body, value)
        if only_prose:
            _drop_all_but_prose(body)
        for node in body.css(_HIDDEN):
            node.decompose()
        anchors += _anchors(body)
        text = _visible_text(body)
        is_marked_up = _has_elements(value)
        words = _decoded(text) if is_marked_up else _unescaped(text)
        if is_exact or not (_is_left_over(words) if is_marked_up else _TAG.search(words)):
            return words, anchors
        value = text.replace("\n", "<br>") if is_marked_up else text
    return _decoded(value), anchors


def _anchors(body: LexborNode) -> list[Anchor]:
    return [
        Anchor(href, node.text(deep=True))
        for node in body.css("a[href]")
        if (href := node.attributes.get("href"))
    ]


def _is_left_over(text: str) -> bool:
    return _LEFT_OVER.search(text) is not None and not _ODD_SIGN.search(text)


def _unshielded(text: str) -> str:
    for sign, mark in _SHOWN.items():
        text = text.replace(mark, sign)
    return text


def _decoded(text: str) -> str:
    return _ENTITY.sub(lambda match: html.unescape(match[0]), text)


def _has_elements(value: str) -> bool:
    return re.search(r"<[a-zA-Z/!]", value) is not None


def _drop_all_but_prose(body: LexborNode) -> None:
    for node in reversed(
        [node for node in body.css(_NO_PROSE) if not _is_prose(node)]
    ):  # the innermost first
        node.decompose()


def _is_prose(node: LexborNode) -> bool:
    """Whether code is within a sentence, or a table has paragraphs: then it only lays out a text."""
    match node.tag:
        case "code":
            return not _is_block(node)
        case "table":
            return node.css_first("p") is not None
        case _:
            return False


def _is_block(code: LexborNode) -> bool:
    """Whether code has several lines or is a separate paragraph."""
    if code.css_first("br") is not None or "\n" in code.text(deep=True).strip():
        return True
    is_in_paragraph = code.parent is not None and code.parent.tag in ("p", "div")
    return is_in_paragraph and _is_blank(code.prev) and _is_blank(code.next)


def _is_blank(sibling: LexborNode | None) -> bool:
    """Whether there is only white space on this side of an element."""
    if sibling is None:
        return True
    is_last = sibling.prev is None or sibling.next is None
    return is_last and sibling.tag == "-text" and not (sibling.text_content or "").strip()


def _visible_text(body: LexborNode) -> str:
    for image in body.css("img"):
        image.replace_with(_alternative(image))
    for node in body.css(_BLOCKS):
        node.insert_before(_BREAK)
        node.insert_after(_BREAK)
    for node in reversed(body.css(_CODE)):  # the innermost first
        node.replace_with(_decoded(node.text(deep=True, separator="")).translate(_SHIELD))
    # Line ends of the source are spaces.
    return body.text(deep=True, separator="").replace("\n", " ").replace(_BREAK, "\n")


def _alternative(image: LexborNode) -> str:
    """Return an image's alt if it is meaningful: words, or an emoji within the text."""
    alt = " ".join((image.attributes.get("alt") or "").split())
    if _FILE_NAME.fullmatch(alt) or image.attributes.get("width") in ("0", "1"):
        return ""
    is_emoji = alt and not alt.isascii() and len(alt) <= 4  # noqa: PLR2004 - a few code points make one emoji
    return alt if is_emoji else f" {alt} " if alt.count(" ") else ""
