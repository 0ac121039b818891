"""What is generated is current, and what is said beside it is true."""

import re
import sys

import pytest

from aggregator.cli import main
from aggregator.cli.options import PREFIX, SHARED
from aggregator.errors import AggregatorError
from tests.documentation.generated import PARTS, commands, renewed
from tests.documentation.pages import page, section


@pytest.mark.skipif(
    sys.version_info >= (3, 12), reason="pages are generated with the Python of the lock files"
)
@pytest.mark.parametrize("name", PARTS)
def test_generated_parts_are_current(name: str) -> None:
    file, part = PARTS[name]
    text = file.read_text(encoding="utf-8")

    assert renewed(name, text, part()) == text, "update it: python -m tests.documentation.generated"


@pytest.mark.parametrize("name", SHARED)
def test_every_shared_option_is_told_with_its_variable(name: str) -> None:
    assert f"`{name}" in page("commands")
    assert f"`{PREFIX}{name.strip('-').replace('-', '_').upper()}`" in page("commands")


def exit_codes(error: type[AggregatorError] = AggregatorError) -> set[int]:
    """Find the codes of all errors that an admin can act on; their modules are those of the commands."""
    return {error.exit_code}.union(*(exit_codes(below) for below in error.__subclasses__()))


def test_every_exit_code_is_told_and_no_other() -> None:
    list(commands(main, "aggregator"))  # imports them all
    told = re.findall(r"^\| (\d+) \|", section(page("commands"), "## How a command ends"), re.MULTILINE)

    assert {0, *exit_codes()} == {int(code) for code in told}
