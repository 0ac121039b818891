"""The workflows of docs/pull-requests.md: they parse, use options that there are, and the checking one has no right."""

import re
from pathlib import Path

import click
import yaml

from aggregator.cli.check import check
from aggregator.sources.load import parse

PAGE = (Path(__file__).parents[1] / "docs" / "pull-requests.md").read_text(encoding="utf-8")
CHECKING, COMMENTING = (
    yaml.safe_load(text) for text in re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
)


def test_the_checking_workflow_may_write_nothing_and_calls_options_that_there_are() -> None:
    assert CHECKING["permissions"] == {"contents": "read"}
    assert "secrets." not in str(CHECKING)
    script = next(
        step["run"] for step in CHECKING["jobs"]["check"]["steps"] if "Check" in step.get("name", "")
    )
    used = set(re.findall(r"--[a-z-]+", script.partition("aggregator check")[2].partition(">")[0]))
    known = {name for option in check.params if isinstance(option, click.Option) for name in option.opts}
    assert used == {"--online", "--report", "--changed-since"}
    assert used <= known


def test_the_commenting_workflow_follows_the_checking_one_and_runs_nothing_of_the_pull_request() -> None:
    # YAML 1.1 reads `on` as true.
    assert COMMENTING[True]["workflow_run"]["workflows"] == [CHECKING["name"]]
    assert "checkout" not in str(COMMENTING)


def test_the_policy_that_is_shown_is_valid() -> None:
    (policy,) = re.findall(r"^```toml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)

    assert parse(policy, "docs").policy.on_topic == 0.3
