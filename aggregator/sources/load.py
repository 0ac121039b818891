"""Loads settings from the sources file, or reports all of its faults, each with its line and what to write instead."""

import os
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from aggregator.sources.durations import format_duration
from aggregator.sources.files import SourcesFault, SourcesText, read_files
from aggregator.sources.messages import (
    NAMES,
    not_in_folder,
    unknown_section,
    value_sentence,
    wrong_brackets,
)
from aggregator.sources.secrets import secrets_in
from aggregator.sources.settings import (
    Policy,
    Polling,
    Rules,
    Settings,
    Site,
    Source,
    SourceTable,
    Timeline,
    Weeks,
    same_address,
)
from aggregator.sources.slugs import default_slug, slugify
from aggregator.sources.toml_positions import Path as Place
from aggregator.sources.toml_positions import find_positions

Section = TypeVar("Section", bound=Rules)


def load(path: Path | str, environ: Mapping[str, str] | None = os.environ) -> Settings:
    """Read and check the sources file and its folder; raises SourcesFault with everything that is wrong with them.

    `${NAME}` in headers and addresses is read from `environ`; without one it stays as written, for callers
    that list or edit sources and do not poll.
    """
    return parse_files(read_files(Path(path)), environ)


def parse(text: str, name: str, environ: Mapping[str, str] | None = os.environ) -> Settings:
    """Check the text of a sources file without a folder, named `name` in its faults; raises SourcesFault like `load`."""
    return parse_files((SourcesText(name, text),), environ)


def parse_files(files: Sequence[SourcesText], environ: Mapping[str, str] | None = os.environ) -> Settings:
    """Check the texts of a list, the sources file's own first; raises SourcesFault like `load`."""
    check = _Check(files, environ)
    settings = check.settings()
    if faults := check.in_order():
        raise SourcesFault(*faults)
    return settings


def read_toml(text: str) -> dict[str, Any]:
    """Read a text as TOML; raises TomlFault."""
    try:
        return tomllib.loads(text)
    except ValueError as fault:  # TOMLDecodeError, or Python's own for a number with thousands of digits
        raise _syntax_error(text, str(fault)) from None
    except RecursionError:
        raise TomlFault(1, "is nested too deeply; write plain tables and lists") from None


class TomlFault(Exception):  # noqa: N818 - a fault of the file, not of the program
    """What is wrong with the syntax of a file, and on which line."""

    def __init__(self, line: int, sentence: str) -> None:
        super().__init__(sentence)
        self.line = line


