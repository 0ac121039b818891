"""Programs of the machine that tests need: found, or the test is skipped; in CI, which installs them, it fails."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest


def missing(sentence: str) -> None:
    """Skip a test for something that the machine lacks; if everything has to be tested, fail."""
    if os.environ.get("CI") == "true":
        pytest.fail(sentence)
    pytest.skip(sentence)


def program(name: str, package: str) -> str:
    """Return the path of a program: one that pip installed beside this Python, or the system's."""
    own = Path(sys.executable).with_name(name)
    path = str(own) if own.exists() else shutil.which(name)
    if path is None:
        missing(f"no {name} on this machine: install it, for instance with `{package}`")
    assert path is not None
    return path


def check(*command: str | Path, **environ: str) -> str:
    """Run a checker, which must be content, and return what it printed."""
    environment = {**os.environ, **environ}
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60, env=environment)
    printed = done.stdout + done.stderr
    assert done.returncode == 0, printed
    return printed
