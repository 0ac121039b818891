from pathlib import Path

from tests.cli.conftest import Shell

SHIPPED = Path(__file__).parents[2] / "config" / "sources.toml"


def test_the_sources_file_that_ships_is_written_and_has_no_fault(shell: Shell) -> None:
    done = shell("init")

    assert done.exit_code == 0, done.output
    assert f"Wrote {shell.config}." in done.stdout
    assert shell.config.read_bytes() == SHIPPED.read_bytes()
    assert shell("check").exit_code == 0


def test_it_goes_into_a_folder_that_is_made(shell: Shell) -> None:
    done = shell("init", str(shell.folder / "new"), AGGREGATOR_CONFIG="config/sources.toml")

    assert done.exit_code == 0, done.output
    assert (shell.folder / "new" / "config" / "sources.toml").is_file()


def test_a_file_that_is_there_stays_as_it_is(shell: Shell) -> None:
    shell.config.write_text("# mine")

    done = shell("init")

    assert done.exit_code == 0
    assert done.stdout == f"{shell.config} is there already and stays as it is.\n"
    assert shell.config.read_text() == "# mine"


def test_without_a_sources_file_run_says_how_to_get_one(shell: Shell) -> None:
    done = shell("run")

    assert done.exit_code == 2
    assert "`aggregator init` writes one" in done.stderr
