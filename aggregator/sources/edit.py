"""Edits the sources file and those in its folder without touching anything else in them, byte for byte.

Tables are inserted and removed as whole lines. tomlkit formats them; it does not rewrite the file, since it
assigns the comment above a table to the table before, so that removing one would remove the comment of the
next.
"""

import errno
import json
import os
import re
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from io import FileIO
from itertools import islice
from pathlib import Path
from typing import Any

import tomlkit

from aggregator.errors import AggregatorError, SourceNotFound
from aggregator.sources.files import SourcesFault, SourcesText, folder_of, read_files
from aggregator.sources.load import parse_files
from aggregator.sources.settings import Settings, same_address
from aggregator.sources.slugs import default_slug, slugify
from aggregator.sources.toml_positions import TomlPositions, find_positions

BYTE_ORDER_MARK = "\ufeff"
BY_HAND = "edit the file by hand"

_NOT_REPLACEABLE = (errno.EBUSY, errno.EXDEV, errno.EROFS, errno.EACCES, errno.EPERM)
_ADVICE = dict.fromkeys(
    (errno.EROFS, errno.EACCES, errno.EPERM), "let the user that runs this write to it, or to its folder"
) | {errno.ENOSPC: "make room on its disk"}

_URL = re.compile(r"""^(\s*["']?url["']?\s*=\s*)(?:"[^"\\]*"|'[^']*')""")
_SLUG = re.compile(r"""^(\s*["']?slug["']?\s*=\s*)(?:"[^"]*"|'[^']*')""")


class EditError(AggregatorError):
    """An edit that was refused; the file is unchanged."""


@dataclass(frozen=True, slots=True)
class NewSource:
    """A source to be listed."""

    url: str
    title: str = ""
    tags: tuple[str, ...] = ()
    slug: str = ""  # "" chooses one
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    face: str = ""


@dataclass(slots=True)
class _Draft:
    """The intended content of one file of the list."""

    file: SourcesText  # as it is
    text: str
    tables: list[dict[str, Any]]
    slugs: list[str]  # the slugs that its sources must have, in its order


def add(path: Path, sources: Sequence[NewSource], file: str = "") -> Settings:
    """Add sources at the end of the file, or of the one in its folder named `file`; return the new settings.

    A missing file is created. The slug of each source is written, so that it keeps it whatever its neighbours
    do. Raises EditError if an address is already listed, SourcesFault if a file is faulty, or would become
    so.
    """
    before, drafts = _opened(path)
    refuse_listed(before, *(source.url for source in sources))
    refuse_taken(before, *(source.slug for source in sources))
    draft = _in_folder(path, drafts, file) if file else drafts[0]
    name = slugify(draft.file.stem) if not draft.tables and len(sources) == 1 else ""
    taken = {source.slug for source in before.sources} | {source.slug for source in sources}
    tables = []
    for source in sources:
        slug = source.slug or default_slug(name or source.title, source.url, taken)
        taken.add(slug)
        draft.slugs.append(slug)
        tables.append(_table(source, slug))
    draft.text = _appended(draft.text, tables)
    draft.tables += tables
    return _replaced(path, drafts)


def remove(path: Path, slug: str) -> Settings:
    """Remove a source and return the new settings.

    The comments around it stay, and the slugs of the others: one that would change is written to the file. A
    file in the folder that is then empty is removed. Raises SourceNotFound, and EditError if it is not
    written as a separate `[[source]]`.
    """
    _, drafts = _opened(path)
    draft, number = _found(drafts, slug)
    draft.text = _without(draft.text, number)
    del draft.slugs[number], draft.tables[number]
    return _replaced(path, drafts)


def rename(path: Path, old: str, new: str) -> Settings:
    """Change a source's slug and return the new settings; the slugs of the others stay.

    Raises SourceNotFound, and EditError if another one has the slug, or if it is invalid.
    """
    before, drafts = _opened(path)
    draft, number = _found(drafts, old)
    refuse_taken(before, new)
    draft.slugs[number] = new
    return _replaced(path, drafts)


