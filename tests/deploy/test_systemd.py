"""The units, read by systemd's own checkers; `verify` wants the program where the unit says that it is."""

import re
import shlex
import shutil
import sys
from pathlib import Path

import pytest

from tests.deploy.words import SYSTEMD, parse_command
from tests.support.programs import check, program

UNITS = sorted(path.name for path in SYSTEMD.glob("aggregator-*.*") if path.is_file())
SERVICES = [name for name in UNITS if name.endswith(".service")]
PROGRAM = "/opt/aggregator/bin/aggregator"
MOST_EXPOSED = 15  # tenths, of 100: what systemd calls OK. The network, which we need, is most of it.


@pytest.fixture
def analyze() -> str:
    return program("systemd-analyze", "apt-get install systemd")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The units with the program as it is installed here."""
    shutil.copytree(SYSTEMD, tmp_path, dirs_exist_ok=True)
    for path in tmp_path.glob("*.service"):
        path.write_text(path.read_text().replace(PROGRAM, str(Path(sys.executable).with_name("aggregator"))))
    return tmp_path


@pytest.mark.parametrize("name", UNITS)
def test_systemd_accepts_each_unit(analyze: str, folder: Path, name: str) -> None:
    assert check(analyze, "verify", folder / name, SYSTEMD_UNIT_PATH=f"{folder}:") == ""


@pytest.mark.parametrize("name", SERVICES)
def test_each_service_is_sandboxed(analyze: str, folder: Path, name: str) -> None:
    judge = ("security", "--offline=true", f"--threshold={MOST_EXPOSED}")

    check(analyze, *judge, folder / name, SYSTEMD_UNIT_PATH=f"{folder}:")


@pytest.mark.parametrize("name", SERVICES)
def test_each_service_runs_a_command_that_there_is(name: str) -> None:
    found = re.findall(rf"{PROGRAM} ([^\n']+)", (SYSTEMD / name).read_text())

    assert found
    for arguments in found:
        parse_command(shlex.split(arguments))


def test_systemd_makes_the_user_of_all_units() -> None:
    users = program("systemd-sysusers", "apt-get install systemd")
    told = check(users, "--dry-run", "--root=/nonexistent", SYSTEMD / "aggregator.sysusers.conf")

    assert "Creating user 'aggregator'" in told
    assert "\nUser=aggregator\n" in (SYSTEMD / "aggregator-.service.d" / "common.conf").read_text()


@pytest.mark.parametrize("name", [name for name in SERVICES if "backup" not in name])
def test_a_stop_waits_for_as_long_as_a_command_may_take_to_end(name: str) -> None:
    (seconds,) = re.findall(r"^TimeoutStopSec=(\d+)$", (SYSTEMD / name).read_text(), re.MULTILINE)

    assert int(seconds) > 10
