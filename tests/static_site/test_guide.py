"""docs/static-site.md: checkers accept its workflows and units, and its commands build a site."""

import configparser
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.programs import check, program
from tests.support.publisher import Publisher
from tests.support.workflows import check_schema, check_workflows, run_script, shown

GITHUB, GITLAB = shown("static-site", "yaml")
SERVICE, TIMER = shown("static-site", "ini")
(CRONTAB,) = shown("static-site", "crontab")
# Not by its name: on PyPI that belongs to another project.
INSTALL = "python -m pip install 'aggregator @ git+https://github.com/OWNER/aggregator'"
FEED = "<rss version='2.0'><channel><title>A</title><item><title>One</title><link>https://a.test/1</link></item></channel></rss>"


@pytest.fixture
def repository(tmp_path: Path, publisher: Publisher) -> Path:
    """A folder as a planet's repository is: the sources file and nothing else."""
    publisher.serves("/feed.xml", FEED)
    folder = tmp_path / "planet"
    (folder / "config").mkdir(parents=True)
    (folder / "config" / "sources.toml").write_text(
        f'[polling]\nallow_private_networks = true\n[[source]]\nurl = "{publisher.url("/feed.xml")}"\n'
    )
    return folder


def built(script: str, repository: Path) -> bool:
    """Run a script, and return whether it built the site and left the store for the next run."""
    done = run_script(script, repository)
    assert done.returncode == 0, done.stdout + done.stderr
    return (repository / "aggregator.db").is_file() and "One" in (
        repository / "public/index.html"
    ).read_text()


def test_checkers_accept_the_workflow_of_github(tmp_path: Path) -> None:
    check_workflows([GITHUB], tmp_path)


def test_checkers_accept_the_pipeline_of_gitlab(tmp_path: Path) -> None:
    check_schema(GITLAB, "vendor.gitlab-ci", tmp_path)


def test_the_workflow_of_github_runs_with_no_more_rights_than_it_needs() -> None:
    workflow: dict[str, Any] = yaml.safe_load(GITHUB)

    assert workflow["permissions"] == {}
    assert workflow["jobs"]["build"]["permissions"] == {
        "contents": "read",
        "pages": "write",
        "id-token": "write",
    }


def test_the_workflow_of_github_builds_a_site(repository: Path) -> None:
    steps: list[dict[str, Any]] = yaml.safe_load(GITHUB)["jobs"]["build"]["steps"]
    install, build = [step["run"] for step in steps if "run" in step]
    kept = next(step["with"] for step in steps if "cache" in step.get("uses", ""))
    published = next(step["with"] for step in steps if "upload-pages" in step.get("uses", ""))

    assert install == INSTALL
    assert built(build, repository)
    assert (kept["path"], published["path"]) == ("aggregator.db", "public")


def test_the_pipeline_of_gitlab_builds_a_site(repository: Path) -> None:
    job = yaml.safe_load(GITLAB)["pages"]
    install, build = job["script"]

    assert install == INSTALL
    assert built(build, repository)
    assert job["cache"]["paths"] == ["aggregator.db"]
    assert job["artifacts"]["paths"] == ["public"]


def test_the_line_of_crontab_builds_a_site_once_an_hour(repository: Path) -> None:
    found = re.fullmatch(
        r"(\d+) \* \* \* \*  (cd /srv/planet && \.venv/bin/aggregator build public)\n", CRONTAB
    )
    assert found
    assert 0 <= int(found[1]) < 60

    assert built(found[2].replace("/srv/planet", str(repository)).replace(".venv/bin/", ""), repository)


def test_the_service_builds_a_site(repository: Path) -> None:
    unit = configparser.ConfigParser()
    unit.read_string(SERVICE)

    assert unit["Service"]["WorkingDirectory"] == "/srv/planet"
    assert built(unit["Service"]["ExecStart"].replace("/srv/planet/.venv/bin/", ""), repository)


def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    analyze = program("systemd-analyze", "apt-get install systemd")
    shell = SERVICE.replace("/srv/planet/.venv/bin/aggregator", "/bin/true").replace(
        "/srv/planet", str(tmp_path)
    )
    (tmp_path / "aggregator-build.service").write_text(shell)
    (tmp_path / "aggregator-build.timer").write_text(TIMER)

    told = check(analyze, "verify", tmp_path / "aggregator-build.timer", SYSTEMD_UNIT_PATH=f"{tmp_path}:")

    assert told == ""