def move(path: Path, addresses: Mapping[str, str]) -> Settings:
    """Change the addresses of sources, by their slugs, and return the new settings; all slugs stay.

    Raises SourceNotFound, and EditError if another source has the address, or if it is invalid.
    """
    before, drafts = _opened(path)
    refuse_listed(before, *addresses.values())
    for slug, url in addresses.items():
        draft, number = _found(drafts, slug)
        places, lines = find_positions(draft.text), _lines(draft.text)
        written = places.spans.get(("source", number, "url"))
        line = lines[written.first - 1] if written else ""
        match = _URL.match(line)
        changed = match[1] + json.dumps(url, ensure_ascii=False) + line[match.end() :] if match else line
        if not written or changed == line:
            raise EditError(f"the address of `{slug}` is written in an odd way; {BY_HAND}")
        lines[written.first - 1] = changed
        draft.text = "".join(lines)
        draft.tables[number]["url"] = url
    return _replaced(path, drafts)


def _opened(path: Path) -> tuple[Settings, list[_Draft]]:
    """Return the settings, and a draft of each file."""
    files = read_files(path)
    settings = parse_files(files, environ=None)
    slugs = (source.slug for source in settings.sources)
    drafts = []
    for file in files:
        tables = _tables(file.text)
        drafts.append(_Draft(file, file.text, tables, list(islice(slugs, len(tables)))))
    return settings, drafts


def _in_folder(path: Path, drafts: list[_Draft], name: str) -> _Draft:
    """Return the draft of a file in the folder; a new one is inserted in the order of names."""
    stem = name.removesuffix(".toml")
    if not stem or stem.startswith(".") or re.search(r"[/\\\x00-\x1f]", stem):
        raise EditError(f"`{name}` is no name for a file in {folder_of(path)}; write one like jane-doe")
    for draft in drafts:
        if draft.file.stem == stem:
            return draft
    new = _Draft(SourcesText(str(folder_of(path) / f"{stem}.toml"), "", stem), "", [], [])
    place = sum(not draft.file.stem or draft.file.name < new.file.name for draft in drafts)
    drafts.insert(place, new)
    return new


def _found(drafts: Sequence[_Draft], slug: str) -> tuple[_Draft, int]:
    """Return the draft with the source of this slug, and its index there."""
    for draft in drafts:
        if slug in draft.slugs:
            return draft, draft.slugs.index(slug)
    raise SourceNotFound(slug)


def refuse_listed(settings: Settings, *urls: str) -> None:
    """Raise EditError if one of these addresses is listed already, however it is spelled."""
    listed = {same_address(source.url): source.slug for source in settings.sources}
    for url in urls:
        if slug := listed.get(same_address(url)):
            raise EditError(f"{url} is already listed, as `{slug}`")


def refuse_taken(settings: Settings, *slugs: str) -> None:
    """Raise EditError if a source has one of these slugs, by default too: that one would silently get another."""
    taken = {source.slug: source.url for source in settings.sources}
    for slug in slugs:
        if slug in taken:
            raise EditError(f"another [[source]] has the slug `{slug}`: {taken[slug]}; choose another")


def _table(source: NewSource, slug: str) -> dict[str, Any]:
    table: dict[str, Any] = {"url": source.url, "slug": slug}
    for key in ("title", "tags", "include", "exclude", "face"):
        if value := getattr(source, key):
            table[key] = list(value) if isinstance(value, tuple) else value
    return table


def _tables(text: str) -> list[dict[str, Any]]:
    tables: list[dict[str, Any]] = tomllib.loads(text).get("source", [])
    return tables


# --- the text ---------------------------------------------------------------------------------------------


def _appended(text: str, tables: Sequence[dict[str, Any]]) -> str:
    """Append tables, each after a blank line; the last line ends as the last line did before."""
    newline = "\r\n" if "\r\n" in text else "\n"
    blocks = [
        tomlkit.dumps({"source": [table]}).rstrip("\n").replace("\n", newline) + newline for table in tables
    ]
    if not text:
        return newline.join(blocks)
    if text.endswith("\n"):
        return newline.join([text, *blocks])
    return (text + newline + newline + newline.join(blocks)).removesuffix(newline)


def _lines(text: str) -> list[str]:
    """Split a text after each line feed: TOML has no other ends of lines."""
    return re.split(r"(?<=\n)", text)


