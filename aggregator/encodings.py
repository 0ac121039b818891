"""Finds the encoding of a body whose declarations may be wrong.

A label means what browsers read it as (WHATWG Encoding Standard, section 4.2): `iso-8859-1` is windows-1252, `shift_jis`
is Windows-31J, `gb2312` is GB 18030. Python's codecs have most of the labels, with their literal meaning. An
invalid byte costs one character, not the document.
"""

import codecs
import re
from dataclasses import dataclass

from aggregator.model import DocumentWarning, WarningCode

_BOMS = (
    (b"\xff\xfe\0\0", "utf-32-le"), (b"\0\0\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"),
)  # fmt: skip
# The first characters of a document without a byte order mark, whatever its declaration says (XML 1.0,
# appendix F).
_WIDE = (
    (re.compile(rb"[<{\[\s]\0\0\0"), "utf-32-le"), (re.compile(rb"\0\0\0[<{\[\s]"), "utf-32-be"),
    (re.compile(rb"[<{\[\s]\0[^\0]\0"), "utf-16-le"), (re.compile(rb"\0[<{\[\s]\0[^\0]"), "utf-16-be"),
)  # fmt: skip
_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']\s*([\w.:()-]{1,40})")
_LOOK = 1024  # bytes in which it stands, behind comments and the messages of programs
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:()-]{1,40})", re.IGNORECASE)

# Labels of the standard that Python does not know, without `x-`.
_LABELS = {
    "windows-31j": "cp932", "cseucpkdfmtjapanese": "euc_jp", "windows-874": "cp874", "dos-874": "cp874",
    "csgb2312": "gb18030", "windows-949": "cp949", "cseuckr": "cp949", "csksc56011987": "cp949", "iso-ir-149": "cp949", "ksc_5601": "cp949",
    "ks_c_5601-1989": "cp949", "gb_2312": "gb18030", "gb_2312-80": "gb18030", "cn-big5": "big5hkscs",
    "koi": "koi8-r", "koi8": "koi8-r", "koi8-ru": "koi8-u", "mac": "mac-roman", "csmacintosh": "mac-roman",
    "mac-ukrainian": "mac-cyrillic", "visual": "iso8859-8", "logical": "iso8859-8", "sun_eu_greek": "iso8859-7",
    "csisolatin9": "iso8859-15",
}  # fmt: skip
# What a label means to browsers: the superset that such documents are written in.
_MEANS = {
    "ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874",
    "shift_jis": "cp932", "euc_kr": "cp949", "gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs",
    "cp950": "big5hkscs", "iso2022_jp": "iso2022_jp_ext",
}  # fmt: skip
# Python has other codecs too: of compression, of escapes, of EBCDIC.
_CHARACTERS = re.compile(
    r"cp\d+|iso8859-\d+|koi8-\w|mac-\w+|euc_\w+|gb\d+|big5\w*|shift_j\w+|johab|hz|iso2022_\w+|kz1048|ptcp154"
)
_ESCAPED = ("iso2022", "hz")  # ASCII to their bytes
# Two bytes are a character, or any letter may follow another: such text is sometimes valid UTF-8 by chance.
_BY_CHANCE = ("cp932", "cp949", "cp874", "euc_", "gb", "big5", "shift_j", "johab")