def _syntax_error(text: str, message: str) -> TomlFault:
    """Return the line and message of a syntax error; tomllib has the line in its message, or "end of document"."""
    at = re.fullmatch(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", message, re.DOTALL)
    if not at:  # Python rejects numbers of more than 4,300 digits
        return TomlFault(1, "not valid TOML: a number in it has too many digits")
    what, line, column = at.groups()
    where = f"in column {column}" if column else "at the end of the file"
    sentence = f"not valid TOML {where}: {what[:1].lower()}{what[1:]}"
    return TomlFault(int(line or text.count("\n") + 1), sentence)


def _texts_with_variables(table: Mapping[str, Any]) -> Iterator[str]:
    yield table["url"]
    yield from table.get("headers", {}).values()


@dataclass(frozen=True, slots=True)
class _SourceTable:
    """A `[[source]]` as it is written, and its position."""

    file: int
    number: int  # in its file
    table: dict[str, Any]
    name: str = ""  # the default of its slug, if its file gives one

    @property
    def place(self) -> Place:
        return ("source", self.number)


@dataclass(slots=True)
class _Check:
    """Collects the faults of a whole list, so that the admin sees them all at once."""

    files: Sequence[SourcesText]  # the sources file itself first
    environ: Mapping[str, str] | None
    syntax: list[tuple[int, int, str]] = field(default_factory=list)  # file, line, sentence
    faults: list[tuple[int, Place, str]] = field(default_factory=list)  # file, place, sentence

    def in_order(self) -> list[str]:
        """Return each fault found as `file:line: sentence`."""
        found = {*self.syntax}
        for number in {file for file, _, _ in self.faults}:
            positions = find_positions(self.files[number].text)
            found |= {
                (file, positions.of(place), sentence)
                for file, place, sentence in self.faults
                if file == number
            }
        return [f"{self.files[file].name}:{line}: {sentence}" for file, line, sentence in sorted(found)]

    def settings(self) -> Settings:
        """Return the settings; must only be called if no fault was found."""
        data = [self._data(number) for number in range(len(self.files))]
        site = self._section(data[0], "site", Site)
        timeline = self._section(data[0], "timeline", Timeline)
        polling = self._section(data[0], "polling", Polling)
        weeks = self._section(data[0], "weeks", Weeks)
        policy = self._section(data[0], "policy", Policy)
        if polling:
            self._check_order(0, ("polling",), polling, polling)
        written = [source for number, tables in enumerate(data) for source in self._sources(number, tables)]
        self._check_distinct(written, "url", same_address, "remove one of them")
        self._check_distinct(written, "slug", str, "give each its own")
        sources = self._resolve(written, polling)
        return Settings.model_construct(
            site=site or Site(),
            timeline=timeline or Timeline(),
            polling=polling or Polling(),
            weeks=weeks or Weeks(),
            policy=policy or Policy(),
            sources=sources,
        )

    def _data(self, number: int) -> dict[str, Any]:
        """Read one file and check the names of its sections; empty if it is not TOML."""
        file = self.files[number]
        try:
            data = read_toml(file.text)
        except TomlFault as error:
            self.syntax.append((number, error.line, str(error)))
            return {}
        for name in data:
            if name not in NAMES:
                self.faults.append((number, (name,), unknown_section(name)))
            elif file.is_in_folder and name != "source":
                self.faults.append((number, (name,), not_in_folder(name, self.files[0].name)))
        return data

    def _section(self, data: dict[str, Any], name: str, model: type[Section]) -> Section | None:
        table = data.get(name, {})
        if not isinstance(table, dict):
            self.faults.append((0, (name,), wrong_brackets(name)))
            return None
        return self._table(0, (name,), table, model)

    def _sources(self, file: int, data: dict[str, Any]) -> Iterator[_SourceTable]:
        tables = data.get("source", [])
        if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
            self.faults.append((file, ("source",), wrong_brackets("source")))
            return
        name = slugify(self.files[file].stem) if len(tables) == 1 else ""
        for number, table in enumerate(tables):
            yield _SourceTable(file, number, table, name)

    def _table(self, file: int, place: Place, table: dict[str, Any], model: type[Section]) -> Section | None:
        try:
            return model.model_validate(table, context={"environ": self.environ})
        except ValidationError as invalid:
            section = NAMES[str(place[0])]
            for error in invalid.errors(include_url=False, include_input=False):
                self.faults.append((file, (*place, *error["loc"]), value_sentence(section, error)))
            return None

    def _resolve(self, written: list[_SourceTable], polling: Polling | None) -> tuple[Source, ...]:
        """Check each `[[source]]` separately and set its slug and polling; written slugs take precedence over default ones."""
        checked = [self._table(source.file, source.place, source.table, SourceTable) for source in written]
        taken = {table.slug for table in checked if table and table.slug}
        sources = []
        for source, table in zip(written, checked, strict=True):
            if table:
                slug = table.slug or default_slug(source.name or table.title, table.url, taken)
                taken.add(slug)
                secrets = secrets_in(_texts_with_variables(source.table), self.environ)
                resolved = table.resolved(slug, polling or Polling(), secrets)
                sources.append(resolved)
                if polling:  # otherwise its own faults are reported first
                    self._check_order(source.file, source.place, table, resolved.polling)
        return tuple(sources)

    def _check_order(self, file: int, place: Place, written: Polling, polling: Polling) -> None:
        """Check that min_interval <= interval <= max_interval; reported if one of the two was written."""
        for low, high in (("min_interval", "interval"), ("interval", "max_interval")):
            keys = [key for key in (high, low) if key in written.model_fields_set]
            if keys and getattr(polling, low) > getattr(polling, high):
                spans = {key: format_duration(getattr(polling, key)) for key in (low, high)}
                sentence = (
                    f"`{low}` ({spans[low]}) is longer than `{high}` ({spans[high]}); change one of them"
                )
                self.faults.append((file, (*place, keys[0]), sentence))

    def _check_distinct(
        self, written: list[_SourceTable], key: str, same: Callable[[str], str], advice: str
    ) -> None:
        """Check that no two sources have the same address or slug, even if they have other faults."""
        seen: dict[str, _SourceTable] = {}
        for source in written:
            value = source.table.get(key)
            if not isinstance(value, str):
                continue
            first = seen.setdefault(same(value), source)
            if first is not source:
                where = f", in {self.files[first.file].name}" if first.file != source.file else ""
                sentence = f"another [[source]] has the {key} `{first.table[key]}`{where}; {advice}"
                self.faults.append((source.file, (*source.place, key), sentence))
