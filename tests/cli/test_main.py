import signal
import subprocess
import sys
from pathlib import Path

import pytest

from aggregator import __version__
from aggregator.cli.main import COMMANDS
from tests.cli.conftest import Shell
from tests.support.commands import Command
from tests.support.publisher import Publisher


def test_the_help_names_every_command_with_a_word_on_what_it_does(shell: Shell) -> None:
    shown = shell("--help").stdout

    for command in COMMANDS:
        (line,) = [line for line in shown.splitlines() if line.startswith(f"  {command} ")]
        assert len(line.split()) > 3


@pytest.mark.parametrize("command", [*COMMANDS, "sources add", "sources list", "sources release"])
def test_every_command_has_help(shell: Shell, command: str) -> None:
    done = shell(*command.split(), "-h")

    assert done.exit_code == 0
    assert f"Usage: aggregator {command}" in done.stdout


def test_the_version_is_told(shell: Shell) -> None:
    assert shell("--version").stdout == f"aggregator, version {__version__}\n"


def test_an_unknown_command_is_an_error_of_usage(shell: Shell) -> None:
    done = shell("pol")

    assert done.exit_code == 2
    assert "No such command" in done.stderr


@pytest.mark.parametrize("command", ["check", "sources list", "prune", "run", "poll --once", "poll"])
def test_a_faulty_file_ends_every_command_with_2_and_its_faults_alone(shell: Shell, command: str) -> None:
    shell.config.write_text('[site]\ntitel = "x"\n[timeline]\nexcerpt = 1\n')

    done = shell(*command.split())

    assert done.exit_code == 2
    assert done.stdout == ""
    assert done.stderr == (
        f"{shell.config}:2: unknown key `titel` in [site]; did you mean `title`?\n"
        f"{shell.config}:4: `excerpt` in [timeline]: must be at least 20\n"
    )


@pytest.mark.parametrize(
    ("database", "sentence"),
    [
        ("nonsense", "`nonsense` is no address of a database"),
        ("sqlite:////nowhere/at/all/store.db", "cannot"),
        ("postgresql://nobody@127.0.0.1:1/none", ""),
    ],
)
def test_a_store_that_does_not_answer_is_told_in_a_sentence(
    shell: Shell, database: str, sentence: str
) -> None:
    shell.config.write_text("")

    done = shell("migrate", AGGREGATOR_DATABASE=database)

    assert done.exit_code == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.output
    assert done.exception is None or isinstance(done.exception, SystemExit)


def test_the_program_runs_as_a_module_too() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "aggregator", "--help"], capture_output=True, text=True, check=True
    )

    assert done.stdout.startswith("Usage: aggregator ")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_a_command_cleanly(
    command: Command, publisher: Publisher, number: signal.Signals
) -> None:
    gate = publisher.holds("/feed.xml")
    command.configure(publisher.url("/feed.xml"))
    process = command.start("check", "--online")
    gate.reached()

    process.send_signal(number)
    output, _ = process.communicate(timeout=30)

    assert process.returncode == 0, output
    assert "Traceback" not in output


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    """As in `aggregator sources list | head -1`."""
    config = tmp_path / "sources.toml"
    config.write_text("".join(f'[[source]]\nurl = "https://{n}.example/{"x" * 500}"\n' for n in range(1000)))
    command = [sys.executable, "-m", "aggregator", "sources", "list", "--config", str(config)]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""


def test_what_the_terminal_has_no_letter_for_ends_no_command(command: Command) -> None:
    command.config.write_text('[[source]]\nurl = "https://a.example/"\nslug = "a"\ntitle = "One “fine” ☕"\n')

    done = command.run("sources", "export", PYTHONIOENCODING="latin-1")

    assert done.returncode == 0, done.stdout
    assert "fine" in done.stdout
    assert "Traceback" not in done.stdout
