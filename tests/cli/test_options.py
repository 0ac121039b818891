import click
import pytest
from click.testing import CliRunner

from aggregator.cli.main import COMMANDS
from aggregator.cli.options import SHARED, option, shared_options
from aggregator.cli.sources import sources
from tests.cli.conftest import Shell


@click.command()
@shared_options
@option("--page-size", default=1)
def show(host: str, port: int, page_size: int) -> None:
    click.echo(f"{host}:{port} {page_size}")


@pytest.mark.parametrize(
    ("arguments", "environ", "shown"),
    [
        ([], {}, "127.0.0.1:8000 1"),
        ([], {"AGGREGATOR_HOST": "0.0.0.0", "AGGREGATOR_PORT": "1"}, "0.0.0.0:1 1"),  # noqa: S104 - nobody listens
        ([], {"PORT": "2"}, "127.0.0.1:2 1"),
        ([], {"PORT": "2", "AGGREGATOR_PORT": "1"}, "127.0.0.1:1 1"),
        (["--port", "3"], {"PORT": "2", "AGGREGATOR_PORT": "1"}, "127.0.0.1:3 1"),
        ([], {"AGGREGATOR_PAGE_SIZE": "9"}, "127.0.0.1:8000 9"),
        ([], {"PORT": ""}, "127.0.0.1:8000 1"),
    ],
)
def test_an_option_is_read_from_the_command_else_the_environment(
    arguments: list[str], environ: dict[str, str], shown: str
) -> None:
    assert CliRunner(env=environ).invoke(show, arguments).stdout == shown + "\n"


def test_a_port_that_is_none_is_refused() -> None:
    assert "70000 is not in the range" in CliRunner().invoke(show, ["--port", "70000"]).stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "--config", "FILE"],
        ["check", "--config=FILE"],
        ["--config", "FILE", "check"],
        ["--config=FILE", "check"],
        ["--log-format", "text", "--config", "FILE", "check", "--log-format=json"],
        ["sources", "list", "--config", "FILE"],
        ["sources", "--config", "FILE", "list"],
        ["--config", "FILE", "sources", "list"],
    ],
)
def test_a_shared_option_may_stand_before_the_command_and_after_it(
    shell: Shell, arguments: list[str]
) -> None:
    path = shell.folder / "other.toml"
    path.write_text('[[source]]\nurl = "https://other.example/"\n')

    done = shell(*(argument.replace("FILE", str(path)) for argument in arguments))

    assert done.exit_code == 0, done.output
    assert "other" in done.stdout


def test_what_stands_after_the_command_counts(shell: Shell) -> None:
    shell.config.write_text("")

    assert shell("--config", "nowhere.toml", "check", "--config", str(shell.config)).exit_code == 0


def test_an_option_without_a_command_gets_the_help(shell: Shell) -> None:
    assert "Commands:" in shell("--config", "x").output


OF_SOURCES = [f"sources {name}" for name in sources.commands]


@pytest.mark.parametrize("command", [*(name for name in COMMANDS if name != "sources"), *OF_SOURCES])
def test_every_command_accepts_every_shared_option(shell: Shell, command: str) -> None:
    given = [
        "--config",
        "x",
        "--database",
        "sqlite:///x",
        "--host",
        "::1",
        "--port",
        "1",
        "--log-format",
        "json",
    ]

    assert shell(*command.split(), *given, "--help").exit_code == 0


def test_the_list_of_commands_says_of_each_what_its_own_help_says_first(shell: Shell) -> None:
    for command, line in COMMANDS.items():
        assert line in shell(command, "--help").stdout


def test_an_unknown_option_is_refused(shell: Shell) -> None:
    done = shell("check", "--prot", "1")

    assert done.exit_code == 2
    assert "--prot" in done.stderr


def test_every_option_of_every_command_is_in_the_environment_too(shell: Shell) -> None:
    for command in COMMANDS:
        shown = shell(command, "--help").stdout
        for name in SHARED:
            if f"  {name} " in shown:
                assert f"AGGREGATOR_{name.strip('-').replace('-', '_').upper()}" in shown
