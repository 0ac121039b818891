"""From the sources file to settings, or to every fault in it, each with its line and what to write instead."""

import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from aggregator.errors import AggregatorError
from aggregator.sources.durations import format_duration
from aggregator.sources.messages import NAMES, unknown_section, value_sentence, wrong_brackets
from aggregator.sources.settings import (
    Polling,
    Rules,
    Settings,
    Site,
    Source,
    SourceTable,
    Timeline,
    same_address,
)
from aggregator.sources.slugs import default_slug
from aggregator.sources.toml_positions import Path as Place
from aggregator.sources.toml_positions import find_positions

Section = TypeVar("Section", bound=Rules)


class SourcesFault(AggregatorError):  # noqa: N818 - a fault of the file, not of the program
    """A sources file that does not count; `faults` holds each as `file:line: what, and what instead`."""

    exit_code = 2

    def __init__(self, *faults: str) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def load(path: Path | str, environ: Mapping[str, str] | None = os.environ) -> Settings:
    """Read and check the sources file; raises SourcesFault with everything that is wrong with it.

    `${NAME}` in headers is read from `environ`; without one it stays as it is written, for whoever lists or edits
    sources and polls none.
    """
    return parse(read_text(path), str(path), environ)


def read_text(path: Path | str) -> str:
    """Return the file's text, without a byte order mark; raises SourcesFault where there is none to read."""
    try:
        return Path(path).read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise SourcesFault(
            f"{path}: there is no such file; `aggregator init` writes one, or name another with --config"
        ) from None
    except IsADirectoryError:
        raise SourcesFault(f"{path}: is a folder; name the file in it with --config") from None
    except OSError as fault:
        raise SourcesFault(f"{path}: cannot be read ({fault.strerror}); check who may read it") from None
    except UnicodeDecodeError as fault:
        line = fault.object.count(b"\n", 0, fault.start) + 1
        raise SourcesFault(f"{path}:{line}: is not UTF-8; save the file in that encoding") from None


def parse(text: str, name: str, environ: Mapping[str, str] | None = os.environ) -> Settings:
    """Check the text of a sources file, `name` in its faults; raises SourcesFault as `load` does."""
    try:
        data = tomllib.loads(text)
    except ValueError as fault:  # TOMLDecodeError, or Python's own of a number with thousands of digits
        raise SourcesFault(_syntax_fault(text, name, str(fault))) from None
    except RecursionError:
        raise SourcesFault(f"{name}:1: is nested too deeply; write plain tables and lists") from None
    check = _Check(data, environ)
    settings = check.settings()
    if check.faults:
        lines = find_positions(text)
        found = sorted({(lines.of(place), sentence) for place, sentence in check.faults})
        raise SourcesFault(*(f"{name}:{line}: {sentence}" for line, sentence in found))
    return settings


def _syntax_fault(text: str, name: str, message: str) -> str:
    """Say which line is no TOML; tomllib tells it within its message, or "end of document"."""
    at = re.fullmatch(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", message, re.DOTALL)
    if not at:  # Python refuses numbers of more than 4,300 digits by itself
        return f"{name}:1: not valid TOML: a number in it has too many digits"
    what, line, column = at.groups()
    where = f"in column {column}" if column else "at the end of the file"
    return f"{name}:{line or text.count(chr(10)) + 1}: not valid TOML {where}: {what[:1].lower()}{what[1:]}"


@dataclass(slots=True)
class _Check:
    """Collects the faults of a whole file, so that the admin sees all of them at once."""

    data: dict[str, Any]
    environ: Mapping[str, str] | None
    faults: list[tuple[Place, str]] = field(default_factory=list)

    def settings(self) -> Settings:
        """Return what the file means; only to be used where no fault was found."""
        self.faults += [((name,), unknown_section(name)) for name in self.data if name not in NAMES]
        site = self._section("site", Site)
        timeline = self._section("timeline", Timeline)
        polling = self._section("polling", Polling)
        if polling:
            self._check_order(("polling",), polling, polling)
        written = self._source_tables()
        self._check_distinct(written, "url", same_address, "remove one of them")
        self._check_distinct(written, "slug", str, "give each its own")
        sources = self._resolve(written, polling)
        return Settings.model_construct(
            site=site or Site(),
            timeline=timeline or Timeline(),
            polling=polling or Polling(),
            sources=sources,
        )

    def _section(self, name: str, model: type[Section]) -> Section | None:
        table = self.data.get(name, {})
        if not isinstance(table, dict):
            self.faults.append(((name,), wrong_brackets(name)))
            return None
        return self._table((name,), table, model)

    def _source_tables(self) -> list[dict[str, Any]]:
        tables = self.data.get("source", [])
        if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
            self.faults.append((("source",), wrong_brackets("source")))
            return []
        return tables

    def _table(self, place: Place, table: dict[str, Any], model: type[Section]) -> Section | None:
        try:
            return model.model_validate(table, context={"environ": self.environ})
        except ValidationError as invalid:
            section = NAMES[str(place[0])]
            for error in invalid.errors(include_url=False, include_input=False):
                self.faults.append(((*place, *error["loc"]), value_sentence(section, error)))
            return None

    def _resolve(self, written: list[dict[str, Any]], polling: Polling | None) -> tuple[Source, ...]:
        """Check each `[[source]]` by itself and give it its slug and polling; written slugs go before default ones."""
        checked = [
            self._table(("source", number), table, SourceTable) for number, table in enumerate(written)
        ]
        taken = {table.slug for table in checked if table and table.slug}
        sources = []
        for number, table in enumerate(checked):
            if table:
                slug = table.slug or default_slug(table.title, table.url, taken)
                taken.add(slug)
                source = table.resolved(slug, polling or Polling())
                sources.append(source)
                if polling:  # else its own faults come first
                    self._check_order(("source", number), table, source.polling)
        return tuple(sources)

    def _check_order(self, place: Place, written: Polling, polling: Polling) -> None:
        """See that min_interval <= interval <= max_interval, said where one of the two was written."""
        for low, high in (("min_interval", "interval"), ("interval", "max_interval")):
            keys = [key for key in (high, low) if key in written.model_fields_set]
            if keys and getattr(polling, low) > getattr(polling, high):
                spans = {key: format_duration(getattr(polling, key)) for key in (low, high)}
                sentence = (
                    f"`{low}` ({spans[low]}) is longer than `{high}` ({spans[high]}); change one of them"
                )
                self.faults.append(((*place, keys[0]), sentence))

    def _check_distinct(
        self, written: list[dict[str, Any]], key: str, same: Callable[[str], str], advice: str
    ) -> None:
        """See that no two sources have the same address or slug, whatever else may be wrong with them."""
        seen: dict[str, int] = {}
        values = {
            number: table[key] for number, table in enumerate(written) if isinstance(table.get(key), str)
        }
        for number, value in values.items():
            first = seen.setdefault(same(value), number)
            if first != number:
                sentence = f"another [[source]] has the {key} `{values[first]}`; {advice}"
                self.faults.append((("source", number, key), sentence))
