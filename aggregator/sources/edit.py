"""Edits of the sources file that touch nothing else in it: not a comment, not the order, not a byte.

Tables are put in and cut out as whole lines. tomlkit writes them; it does not rewrite the file, since it counts
the comment above a table to the table before, so that removing one would take the words about the next with it.
"""

import errno
import os
import re
import tempfile
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomlkit

from aggregator.errors import AggregatorError
from aggregator.sources.load import SourcesFault, parse, read_text
from aggregator.sources.settings import Settings, same_address
from aggregator.sources.slugs import default_slug
from aggregator.sources.toml_positions import TomlPositions, find_positions

BYTE_ORDER_MARK = "\ufeff"
BY_HAND = "edit the file by hand"

_SLUG = re.compile(r"""^(\s*["']?slug["']?\s*=\s*)(?:"[^"]*"|'[^']*')""")


class EditError(AggregatorError):
    """An edit that was not made; the file is as it was."""


@dataclass(frozen=True, slots=True)
class NewSource:
    """A source to be listed."""

    url: str
    title: str = ""
    tags: tuple[str, ...] = ()
    slug: str = ""  # "" chooses one


def add(path: Path, sources: Sequence[NewSource]) -> Settings:
    """List sources at the end of the file and return what it then says.

    Each gets its slug written down, so that it keeps it whatever its neighbours do. Raises EditError where an
    address is listed already, SourcesFault where the file is faulty, or would be.
    """
    text = read_text(path)
    before = parse(text, str(path), environ=None)
    refuse_listed(before, *(source.url for source in sources))
    refuse_taken(before, *(source.slug for source in sources))
    taken = {source.slug for source in before.sources}
    tables = []
    for source in sources:
        slug = source.slug or default_slug(source.title, source.url, taken)
        taken.add(slug)
        tables.append(_table(source, slug))
    return _replace(path, text, _appended(text, tables), _tables(text) + tables)


def remove(path: Path, slug: str) -> Settings:
    """Take a source off the list and return what the file then says.

    The comments around it stay, and the slugs of the others: one that would change is written down. Raises EditError
    where there is no such source or where it is not written as a `[[source]]` of its own.
    """
    text = read_text(path)
    slugs = [source.slug for source in parse(text, str(path), environ=None).sources]
    number = _number(path, slugs, slug)
    tables = _tables(text)
    del slugs[number], tables[number]
    return _replace(path, text, *_with_slugs(path, _without(text, number), tables, slugs))


def rename(path: Path, old: str, new: str) -> Settings:
    """Give a source another slug and return what the file then says; the slugs of the others stay.

    Raises EditError where there is no such source, where another one has the slug, or where it is none.
    """
    text = read_text(path)
    before = parse(text, str(path), environ=None)
    slugs = [source.slug for source in before.sources]
    number = _number(path, slugs, old)
    refuse_taken(before, new)
    slugs[number] = new
    return _replace(path, text, *_with_slugs(path, text, _tables(text), slugs))


def _number(path: Path, slugs: Sequence[str], slug: str) -> int:
    if slug not in slugs:
        raise EditError(f"{path}: no source has the slug `{slug}`; `aggregator sources list` shows them")
    return slugs.index(slug)


def refuse_listed(settings: Settings, *urls: str) -> None:
    """Raise EditError where one of these addresses is listed already, however it is spelled."""
    listed = {same_address(source.url): source.slug for source in settings.sources}
    for url in urls:
        if slug := listed.get(same_address(url)):
            raise EditError(f"{url} is already listed, as `{slug}`")


def refuse_taken(settings: Settings, *slugs: str) -> None:
    """Raise EditError where a source has one of these slugs, by default too: that one would silently get another."""
    taken = {source.slug: source.url for source in settings.sources}
    for slug in slugs:
        if slug in taken:
            raise EditError(f"another [[source]] has the slug `{slug}`: {taken[slug]}; choose another")


def _table(source: NewSource, slug: str) -> dict[str, Any]:
    table: dict[str, Any] = {"url": source.url, "slug": slug}
    if source.title:
        table["title"] = source.title
    if source.tags:
        table["tags"] = list(source.tags)
    return table


def _tables(text: str) -> list[dict[str, Any]]:
    tables: list[dict[str, Any]] = tomllib.loads(text).get("source", [])
    return tables


# --- the text ---------------------------------------------------------------------------------------------


