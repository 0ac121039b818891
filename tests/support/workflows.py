"""The workflows that documents show: taken out of a page, read by their checkers, and their scripts run."""

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.support.programs import check, program

DOCS = Path(__file__).parents[2] / "docs"
PROGRAMS = Path(sys.executable).parent  # `aggregator` is there


def shown(page: str, language: str) -> list[str]:
    """Return the blocks of a language that a page of the documentation shows."""
    text = (DOCS / f"{page}.md").read_text("utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def check_schema(text: str, schema: str, folder: Path) -> None:
    """Hold a file to a schema that check-jsonschema knows."""
    file = folder / "shown.yml"
    file.write_text(text)
    check(program("check-jsonschema", "pip install check-jsonschema"), "--builtin-schema", schema, file)


def check_workflows(texts: list[str], folder: Path) -> None:
    """Hold workflows of GitHub to their schema, and to what zizmor knows of attackers."""
    workflows = folder / ".github" / "workflows"
    workflows.mkdir(parents=True)
    for number, text in enumerate(texts):
        check_schema(text, "vendor.github-workflows", folder)
        (workflows / f"{number}.yml").write_text(text)
    check(program("zizmor", "pip install zizmor"), "--offline", "--no-progress", workflows.parent)


def run_script(script: str, folder: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a script in a folder as a runner does, with `aggregator` and `folder/bin` on the path."""
    path = os.pathsep.join((str(folder / "bin"), str(PROGRAMS), os.environ["PATH"]))
    return subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", script],
        cwd=folder,
        env={**os.environ, "PATH": path, **environ},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
