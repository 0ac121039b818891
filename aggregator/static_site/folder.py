"""The folder that a site is written to: each file atomically, and only if it changed.

What a build wrote is listed in the folder, and only that is ever removed.
"""

import fcntl
import json
import os
import tempfile
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Self
from urllib.parse import unquote

from aggregator.errors import AggregatorError

LIST = ".aggregator-build.json"
LOCK = ".aggregator-build.lock"


class FolderError(AggregatorError):
    """A folder that a site must not be written to."""

    exit_code = 2


class BusyError(AggregatorError):
    """Another build is writing to the folder."""


class Folder:
    """A folder while a build writes into it."""

    def __init__(self, path: Path, *, force: bool = False) -> None:
        """Open a folder, which is made if it is not there.

        Raises FolderError if it holds anything else than an earlier build, unless `force`; BusyError if
        another build is at work.
        """
        path.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._lock = os.open(path / LOCK, os.O_CREAT | os.O_RDWR, 0o644)
        try:
            self._take(force=force)
        except BaseException:
            os.close(self._lock)
            raise
        self.unchanged = self.written = self.removed = 0
        self._now: set[str] = set()

    def _take(self, *, force: bool) -> None:
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BusyError(f"{self._path}: another build writes into it; wait until it has ended") from None
        self._before, self.state = self._listed()
        if not self._before and not force and any(entry.name != LOCK for entry in self._path.iterdir()):
            (self._path / LOCK).unlink()
            raise FolderError(
                f"{self._path} holds files that no build wrote; name an empty folder, or use --force to write beside them"
            )

    def _listed(self) -> tuple[frozenset[str], str]:
        """Return the files that the last build wrote, and the digest of its inputs."""
        try:
            known = json.loads((self._path / LIST).read_text("utf-8"))
            return frozenset(map(str, known["files"])), str(known["state"])
        except FileNotFoundError:
            return frozenset(), ""
        except (ValueError, KeyError, TypeError):
            raise FolderError(
                f"{self._path / LIST} cannot be read; remove it, and use --force to write the site again"
            ) from None

    @property
    def is_complete(self) -> bool:
        """Whether all files of the last build are there."""
        return bool(self._before) and all((self._path / name).is_file() for name in self._before)

    def keep_all(self) -> None:
        """Keep everything as the last build wrote it."""
        self.unchanged = len(self._before)

    def begin(self, names: Iterable[str]) -> None:
        """List the files that will be written, so that the next build continues an interrupted one."""
        self._list(self._before | set(map(unquote, names)), state="")

    def write(self, name: str, body: bytes) -> None:
        """Write a file of the site. `name` is relative to the folder, and as in an address: percent-encoded."""
        name = unquote(name)
        path = self._path / PurePosixPath(name)
        self._now.add(name)
        if _holds(path, body):
            self.unchanged += 1
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, body)
        self.written += 1

    def finish(self, state: str) -> None:
        """Remove what an earlier build wrote and this one did not, and write the new list."""
        for name in self._before - self._now:
            path = self._path / PurePosixPath(name)
            if path.exists():
                path.unlink()
                self.removed += 1
            self._remove_empty(path.parent)
        self._list(self._now, state)

    def _list(self, names: Collection[str], state: str) -> None:
        _replace(self._path / LIST, json.dumps({"state": state, "files": sorted(names)}, indent=0).encode())

    def _remove_empty(self, folder: Path) -> None:
        while folder != self._path and folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
            folder = folder.parent

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._lock)


def _holds(path: Path, body: bytes) -> bool:
    try:
        return path.stat().st_size == len(body) and path.read_bytes() == body
    except FileNotFoundError:
        return False


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """Yield a new file in the same folder, gone at the end if it was not renamed."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".aggregator-")
    os.close(handle)
    try:
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _replace(path: Path, body: bytes) -> None:
    with _beside(path) as new:
        new.write_bytes(body)
        new.chmod(0o644)  # a web server of another user reads it
        new.replace(path)
