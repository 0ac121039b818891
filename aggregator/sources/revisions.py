"""Finds the sources that were added or changed since a git revision."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from aggregator.errors import AggregatorError
from aggregator.sources.files import SourcesFault, SourcesText, folder_of, read_files
from aggregator.sources.load import parse_files
from aggregator.sources.settings import Source, SourceKeys

PATIENCE = 60  # seconds for one command of git


class RevisionError(AggregatorError):
    """Git cannot compare the list with a revision."""


def changed_since(path: Path, revision: str) -> set[str]:
    """Return the slugs of the sources that are new or different in this list since a revision of git.

    If the list was missing or faulty at that revision, all of its sources are new. Raises RevisionError if
    git knows no such revision, or the list is in no repository.
    """
    before = {_keys(source) for source in _sources_at(path, revision)}
    now = parse_files(read_files(path), environ=None).sources
    return {source.slug for source in now if _keys(source) not in before}


def _keys(source: Source) -> str:
    """Return a source's own settings: neither its slug, which a neighbour may change, nor the file's [polling]."""
    return repr([getattr(source, key) for key in SourceKeys.model_fields]) + repr(
        sorted(source.headers.items())
    )


def _sources_at(path: Path, revision: str) -> Sequence[Source]:
    folder = path.parent
    commit = _git(
        folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"
    ).strip()
    names = _names(folder, commit, path.name, folder_of(path).name)
    if path.name not in names:
        return ()
    files = [
        SourcesText(name, _git(folder, "show", f"{commit}:./{name}"), Path(name).stem if "/" in name else "")
        for name in (path.name, *sorted(set(names) - {path.name}))
    ]
    try:
        return parse_files(files, environ=None).sources
    except SourcesFault:
        return ()


def _names(folder: Path, commit: str, main: str, more: str) -> list[str]:
    """Return the files of the list in a commit, by their paths below the folder."""
    listing = _git(folder, "ls-tree", "-r", "-z", "--name-only", commit, "--", f"./{main}", f"./{more}/")
    names = (os.path.normpath(name) for name in listing.split("\0") if name)
    return [name for name in names if name == main or _is_in(name, more)]


def _is_in(name: str, folder: str) -> bool:
    parent, _, file = name.rpartition("/")
    return parent == folder and file.endswith(".toml") and not file.startswith(".")


def _git(folder: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - arguments, no shell; a revision comes after --end-of-options
            ["git", "-C", str(folder), *arguments],  # noqa: S607 - the git that the user has
            capture_output=True,
            check=True,
            timeout=PATIENCE,
        )
    except FileNotFoundError:
        raise RevisionError("git is needed to tell what changed, and is not installed") from None
    except subprocess.CalledProcessError as error:
        told = error.stderr.decode("utf-8", "replace").strip().splitlines()
        raise RevisionError(f"git cannot tell: {told[-1] if told else 'it knows no such revision'}") from None
    except subprocess.TimeoutExpired:
        raise RevisionError("git did not answer in time") from None
    return done.stdout.decode("utf-8", "replace")
