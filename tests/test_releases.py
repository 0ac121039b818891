"""What a release is made by: workflows, locked versions, licences, the changelog, and one version for all of them."""

import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

import aggregator
from tests.documentation import licences
from tests.support.programs import check, program

ROOT = Path(__file__).parents[1]
GITHUB = ROOT / ".github"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("schema", "file"),
    [
        *(("vendor.github-workflows", file) for file in sorted((GITHUB / "workflows").glob("*.yml"))),
        ("vendor.dependabot", GITHUB / "dependabot.yml"),
    ],
    ids=lambda value: value.name if isinstance(value, Path) else "",
)
def test_workflows_follow_their_schemas(schema: str, file: Path) -> None:
    check(program("check-jsonschema", "pip install check-jsonschema"), "--builtin-schema", schema, file)


def test_workflows_have_nothing_that_an_attacker_could_use() -> None:
    check(program("zizmor", "pip install zizmor"), "--offline", "--no-progress", GITHUB)


@pytest.mark.parametrize("file", sorted((ROOT / ".ci").iterdir()), ids=lambda file: file.name)
def test_the_shell_can_read_what_ci_runs(file: Path) -> None:
    check("bash", "-n", file)


def locked(name: str) -> dict[str, Version]:
    text = (ROOT / name).read_text(encoding="utf-8")
    return {
        canonicalize_name(found): Version(version)
        for found, version in re.findall(r"^([\w.-]+)==([\w.]+)", text, re.MULTILINE)
    }


def required(*extras: str) -> Iterator[Requirement]:
    texts = PROJECT["dependencies"] + [
        text for extra in extras for text in PROJECT["optional-dependencies"][extra]
    ]
    yield from (one for one in map(Requirement, texts) if one.name != "aggregator")


@pytest.mark.parametrize(
    ("lock", "extras"),
    [("requirements.lock", ["postgres"]), ("requirements-dev.lock", [*PROJECT["optional-dependencies"]])],
)
def test_everything_that_is_required_is_locked_at_a_version_that_will_do(
    lock: str, extras: list[str]
) -> None:
    versions = locked(lock)
    names = {canonicalize_name(one.name): one.specifier for one in required(*extras)}

    assert names.keys() - versions.keys() == set(), "write it again: .ci/lock --keep"
    assert {
        name: versions[name] for name, specifier in names.items() if versions[name] not in specifier
    } == {}


def test_what_is_deployed_is_locked_as_it_was_tested() -> None:
    assert locked("requirements.lock").items() <= locked("requirements-dev.lock").items()


def test_every_dependency_has_a_lower_bound() -> None:
    assert [one.name for one in required("postgres", "test") if ">=" not in str(one.specifier)] == []


def test_every_licence_is_compatible() -> None:
    found = {name: licences.licence(package) for name, package in licences.packages().items()}

    assert len(found) > 30
    assert {name: text for name, text in found.items() if not licences.all_compatible(text)} == {}


def test_the_changelog_is_one_that_a_release_can_be_cut_from() -> None:
    sections = re.findall(r"^## (.+)$", CHANGELOG, re.MULTILINE)

    assert sections[0] == "Unreleased"
    assert [
        name for name in sections[1:] if not re.fullmatch(r"\d+\.\d+\.\d+ \(\d{4}-\d\d-\d\d\)", name)
    ] == []


def copy_for_notes(folder: Path, changelog: str) -> Path:
    """Make a folder with what the notes are made from, and return the script in it."""
    for name, text in {
        ".ci/release-notes": (ROOT / ".ci" / "release-notes").read_text(encoding="utf-8"),
        "aggregator/__init__.py": Path(aggregator.__file__).read_text(encoding="utf-8"),
        "CHANGELOG.md": changelog,
    }.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    return folder / ".ci" / "release-notes"


def test_the_notes_of_a_release_are_its_section_of_the_changelog(tmp_path: Path) -> None:
    version = aggregator.__version__
    script = copy_for_notes(
        tmp_path,
        f"# Changelog\n\n## Unreleased\n\nlater\n\n## {version} (2026-11-25)\n\nnow\n\n## 0.0.1 (2026-01-01)\n\nthen\n",
    )

    assert check("bash", script, version).strip() == "now"


@pytest.mark.parametrize("version", ["99.0.0", aggregator.__version__])
def test_a_tag_without_its_version_or_its_notes_is_refused(tmp_path: Path, version: str) -> None:
    script = copy_for_notes(tmp_path, "# Changelog\n\n## Unreleased\n\nlater\n")
    done = subprocess.run(["bash", script, version], check=False, capture_output=True, text=True)

    assert done.returncode == 1
    assert "has" in done.stderr
