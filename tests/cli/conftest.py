import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from aggregator.cli import main


@pytest.fixture(autouse=True)
def _log_as_before() -> Iterator[None]:
    """Commands set the log up for their whole process, which here is that of all tests."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


class Shell:
    """Commands in an empty folder, each with its own sources file and store there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config = folder / "sources.toml"
        self.database = f"sqlite:///{folder / 'store.db'}"

    def __call__(self, *arguments: str, stdin: bytes = b"", **environ: str) -> Result:
        own = {"AGGREGATOR_CONFIG": str(self.config), "AGGREGATOR_DATABASE": self.database}
        return CliRunner(env={**own, **environ}).invoke(main, arguments, input=stdin)


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)
