from pathlib import Path

import click
import pytest

from tests.deploy.words import ROOT, deployment_files, parse_command, unknown_variables


@pytest.mark.parametrize("path", list(deployment_files()), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_variable_that_a_file_sets_is_one_that_the_program_reads(path: Path) -> None:
    assert unknown_variables(path.read_text()) == set()


@pytest.mark.parametrize("wrong", [["pole"], ["serve", "--prot", "80"], ["sources", "list", "--all"]])
def test_a_command_that_there_is_not_is_found(wrong: list[str]) -> None:
    with pytest.raises(click.UsageError):
        parse_command(wrong)
