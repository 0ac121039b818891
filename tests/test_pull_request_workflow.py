"""The workflows of docs/pull-requests.md: checkers accept them, their scripts do what the page says, and none has a right too many."""

import subprocess
from pathlib import Path

import pytest
import yaml

from aggregator.sources.load import parse
from tests.support.publisher import Publisher
from tests.support.workflows import check_workflows, run_script, shown

TEXTS = shown("pull-requests", "yaml")
CHECKING, COMMENTING = map(yaml.safe_load, TEXTS)
CHECK = next(step["run"] for step in CHECKING["jobs"]["check"]["steps"] if "Check" in step.get("name", ""))
COMMENT = next(step["run"] for step in COMMENTING["jobs"]["comment"]["steps"] if "run" in step)
FEED = "<rss version='2.0'><channel><title>Jane</title><item><title>A post</title><link>https://a.test/1</link></item></channel></rss>"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with a list that has no source yet, and the branch that pull requests are merged into."""
    (tmp_path / "config" / "sources.d").mkdir(parents=True)
    (tmp_path / "config" / "sources.toml").write_text("[polling]\nallow_private_networks = true\n")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "list")
    git(tmp_path, "update-ref", "refs/remotes/origin/main", "HEAD")
    return tmp_path


def git(folder: Path, *arguments: str) -> None:
    who = ("-c", "user.name=Test", "-c", "user.email=test@example.test")
    subprocess.run(["git", "-C", folder, *who, *arguments], check=True, capture_output=True)


def checked(repository: Path, text: str) -> tuple[int, str]:
    """Return how the check of a pull request that adds a file ends, and the comment that it leaves."""
    (repository / "config" / "sources.d" / "jane.toml").write_text(text)
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "jane")
    summary = repository / "summary"
    done = run_script(CHECK, repository, BASE="main", NUMBER="17", GITHUB_STEP_SUMMARY=str(summary))
    comment = (repository / "report" / "comment.md").read_text()
    assert summary.read_text() == comment
    assert (repository / "report" / "number").read_text() == "17\n"
    return done.returncode, comment


def test_checkers_accept_both(tmp_path: Path) -> None:
    check_workflows(TEXTS, tmp_path)


def test_the_checking_workflow_may_write_nothing_and_has_no_secret() -> None:
    assert CHECKING["permissions"] == {"contents": "read"}
    assert "secrets." not in str(CHECKING)


def test_the_commenting_workflow_follows_the_checking_one_and_runs_nothing_of_the_pull_request() -> None:
    # YAML 1.1 reads `on` as true.
    assert COMMENTING[True]["workflow_run"]["workflows"] == [CHECKING["name"]]
    assert "checkout" not in str(COMMENTING)


def test_a_good_feed_is_told_with_its_posts(repository: Path, publisher: Publisher) -> None:
    publisher.serves("/feed.xml", FEED)

    code, comment = checked(repository, f'[[source]]\nurl = "{publisher.url("/feed.xml")}"\n')

    assert "A post" in comment
    assert "jane" in comment
    assert code in {0, 1}  # without dates, without https
    assert len(publisher.requests) == 1


def test_a_fault_of_the_file_is_told_and_fails_the_check(repository: Path) -> None:
    code, comment = checked(repository, "[[source]]\n")

    assert code == 2
    assert "config/sources.d/jane.toml:1:" in comment


def test_the_comment_is_written_to_the_pull_request_of_that_number(tmp_path: Path) -> None:
    (tmp_path / "report").mkdir()
    (tmp_path / "report" / "number").write_text("17; rm -rf /\n")
    (tmp_path / "report" / "comment.md").write_text("found\n" * 20_000)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "gh").write_text('#!/bin/sh\necho "$@" > said\n')
    (tmp_path / "bin" / "gh").chmod(0o755)

    assert run_script(COMMENT, tmp_path).returncode == 0

    assert (tmp_path / "said").read_text() == (
        "pr comment 17 --body-file comment.md --edit-last --create-if-none\n"
    )
    assert (tmp_path / "comment.md").stat().st_size == 60_000


def test_the_policy_that_is_shown_is_valid() -> None:
    (policy,) = shown("pull-requests", "toml")

    assert parse(policy, "docs").policy.on_topic == 0.3
