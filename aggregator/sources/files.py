"""The files of the list of sources: the sources file and the folder of the same name with `.d`."""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from aggregator.errors import AggregatorError

Signature = tuple[tuple[str, int, int, int], ...]


class SourcesFault(AggregatorError):  # noqa: N818 - a fault of the file, not of the program
    """An invalid sources file; `faults` holds each fault as `file:line: what, and what instead`."""

    exit_code = 2

    def __init__(self, *faults: str) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class SourcesText:
    """One file of the list, before it is checked."""

    name: str  # as faults name it: its path
    text: str
    stem: str = ""  # of a file in the folder: the default slug of its only source

    @property
    def is_in_folder(self) -> bool:
        """Whether it may only have `[[source]]` tables."""
        return bool(self.stem)


def folder_of(path: Path) -> Path:
    """Return the folder for further files of this sources file; it need not exist."""
    return path.parent / f"{path.stem}.d"


def paths_in_folder(path: Path) -> list[Path]:
    """Return the files of the folder in the order of their names, except hidden ones: editors keep copies there.

    Raises SourcesFault if the folder cannot be listed.
    """
    folder = folder_of(path)
    try:
        return sorted(one for one in folder.iterdir() if _counts(one.name))
    except FileNotFoundError:
        return []
    except NotADirectoryError:
        raise SourcesFault(
            f"{folder}: is no folder; files with further sources would be in it; rename it"
        ) from None
    except OSError as fault:
        raise SourcesFault(f"{folder}: cannot be listed ({fault.strerror}); check who may read it") from None


def read_files(path: Path) -> tuple[SourcesText, ...]:
    """Read the sources file and those in its folder; raises SourcesFault with each that cannot be read."""
    files = [SourcesText(str(path), read_text(path))]
    faults: list[str] = []
    for one in paths_in_folder(path):
        try:
            files.append(SourcesText(str(one), read_text(one), one.stem))
        except SourcesFault as fault:
            if os.path.lexists(one):  # otherwise it was removed since the folder was listed
                faults += fault.faults
    if faults:
        raise SourcesFault(*faults)
    return tuple(files)


def read_text(path: Path | str) -> str:
    """Return a file's text, without a byte order mark; raises SourcesFault if there is none to read."""
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


def signature(path: Path) -> Signature:
    """Return a value that changes with the files; with the inode, since editors replace files."""
    return tuple(_signatures(path))


def _signatures(path: Path) -> Iterator[tuple[str, int, int, int]]:
    with suppress(OSError):
        yield "", *_state(path.stat())
    with suppress(OSError), os.scandir(folder_of(path)) as entries:
        for entry in sorted((entry for entry in entries if _counts(entry.name)), key=lambda one: one.name):
            with suppress(OSError):
                yield entry.name, *_state(entry.stat())


def _state(stat: os.stat_result) -> tuple[int, int, int]:
    return stat.st_mtime_ns, stat.st_size, stat.st_ino


def _counts(name: str) -> bool:
    return name.endswith(".toml") and not name.startswith(".")
