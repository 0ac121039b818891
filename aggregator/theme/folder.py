"""Reads a theme's folder: all that is right with it, or every fault with its file, its line, and what to do."""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

from aggregator.theme.look import ICON, LOGOS, STYLE, Look
from aggregator.theme.pictures import faults_of_picture
from aggregator.theme.templates import faults_of_templates

TEMPLATES, FACES = "templates", "faces"
FILES = (STYLE, *LOGOS, ICON)
BESIDE = re.compile(r"\.|.*~$|README|LICEN[CS]E|COPYING|.*\.(md|txt)$")  # no part of the look, and no fault

MOST_BYTES = 256 * 1024  # of one file: every reader loads it
MOST_BYTES_IN_ALL = 16 * 1024 * 1024  # they are kept in memory

COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)  # unclosed, all the rest (CSS Syntax, 4.3.2)
LOADED = re.compile(r"@import|url\(\s*['\"]?(?!\s*['\"]?#)[^)\s]{0,60}", re.IGNORECASE)

Signature = tuple[tuple[str, int, int, int], ...]


def read(folder: Path, faces: Mapping[str, str]) -> tuple[Look, tuple[str, ...]]:
    """Return the look that a folder holds, and its faults; with any, the look does not count.

    `faces` names the picture of each source that has one by its slug, like "faces/jane.png".
    """
    reading = _Reading(folder)
    reading.parts()
    reading.faces(faces)
    look = Look(_digest(reading, faces), str(folder), reading.assets, reading.templates, dict(faces))
    return look, (*reading.faults, *faults_of_templates(look))


def signature(folder: Path) -> Signature:
    """Tell one state of a theme's files from another."""
    return tuple(
        signed for part in ("", FACES, TEMPLATES) for signed in sorted(_signatures(folder / part, part))
    )


def _signatures(folder: Path, part: str) -> Iterator[tuple[str, int, int, int]]:
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            with suppress(OSError):
                state = entry.stat()
                yield f"{part}/{entry.name}", state.st_mtime_ns, state.st_size, state.st_ino


def _digest(reading: "_Reading", faces: Mapping[str, str]) -> str:
    parts = (sorted(reading.assets.items()), sorted(reading.templates.items()), sorted(faces.items()))
    return blake2b(repr(parts).encode(), digest_size=12).hexdigest()


class _Reading:
    """A folder while it is read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._bytes = 0
        self.assets: dict[str, bytes] = {}
        self.templates: dict[str, str] = {}
        self.faults: list[str] = []

    def parts(self) -> None:
        """Read all but the faces."""
        for path in self._listed(self._folder):
            if path.name == TEMPLATES:
                self._templates(path)
            elif path.name in FILES:
                self._asset(path.name)
            elif path.name != FACES:
                parts = ", ".join((*FILES, f"{FACES}/", f"{TEMPLATES}/"))
                self._fault(path, f": is no part of a theme, which are {parts}; rename or remove it")

    def faces(self, faces: Mapping[str, str]) -> None:
        """Read the pictures that sources name; others may lie beside them."""
        for slug, name in faces.items():
            if name in self.assets:
                continue
            if (self._folder / name).is_file():
                self._asset(name)
            else:
                self._fault(
                    self._folder / name,
                    f": there is no such picture, and the source `{slug}` names it as its `face`; put it there",
                )

    def _listed(self, folder: Path) -> list[Path]:
        try:
            return sorted(path for path in folder.iterdir() if not BESIDE.match(path.name))
        except OSError as error:
            self._fault(folder, f": cannot be read as the folder of a theme ({error.strerror})")
            return []

    def _templates(self, folder: Path) -> None:
        for path in self._listed(folder):
            if path.suffix != ".html":
                self._fault(path, ": is no template; their names end with .html")
            else:
                content = self._bytes_of(path)
                text = None if content is None else self._decoded(path, content)
                if text is not None:
                    self.templates[path.name] = text

    def _asset(self, name: str) -> None:
        path = self._folder / name
        content = self._bytes_of(path)
        if content is None:
            return
        if path.suffix == ".css":
            self._check_style(path, content)
        else:
            for fault in faults_of_picture(name, content):
                self._fault(path, fault)
        self.assets[name] = content

    def _check_style(self, path: Path, content: bytes) -> None:
        """Find what the Content-Security-Policy would keep a browser from loading."""
        text = COMMENT.sub(lambda match: "\n" * match[0].count("\n"), self._decoded(path, content) or "")
        for match in LOADED.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            self._fault(path, f":{line}: a style of a theme loads nothing; take `{match[0]}` out")

    def _bytes_of(self, path: Path) -> bytes | None:
        try:
            with path.open("rb") as file:
                content = file.read(MOST_BYTES + 1)
        except OSError as error:
            self._fault(path, f": cannot be read ({error.strerror}); check who may read it")
            return None
        self._bytes += len(content)
        if len(content) > MOST_BYTES:
            self._fault(path, f": is larger than {MOST_BYTES // 1024} KB; make it smaller")
            return None
        if self._bytes > MOST_BYTES_IN_ALL:
            self._fault(self._folder, f": is larger than {MOST_BYTES_IN_ALL // 1024 // 1024} MB in all")
            return None
        return content

    def _decoded(self, path: Path, content: bytes) -> str | None:
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            self._fault(path, f":{line}: is not UTF-8; save the file in that encoding")
            return None

    def _fault(self, path: Path, sentence: str) -> None:
        if (fault := f"{path}{sentence}") not in self.faults:
            self.faults.append(fault)
