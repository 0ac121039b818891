"""docs/deploy.md: each snippet is read by who would read it, and the drill is done."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from aggregator.sources.load import parse
from aggregator.store.db.schema import known_versions
from tests.deploy.words import ROOT, parse_command, unknown_variables
from tests.support.commands import Command
from tests.support.databases import migrated_sqlite
from tests.support.programs import check

GUIDE = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
SHELL = re.findall(r"^```sh\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)
TOML = re.findall(r"^```toml\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)
(DRILL,) = re.findall(r"<!-- run by a test -->\n```sh\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("text", SHELL)
def test_the_shell_can_read_every_snippet(text: str, tmp_path: Path) -> None:
    file = tmp_path / "snippet"
    file.write_text(text)

    check("bash", "-n", file)
    assert unknown_variables(text) == set()


@pytest.mark.parametrize("text", SHELL)
def test_every_file_that_a_snippet_copies_is_there(text: str) -> None:
    for pattern in re.findall(r"(?<= )(?:deploy|config)/\S+", text):
        assert list(ROOT.glob(pattern)), pattern


@pytest.mark.parametrize("text", TOML)
def test_every_sources_file_that_is_shown_is_valid(text: str) -> None:
    assert tomllib.loads(text)
    assert parse(text, "docs/deploy.md", {}).sources


@pytest.mark.parametrize("words", [line for line in "".join(SHELL).splitlines() if "aggregator " in line])
def test_every_command_in_a_snippet_is_one_of_ours(words: str) -> None:
    found = re.search(r"(?:^|=\S+ )aggregator (.+)", words)
    if found:
        parse_command(found[1].split())


def test_the_drill_brings_the_store_back(command: Command) -> None:
    command.configure("http://127.0.0.1:9/feed.xml")
    migrated_sqlite(command.folder / "aggregator.db")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    own = {"AGGREGATOR_CONFIG": str(command.config), "AGGREGATOR_DATABASE": command.database, "PATH": path}
    done = subprocess.run(
        ["bash", "-euc", DRILL],
        check=False,
        cwd=command.folder,
        env={**os.environ, **own},
        capture_output=True,
        text=True,
        timeout=100,
    )

    assert done.returncode == 0, done.stderr
    assert "Restored" in done.stdout
    assert (command.folder / "restored.db").is_file()


def test_it_says_of_every_migration_whether_two_versions_may_share_a_store() -> None:
    assert re.findall(r"^\| (\d{4}) \|", GUIDE, re.MULTILINE) == known_versions()


def test_every_benchmark_that_the_figures_come_from_is_there() -> None:
    named = re.findall(
        r"python -m (tests\.[a-z_.]+)", (ROOT / "docs" / "scale.md").read_text(encoding="utf-8")
    )

    assert named
    assert all((ROOT / f"{name.replace('.', '/')}.py").is_file() for name in named)
