"""docs/static-site.md: its workflows are YAML, and every command in it exists."""

import re
from typing import Any

import pytest
import yaml

from tests.deploy.words import ROOT, parse_command

GUIDE = (ROOT / "docs" / "static-site.md").read_text(encoding="utf-8")
WORKFLOWS = re.findall(r"^```yaml\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)
COMMANDS = re.findall(r"\baggregator (build [-\w ]+)$", GUIDE, re.MULTILINE)


@pytest.mark.parametrize("text", WORKFLOWS)
def test_every_workflow_is_yaml_that_builds_the_site(text: str) -> None:
    assert yaml.safe_load(text)
    assert "aggregator build public" in text


def test_the_workflow_of_github_runs_with_no_more_rights_than_it_needs() -> None:
    workflow: dict[str, Any] = yaml.safe_load(WORKFLOWS[0])

    assert workflow["permissions"] == {}
    assert workflow["jobs"]["build"]["permissions"] == {
        "contents": "read",
        "pages": "write",
        "id-token": "write",
    }


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_is_one_of_ours(words: str) -> None:
    parse_command(words.split())
