"""Whether a file is the picture that its name says, and whether an SVG is a drawing alone.

A browser runs no script of a picture in a page; one that is opened by itself is held back by our Content-Security-Policy. An
SVG that needs either is refused all the same: its author is told now, and not by a picture with a part missing.
"""

import re
import struct
from collections.abc import Iterator
from pathlib import PurePath
from xml.parsers import expat

SIGNS = {
    ".png": rb"\x89PNG\r\n\x1a\n....IHDR.{8}",
    ".jpg": rb"\xff\xd8\xff",
    ".jpeg": rb"\xff\xd8\xff",
    ".gif": rb"GIF8[79]a",
    ".webp": rb"RIFF....WEBP",
    ".avif": rb"....ftypavi[fs]",
}
ACTIVE = {"script", "foreignobject", "iframe", "embed", "object", "audio", "video", "handler"}
# Within itself, or a picture that it holds.
INNER = re.compile(r"\s*(#|data:image/(png|jpeg|gif|webp);)", re.IGNORECASE)
VIEW_BOX = re.compile(
    rb"""\bviewBox=["'] *[^\s,"']+[ ,]+[^\s,"']+[ ,]+([1-9]\d*(?:\.\d+)?)[ ,]+([1-9]\d*(?:\.\d+)?) *["']"""
)
OUTER = re.compile(r"@import|url\(\s*['\"]?(?!\s*['\"]?(#|data:image/))", re.IGNORECASE)


def faults_of_picture(name: str, content: bytes) -> Iterator[str]:
    """Yield what is wrong with a picture, each as `: sentence` or `:LINE: sentence`."""
    kind = PurePath(name).suffix.lower()
    if kind == ".svg":
        yield from _Drawing().faults(content)
    elif not re.match(SIGNS[kind], content, re.DOTALL):
        yield f": is no {kind[1:].upper()} picture, whatever its name says; save it as one"


def shape_of(name: str, content: bytes) -> tuple[int, int] | None:
    """Return the width and height of a PNG or SVG, so that a page leaves room for it; None if an SVG does not tell."""
    if name.endswith(".png"):
        width, height = struct.unpack(">II", content[16:24])
        return width, height
    box = VIEW_BOX.search(content)
    return (round(float(box[1])), round(float(box[2]))) if box else None


class _Drawing:
    """Collects what in an SVG is not drawing, while expat reads."""

    def __init__(self) -> None:
        self._found: list[str] = []
        self._is_root, self._is_style = True, False
        self._parser = expat.ParserCreate(namespace_separator="|")
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text

    def faults(self, content: bytes) -> list[str]:
        try:
            self._parser.Parse(content, True)  # noqa: FBT003 - expat's own interface
        except expat.ExpatError as error:
            return [f":{error.lineno}: is no SVG ({expat.ErrorString(error.code)}); save it as one"]
        return self._found

    def _add(self, sentence: str) -> None:
        self._found.append(f":{self._parser.CurrentLineNumber}: {sentence}")

    def _doctype(self, *_: object) -> None:
        self._add("declares a document type; take the line out, an SVG needs none")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition("|")[2]
        if self._is_root and tag != "svg":
            self._add(f"begins with <{tag}> and is no SVG; save it as one")
        self._is_root, self._is_style = False, tag == "style"
        if tag.lower() in ACTIVE:
            self._add(f"holds <{tag}>; take it out, a theme's pictures are drawings alone")
        for key, value in attributes.items():
            self._attribute(key.rpartition("|")[2].lower(), value)

    def _attribute(self, key: str, value: str) -> None:
        if key.startswith("on"):
            self._add(f"holds `{key}`, which would run a script; take it out")
        elif (key in {"href", "src"} and not INNER.match(value)) or OUTER.search(value):
            self._add(
                f"names `{value[:60]}`; nothing outside of the file can be used, put it in or take it out"
            )

    def _end(self, _: str) -> None:
        self._is_style = False

    def _text(self, text: str) -> None:
        if self._is_style and OUTER.search(text):
            self._add("names something outside of the file in its style; take it out")
