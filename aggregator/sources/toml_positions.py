"""Finds the lines of each table, key and value of a TOML text.

Only for a text that tomllib has accepted: it parses just enough of TOML to know where things begin and end.
(tomllib returns no positions, and tomlkit does not keep them.)
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Path = tuple[str | int, ...]

TOKEN = re.compile(
    r"""
    (?P<comment> \#[^\n]* )
  | (?P<text>
        \"\"\" (?: \\. | [^\\] )*? \"{3,5}     # up to two quotes more may belong to the text itself
      | '''    .*?                 '{3,5}
      | "      (?: \\. | [^"\\\n] )* "
      | '      [^'\n]* '
    )
  | (?P<space> [ \t\r]+ )
  | (?P<mark> [\[\]{}=,\n] )
  | (?P<bare> [^\[\]{}=,\#"'\s]+ )             # keys with their dots, numbers, dates, true and false
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Span:
    """The lines, counted from 1, on which something begins and ends."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class TomlPositions:
    """The positions of everything in a TOML text."""

    spans: dict[Path, Span]  # of keys with their values, and of the elements of arrays
    headers: dict[Path, int]  # of tables with their own headers, at the first mention

    def of(self, path: Path) -> int:
        """Return the line of the item at this path, or of the nearest one around it; else 1."""
        for length in range(len(path), 0, -1):
            if place := self.headers.get(path[:length]) or self.spans.get(path[:length]):
                return place if isinstance(place, int) else place.first
        return 1


def find_positions(text: str) -> TomlPositions:
    """Find every table, key and value of a text that tomllib accepts."""
    return _Scanner(text).scan()


@dataclass(slots=True)
class _Token:
    kind: str
    text: str
    line: int


def _tokens(text: str) -> Iterator[_Token]:
    line = 1
    for match in TOKEN.finditer(text):
        if match.lastgroup not in ("comment", "space"):
            yield _Token(str(match.lastgroup), match[0], line)
        line += match[0].count("\n")
    yield _Token("mark", "\n", line)


def _keys(written: str) -> tuple[str, ...]:
    """Return the parts of a key without dots and quotes, parsed by tomllib."""
    keys: list[str] = []
    table: Any = tomllib.loads(f"{written} = 0")
    while isinstance(table, dict):
        key, table = next(iter(table.items()))
        keys.append(key)
    return tuple(keys)


@dataclass(slots=True)
class _Scanner:
    text: str
    spans: dict[Path, Span] = field(default_factory=dict)
    headers: dict[Path, int] = field(default_factory=dict)
    counts: dict[Path, int] = field(default_factory=dict)  # tables so far in each array of tables
    tokens: list[_Token] = field(default_factory=list)
    at: int = 0

    def scan(self) -> TomlPositions:
        self.tokens = list(_tokens(self.text))
        table: Path = ()
        while self.at < len(self.tokens):
            if self._skip("\n"):
                continue
            if self.tokens[self.at].text == "[":
                table = self._header()
            else:
                self._pair(table)
        return TomlPositions(self.spans, self.headers)

    def _skip(self, mark: str) -> bool:
        found = self.tokens[self.at].text == mark
        self.at += found
        return found

    def _key_until(self, mark: str) -> tuple[str, ...]:
        start = self.at
        while self.tokens[self.at].text != mark:
            self.at += 1
        self.at += 1
        return _keys("".join(token.text for token in self.tokens[start : self.at - 1]))

    def _header(self) -> Path:
        """Read `[key]` or `[[key]]`: in the path, the last table of each array of tables is meant."""
        line = self.tokens[self.at].line
        self._skip("[")
        is_array = self._skip("[")
        keys = self._key_until("]")
        path: Path = ()
        for depth, key in enumerate(keys, 1):
            path = (*path, key)
            self.headers.setdefault(path, line)
            if is_array and depth == len(keys):
                self._skip("]")
                self.counts[path] = self.counts.get(path, -1) + 1
            if path in self.counts:
                path = (*path, self.counts[path])
        self.headers.setdefault(path, line)
        return path

    def _pair(self, table: Path) -> None:
        line = self.tokens[self.at].line
        path: Path = table
        keys = self._key_until("=")
        for key in keys:
            path = (*path, key)
            self.spans.setdefault(path, Span(line, line))
        last = self._value(path)
        for depth in range(len(table) + 1, len(path) + 1):
            self.spans[path[:depth]] = Span(self.spans[path[:depth]].first, last)

    def _value(self, path: Path) -> int:
        """Read a value and return its last line."""
        if self._skip("["):
            return self._array(path)
        if self._skip("{"):
            return self._inline_table(path)
        last = 0
        while self.tokens[self.at].text not in ("\n", ",", "]", "}"):
            token = self.tokens[self.at]
            last = token.line + token.text.count("\n")
            self.at += 1
        return last

    def _array(self, path: Path) -> int:
        index = 0
        while not self._skip("]"):
            if self._skip("\n") or self._skip(","):
                continue
            element: Path = (*path, index)
            first = self.tokens[self.at].line
            self.spans[element] = Span(first, self._value(element))
            index += 1
        return self.tokens[self.at - 1].line

    def _inline_table(self, path: Path) -> int:
        while not self._skip("}"):
            if not (self._skip("\n") or self._skip(",")):
                self._pair(path)
        return self.tokens[self.at - 1].line