def _without(text: str, number: int) -> str:
    """Remove the lines of one `[[source]]`, and a blank line before it; the inverse of `_appended`."""
    lines = _lines(text)
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


def _write_slug(lines: list[str], places: TomlPositions, number: int, slug: str) -> None:
    """Change the line of a source's slug, or insert one below its address."""
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


def _replaced(path: Path, drafts: Sequence[_Draft]) -> Settings:
    """Write the drafts, after checking that they have the intended settings and nothing else changed."""
    settings = _with_slugs(path, drafts)
    changed = [draft for draft in drafts if draft.text != draft.file.text]
    for draft in changed:
        if _but_sources(draft.text) != _but_sources(draft.file.text) or _tables(draft.text) != draft.tables:
            raise EditError(
                f"{draft.file.name} was not changed, since that would change more in it; {BY_HAND}"
            )
    for draft in changed:
        try:
            _save(draft)
        except OSError as error:
            raise EditError(
                f"{draft.file.name} was not changed: {error.strerror}; {_ADVICE.get(error.errno or 0, BY_HAND)}"
            ) from error
    return settings


def _with_slugs(path: Path, drafts: Sequence[_Draft]) -> Settings:
    """Write each slug that would not be the default, and return the settings of the drafts."""
    while True:
        settings = _checked(path, drafts)
        follows = (source.slug for source in settings.sources)
        is_right = True
        for draft in drafts:
            by_default = islice(follows, len(draft.slugs))
            wrong = [
                number
                for number, (slug, default) in enumerate(zip(draft.slugs, by_default, strict=True))
                if slug != default
            ]
            is_right = is_right and not wrong
            _write_slugs(draft, wrong)
        if is_right:
            return settings


def _write_slugs(draft: _Draft, numbers: Sequence[int]) -> None:
    if not numbers:
        return
    places = find_positions(draft.text)
    lines = _lines(draft.text)
    for number in reversed(numbers):  # from below, so that the lines above stay where they are
        _write_slug(lines, places, number, draft.slugs[number])
        draft.tables[number]["slug"] = draft.slugs[number]
    draft.text = "".join(lines)


def _checked(path: Path, drafts: Sequence[_Draft]) -> Settings:
    try:
        return parse_files([replace(draft.file, text=draft.text) for draft in drafts], environ=None)
    except SourcesFault as fault:
        raise EditError(f"{path} was not changed, since it would then be faulty:\n{fault}") from fault


def _but_sources(text: str) -> dict[str, Any]:
    return {key: value for key, value in tomllib.loads(text).items() if key != "source"}


def _save(draft: _Draft) -> None:
    """Write a draft; a file in the folder is created with its first source, and removed when it is empty."""
    path = Path(draft.file.name).resolve()  # a symbolic link stays one
    if draft.file.is_in_folder:
        path.parent.mkdir(exist_ok=True)
        if not draft.text.strip():
            Path(draft.file.name).unlink()
            return
    if not path.exists():
        path.touch()
    write(path, draft.text)


def write(path: Path, text: str) -> None:
    """Replace the file atomically; its mode stays.

    If that is not possible (a file that is mounted by itself, as into a container; a folder that nobody may write
    to) it is written in place.
    """
    before = path.read_bytes()
    mark = BYTE_ORDER_MARK if before.startswith(BYTE_ORDER_MARK.encode()) else ""
    after = (mark + text).encode()
    try:
        _swap(path, after)
    except OSError as error:
        if error.errno not in _NOT_REPLACEABLE:
            raise
        _write_in_place(path, before, after)


def _swap(path: Path, after: bytes) -> None:
    with tempfile.NamedTemporaryFile("wb", dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        try:
            file.write(after)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).chmod(path.stat().st_mode & 0o7777)
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise


def _write_in_place(path: Path, before: bytes, after: bytes) -> None:
    with path.open("r+b", buffering=0) as file:
        try:
            _overwrite(file, after)
        except OSError:  # a full disk: the old content has room
            _overwrite(file, before)
            raise


def _overwrite(file: FileIO, text: bytes) -> None:
    file.seek(0)
    rest = memoryview(text)
    while rest:
        rest = rest[file.write(rest) :]
    file.truncate()
    os.fsync(file.fileno())