def _appended(text: str, tables: Sequence[dict[str, Any]]) -> str:
    """Put tables at the end, each after a blank line; the last line ends as the last line did before."""
    newline = "\r\n" if "\r\n" in text else "\n"
    for table in tables:
        block = tomlkit.dumps({"source": [table]}).rstrip("\n").replace("\n", newline)
        if not text:
            text = block + newline
        elif text.endswith("\n"):
            text += newline + block + newline
        else:
            text += newline + newline + block
    return text


def _without(text: str, number: int) -> str:
    """Cut out the lines of one `[[source]]`, and a blank line before it; the inverse of `_appended`."""
    lines = re.split(r"(?<=\n)", text)  # only there: TOML knows no other ends of lines
    places = find_positions(text)
    first = places.headers.get(("source", number))
    if first is None:
        raise EditError(f"this source is not written as [[source]] with its keys below; {BY_HAND}")
    last = max(span.last for path, span in places.spans.items() if path[:2] == ("source", number))
    if first > 1 and not lines[first - 2].strip():
        first -= 1
    rest = "".join(lines[: first - 1] + lines[last:])
    has_no_last_newline = last == len(lines)
    return rest.removesuffix("\n").removesuffix("\r") if has_no_last_newline else rest


def _with_slugs(
    path: Path, text: str, tables: list[dict[str, Any]], slugs: Sequence[str]
) -> tuple[str, list[dict[str, Any]]]:
    """Write down each slug that would not follow by default; return the text and the tables that it then has."""
    while wrong := [
        number
        for number, (source, slug) in enumerate(zip(_checked(path, text).sources, slugs, strict=True))
        if source.slug != slug
    ]:
        places = find_positions(text)
        lines = re.split(r"(?<=\n)", text)
        for number in reversed(wrong):  # from below, so that the lines above stay where they are
            _write_slug(lines, places, number, slugs[number])
            tables[number]["slug"] = slugs[number]
        text = "".join(lines)
    return text, tables


def _write_slug(lines: list[str], places: TomlPositions, number: int, slug: str) -> None:
    """Change the line of a source's slug, or put one below its address."""
    address = places.spans.get(("source", number, "url"))
    if ("source", number) not in places.headers or address is None:
        raise EditError(f"a source here is not written as [[source]] with its keys below; {BY_HAND}")
    written = places.spans.get(("source", number, "slug"))
    if written:
        line = lines[written.first - 1]
        lines[written.first - 1] = _SLUG.sub(rf'\g<1>"{slug}"', line)
        if lines[written.first - 1] == line:
            raise EditError(f"the slug of a source here is written in an odd way; {BY_HAND}")
        return
    line = lines[address.last - 1]
    indent = re.match(r"[ \t]*", lines[address.first - 1])
    newline = "\r\n" if line.endswith("\r\n") else "\n"
    if not line.endswith("\n"):
        lines[address.last - 1] = line + newline
        newline = ""
    lines.insert(address.last, f'{indent[0] if indent else ""}slug = "{slug}"{newline}')


# --- the file ---------------------------------------------------------------------------------------------


def _replace(path: Path, before: str, after: str, tables: list[dict[str, Any]]) -> Settings:
    """Put a new text in the file's place, once it is sure that it says what it should and nothing else changed."""
    settings = _checked(path, after)
    if _but_sources(after) != _but_sources(before) or _tables(after) != tables:
        raise EditError(f"{path} was not changed, since that would change more in it; {BY_HAND}")
    write(path.resolve(), after)  # a link stays a link
    return settings


def _checked(path: Path, after: str) -> Settings:
    try:
        return parse(after, str(path), environ=None)
    except SourcesFault as fault:
        raise EditError(f"{path} was not changed, since it would then be faulty:\n{fault}") from fault


def _but_sources(text: str) -> dict[str, Any]:
    return {key: value for key, value in tomllib.loads(text).items() if key != "source"}


def write(path: Path, text: str) -> None:
    """Replace the file in one step, so that nobody ever reads half of it; its mode stays."""
    mark = BYTE_ORDER_MARK if path.read_bytes().startswith(BYTE_ORDER_MARK.encode()) else ""
    with tempfile.NamedTemporaryFile("wb", dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        try:
            file.write((mark + text).encode())
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).chmod(path.stat().st_mode & 0o7777)
            _put_in_place(Path(file.name), path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise


def _put_in_place(new: Path, path: Path) -> None:
    """Let a new file take the place of another, or write into that one if it cannot be replaced.

    A file that is mounted by itself, as into a container, cannot.
    """
    try:
        new.replace(path)
    except OSError as error:
        if error.errno not in (errno.EBUSY, errno.EXDEV):
            raise
        path.write_bytes(new.read_bytes())
        new.unlink()
