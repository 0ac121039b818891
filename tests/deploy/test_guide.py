"""docs/deploy.md: the drill is done, and every migration is told."""

import os
import re
import subprocess
import sys
from pathlib import Path

from aggregator.store.db.schema import known_versions
from tests.deploy.words import ROOT
from tests.support.commands import Command
from tests.support.databases import migrated_sqlite

GUIDE = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
(DRILL,) = re.findall(r"<!-- run by a test -->\n```sh\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)


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