_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_LONG_SEQUENCE = re.compile(rb"[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_PRIVATE = re.compile("[\uf8f0-\uf8f3]")  # Python's characters for bytes that Windows-31J does not use
_FEW = 0.02  # of the characters beyond ASCII: an item was cut within a character, or text was pasted
_QUOTES = b"\x80\x85\x91\x92\x93\x94\x95\x96\x97"  # of windows-1252; they begin no character of UTF-8
# NEC's and IBM's characters are in these rows; the standard has them in EUC-JP, Python's codec does not.
_EUC, _ROWS = range(0xA1, 0xFF), 0x3F


@dataclass(frozen=True, slots=True)
class Decoded:
    """A body in valid UTF-8, without a byte order mark, and warnings for its publisher."""

    utf8: bytes
    warnings: tuple[DocumentWarning, ...] = ()


def as_utf8(body: bytes, content_type: str | None) -> Decoded:
    """Return a body in UTF-8, from any encoding.

    Valid UTF-8 takes precedence over declarations: by chance it is rare, while wrong headers and declarations
    of ISO-8859-1 are common (RFC 7303, section 3.1, would trust them).
    """
    if wide := _wide(body):
        return Decoded(body.decode(wide, "ignore").removeprefix("\ufeff").encode(errors="ignore"))
    body = body.removeprefix(codecs.BOM_UTF8).replace(b"\0", b"")
    label, codec = _said(body, content_type)
    if codec and codec.startswith(_ESCAPED):
        return Decoded(body.decode(codec, _HANDLERS.get(codec, "ignore")).encode())
    try:
        body.decode()
    except UnicodeDecodeError:
        return _mended(body, label, codec)
    is_right = body.isascii() or label in ("utf-8", "utf8", "us-ascii")
    return Decoded(body, () if is_right else (DocumentWarning(WarningCode.WRITTEN_IN_UTF8, label),))


def _wide(body: bytes) -> str | None:
    if body[:2] not in (b"\xff\xfe", b"\xfe\xff") and b"\0" not in body[:4]:
        return None
    marked = (codec for mark, codec in _BOMS if body.startswith(mark))
    return next(marked, None) or next((codec for start, codec in _WIDE if start.match(body)), None)


def _said(body: bytes, content_type: str | None) -> tuple[str, str | None]:
    """Return the effective label of a document, and its codec; None for UTF-8 and for unknown labels."""
    declared = _DECLARED.search(body[:_LOOK])
    inside = declared[1].decode("ascii", "replace").lower() if declared else "utf-8"
    served = _CHARSET.search(content_type or "")
    outside = served[1].lower() if served else inside
    # Servers add their default to everything; the declaration was written with the document.
    first, second = (inside, outside) if _codec(outside) in (None, "cp1252") else (outside, inside)
    return (inside, _codec(first) or _codec(second))


def _codec(label: str) -> str | None:
    name = label.removeprefix("x-").removeprefix("x-")
    name = re.sub(r"^(?:win|windows|ibm)-?(?=\d{3,4}$)", "cp", name) if name not in _LABELS else name
    name = re.sub(r"^latin-(?=\d)", "latin", name)
    name = re.sub(r"^(?:cs)?iso[-_]?8859-?(\d{1,2}?)(?:-?[ei])?$", r"iso8859-\1", name)
    try:
        found = codecs.lookup(_LABELS.get(name, name)).name
    except LookupError:
        return None
    found = _MEANS.get(found, found)
    is_known = _CHARACTERS.fullmatch(found) and b"<a>".decode(found, "ignore") == "<a>"
    return found if is_known else None


def _mended(body: bytes, label: str, codec: str | None) -> Decoded:
    if _is_mostly_utf8(body):
        text = _by_parts(body, codec or "cp1252", believes=True)
        return Decoded(text.encode(), (DocumentWarning(WarningCode.BAD_BYTES),))
    warnings = () if codec else (DocumentWarning(WarningCode.NOT_AS_LABELLED, label),)
    codec = codec or "cp1252"
    try:
        text = body.decode(codec)
    except UnicodeDecodeError:
        text = _by_parts(body, codec, believes=not codec.startswith(_BY_CHANCE))
        warnings = warnings or (DocumentWarning(WarningCode.PARTLY_AS_LABELLED, label),)
    else:  # single-byte encodings decode everything, also UTF-8
        if _SEQUENCE.search(body):
            text = _by_parts(body, codec, believes=not codec.startswith(_BY_CHANCE))
    return Decoded((_PRIVATE.sub("", text) if codec == "cp932" else text).encode(), warnings)


def _is_mostly_utf8(body: bytes) -> bool:
    text = body.decode(errors="replace")
    bad = text.count("\ufffd") - body.count("\ufffd".encode())
    good = sum(not character.isascii() for character in text) - bad
    return bad <= _FEW * good


def _by_parts(body: bytes, codec: str, *, believes: bool) -> str:
    """Decode each text of a document separately: titles and texts may be from different sources.

    `believes`: whether a text that is valid UTF-8 is accepted as such, however short.
    """
    border = "<" if body.lstrip().startswith(b"<") else '"'  # no byte of a longer character in any encoding
    return border.join(_part(part, codec, believes=believes) for part in body.split(border.encode()))


def _part(part: bytes, codec: str, *, believes: bool) -> str:
    if part.isascii():
        return part.decode()
    try:
        utf8 = part.decode()
    except UnicodeDecodeError:
        utf8 = ""
    if utf8 and (believes or len(_LONG_SEQUENCE.findall(part)) > 1):
        return utf8
    if believes and not utf8 and _has_utf8(part, codec):
        return part.decode(errors="aggregator.utf-8")
    try:
        return part.decode(codec)
    except UnicodeDecodeError:
        return utf8 or part.decode(codec, _HANDLERS.get(codec, "ignore"))


def _has_utf8(part: bytes, codec: str) -> bool:
    """Whether a text is UTF-8 with bad bytes rather than another encoding; as windows-1252, UTF-8 never reads as words."""
    good, bad = len(_SEQUENCE.findall(part)), part.decode(errors="replace").count("\ufffd")
    return good >= bad if codec == "cp1252" else good > bad


def _bad_utf8(error: UnicodeError) -> tuple[str, int]:
    """Decode a byte within UTF-8 as windows-1252 if a word or a quotation mark was pasted; drop parts of a cut character."""
    assert isinstance(error, UnicodeDecodeError)  # noqa: S101 - the codec raises no other
    bad, following = error.object[error.start : error.end], error.object[error.end : error.end + 2].strip()
    is_pasted = len(bad) == 1 and (bad in _QUOTES or following[:1].isalpha())
    return (bad.decode("cp1252", "ignore") if is_pasted else "", error.end)


def _bad_jis(error: UnicodeError) -> tuple[str, int]:
    """Read the rows of NEC and IBM by Windows-31J, which has them in the same order (JIS X 0208, annex 1); drop others.

    Of EUC-JP, and of ISO-2022-JP, whose bytes are the same without their first bit.
    """
    assert isinstance(error, UnicodeDecodeError)  # noqa: S101 - the codec raises no other
    high = 0 if error.encoding.startswith("euc") else 0x80
    first, second = (*(byte | high for byte in error.object[error.start : error.start + 2]), 0, 0)[:2]
    if first not in _EUC or second not in _EUC:
        return ("", error.start + 1)
    row, cell = first - 0xA0, second - 0xA0
    lead = (row + 0x101) // 2 if row < _ROWS else (row + 0x181) // 2
    trail = cell + 0x9E if row % 2 == 0 else cell + (0x3F if cell < _ROWS + 1 else 0x40)
    found = bytes((lead, trail)).decode("cp932", "ignore")
    return (found, error.start + (2 if found else 1))


def _bad_big5(error: UnicodeError) -> tuple[str, int]:
    """Read a character of Microsoft's that Hong Kong's set does not have, as the euro sign; drop others."""
    assert isinstance(error, UnicodeDecodeError)  # noqa: S101 - the codec raises no other
    found = error.object[error.start : error.start + 2].decode("cp950", "ignore")
    return (found, error.start + 2) if len(found) == 1 and not found.isascii() else ("", error.start + 1)


codecs.register_error("aggregator.utf-8", _bad_utf8)
codecs.register_error("aggregator.jis", _bad_jis)
codecs.register_error("aggregator.big5", _bad_big5)
_HANDLERS = {"euc_jp": "aggregator.jis", "iso2022_jp_ext": "aggregator.jis", "big5hkscs": "aggregator.big5"}
